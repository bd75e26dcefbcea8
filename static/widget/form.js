/** The form: opens, rests, answers, and keeps what is typed. */

import * as drafts from "./drafts.js";
import * as guest from "./guest.js";
import { kept, respond, reveal, tell, unfold } from "./main.js";
import { box, field, form, part } from "./parts.js";
import { answering, clear, goHome, moveTo, replyButton, restore } from "./place.js";
import { check, freshToken, submit } from "./submit.js";

export { submit };

const PAUSE = 200; // milliseconds after which what was typed is kept
/** @type {Record<string, string>} */
const NEXT = { email: "author", author: "url" };

let timer = 0;

/** Show the whole form and get ready to send. */
function open() {
  if (form.dataset.state !== "resting") return;
  form.dataset.state = "open";
  guest.fill();
  freshToken().catch(() => {}); // Asked for again when it is needed.
}

/**
 * Answer the comment whose Reply was pressed.
 * @param {HTMLElement} button
 */
export function reply(button) {
  moveTo(button);
  open();
  box.focus({ preventScroll: true });
  tell({ top: part("respond").getBoundingClientRect().top });
}

/** Go on with what was left unsent, or with what the article's address asks for. */
function resume() {
  drafts.expire();
  const target = drafts.lastTarget();
  const button = replyButton(respond) ?? replyButton(target || "-");
  if (button) moveTo(button);
  else drafts.bringHome(target); // What it answers is not in view.
  restore();
  if (box.value || button || form.contains(document.activeElement)) open();
  keep(); // What was typed before this script came.
  if (respond !== "false") {
    open();
    box.focus({ preventScroll: true });
    reveal(part("respond"));
  }
}

function listen() {
  form.addEventListener("focusin", open);
  form.addEventListener("input", typed);
  form.addEventListener("keydown", pressed);
  // After the click, and not when the focus moves: what moves away under a finger is not hit.
  document.addEventListener("click", rest);
  document.addEventListener("keyup", rest);
  part("cancel-comment-reply-link").addEventListener("click", cancelReply);
  part("discard").addEventListener("click", discard);
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => document.hidden && keep());
  addEventListener("beforeunload", (event) => {
    if (!kept.lasts && box.value.trim()) event.preventDefault();
  });
}

/** @param {Event} event */
function typed(event) {
  open();
  if (form.dataset.state?.startsWith("sent")) form.dataset.state = "open";
  const { ariaInvalid, id } = /** @type {HTMLInputElement} */ (event.target);
  if (ariaInvalid) check(id);
  timer ||= setTimeout(keep, PAUSE);
}

function keep() {
  clearTimeout(timer);
  timer = 0;
  if (!["open", "connecting"].includes(form.dataset.state ?? "")) return;
  drafts.save(answering(), box.value);
  guest.keep();
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target === box) {
    event.preventDefault();
    if (!event.repeat) submit();
  }
  const next = event.key === "Enter" && NEXT[/** @type {Element} */ (event.target).id];
  if (next) {
    event.preventDefault();
    field(next).focus();
  }
  if (event.key === "Escape" && answering() && !box.value.trim()) cancelReply();
}

/** Rest again when the reader has left an untouched form. */
function rest() {
  const touched =
    box.value || answering() || form.querySelector("[aria-invalid], .alert:not([hidden])");
  if (touched || form.contains(document.activeElement)) return;
  if (form.dataset.state === "open") form.dataset.state = "resting";
}

function cancelReply() {
  const button = goHome();
  if (button) unfold(button);
  button?.focus({ preventScroll: true });
}

function discard() {
  drafts.forget(answering());
  clear();
  box.focus();
}

listen();
resume();
// Before the form opens: whoever has logged in is shown as a guest for no moment.
if (part("login")) import("./login/identity.js").catch(() => {});
