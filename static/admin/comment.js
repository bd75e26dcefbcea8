/** One comment: the field that the key asked for gets the focus, and what is typed is kept. */

import { forget, keepDrafts, restoreAll } from "./drafts.js";
import { sendByKey } from "./sending.js";
import { refresh, swapForms } from "./swap.js";

restoreAll();
keepDrafts();
swapForms();
sendByKey();

document.addEventListener("click", ({ target }) => {
  const form = target instanceof Element && target.closest("[data-cancel]")?.closest("form");
  if (!form) return;
  forget(form);
  form.reset();
  document.getElementById("main")?.focus({ preventScroll: true });
  refresh(); // What it said when the draft was begun may be long past.
});

const field = document.getElementById(location.hash.slice(1));
if (field instanceof HTMLTextAreaElement) {
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}
