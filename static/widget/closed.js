/** A thread that takes no more comments does not take the reader's text away. */

import * as drafts from "./drafts.js";
import { action } from "./main.js";

/** Show what was left unsent here, to be read and copied. */
export function showDraft() {
  const note = document.getElementById("closed");
  const draft = drafts.read(drafts.lastTarget());
  if (!draft || !note) return;
  const box = document.createElement("textarea");
  box.className = "input box";
  box.value = draft.text;
  box.ariaLabel = note.dataset.unsent ?? "";
  note.after(box);
  offerCopy(box, note.dataset.copy ?? "");
}

/**
 * Make a box read-only, with a button that copies its text.
 * @param {HTMLTextAreaElement} box
 * @param {string} words
 */
export function offerCopy(box, words) {
  box.readOnly = true;
  const copy = action(words, () => {
    box.select();
    document.execCommand("copy"); // The modern way needs a permission that a frame lacks.
  });
  box.after(copy);
}
