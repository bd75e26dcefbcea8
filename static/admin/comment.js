/** One comment: the field that the key asked for gets the focus, and what is typed is kept. */

import { keepDrafts, restore } from "./drafts.js";
import { sendByKey } from "./sending.js";
import { swapForms } from "./swap.js";

function restoreAll() {
  for (const form of document.querySelectorAll("form[data-form]")) {
    if (form instanceof HTMLFormElement) restore(form);
  }
}

restoreAll();
keepDrafts();
swapForms(restoreAll);
sendByKey();

const field = document.getElementById(location.hash.slice(1));
if (field instanceof HTMLTextAreaElement) {
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}
