/** Where the one form stands: at its own place, or under the comment that is answered. */

import * as drafts from "./drafts.js";
import { thread } from "./main.js";
import { box, button, field, form, hideMessage, part, phrase, say } from "./parts.js";

const respond = part("respond");
const restored = part("restored");
const target = field("parent");
const home = document.createComment("the form's own place");
respond.before(home);

/** Return the id of the comment that is being answered, or "". */
export function answering() {
  return target.value;
}

/**
 * Bring the form under the comment whose Reply is pressed.
 * @param {HTMLElement} button
 */
export function moveTo(button) {
  const { reply = "" } = button.dataset;
  const comment = /** @type {HTMLElement} */ (button.closest(".comment"));
  const name = comment.querySelector(".author")?.textContent ?? "";
  if (reply === target.value) return;
  move(reply, comment, phrase("reply", { name }), phrase("replyLabel", { name }));
}

/** Bring the form home, and return the Reply button that it stood under. */
export function goHome() {
  const button = target.value ? replyButton(target.value) : null;
  if (target.value) move("", home, phrase("heading"), phrase("label"));
  return button;
}

/** @param {string} id @returns {HTMLElement | null} */
export function replyButton(id) {
  return thread.querySelector(`[data-reply="${CSS.escape(id)}"]`);
}

/** Show the draft of this place; what was typed before it came stays, below it. */
export function restore() {
  const draft = drafts.read(target.value);
  if (!draft || box.value.startsWith(draft.text)) return;
  box.value = [draft.text, box.value].filter((text) => text.trim()).join("\n");
  restored.hidden = false;
  say(restored.dataset.text ?? "");
}

/** Empty the box. */
export function clear() {
  box.value = "";
  restored.hidden = true;
}

/**
 * The reader's text comes along, unless another waits at the new place; then each stays.
 * @param {string} id
 * @param {ChildNode} after
 * @param {string} title
 * @param {string} label
 */
function move(id, after, title, label) {
  const text = box.value;
  const waits = drafts.read(id);
  if (waits) drafts.save(target.value, text);
  else drafts.forget(target.value, text);
  after.after(respond);
  target.value = id;
  part("reply-title").textContent = title;
  /** @type {HTMLElement} */ (form.querySelector("label[for=comment]")).textContent = label;
  part("cancel-comment-reply-link").hidden = !id;
  if (waits) clear();
  // What went wrong did so elsewhere; whoever must wait must do so here too.
  if (!button.ariaDisabled) hideMessage();
  drafts.save(id, box.value || (waits?.text ?? ""));
  restore();
}
