/** The parts of the form, the sentences of its language, and what it says of itself. */

import { action, reveal } from "./main.js";

export const form = /** @type {HTMLFormElement} */ (document.getElementById("commentform"));
export const box = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("comment"));
export const button = /** @type {HTMLButtonElement} */ (part("comment-submit"));
const message = part("message");
const phrases = JSON.parse(part("phrases").textContent);
let countdown = 0;

/** @param {string} id */
export function part(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {string} name */
export function field(name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}

/**
 * Return a sentence with its {gaps} filled.
 * @param {string} name
 * @param {Record<string, string | number>} [values]
 */
export function phrase(name, values = {}) {
  return String(phrases[name]).replace(/\{(\w+)\}/g, (_gap, gap) => String(values[gap]));
}

/**
 * Tell a screen reader, politely and once.
 * @param {string} text
 */
export function say(text) {
  part("status").textContent = text;
}

/**
 * Show a message beside the button, with what to do next.
 * @param {string} text
 * @param {Node | string | undefined} [next]
 */
export function complain(text, next) {
  const line = document.createElement("span");
  line.append(text, " ", next ?? "");
  message.hidden = false;
  message.replaceChildren(line);
  say("");
}

/** Take the message away; the form can be sent again. */
export function hideMessage() {
  clearInterval(countdown);
  button.ariaDisabled = null;
  message.hidden = true;
  message.replaceChildren();
}

/**
 * Show under a field what is wrong with it; without a text, nothing is.
 * @param {string} name
 * @param {string} [text]
 */
export function markField(name, text = "") {
  const error = document.getElementById(`${name}-error`);
  if (!error) return complain(text);
  if (error.textContent !== text) error.textContent = text;
  error.hidden = !text;
  field(name).ariaInvalid = text ? "true" : null;
}

/**
 * Count down the seconds until the form may be sent again.
 * @param {string} detail
 * @param {number} seconds
 */
export function countDown(detail, seconds) {
  const until = Date.now() + seconds * 1000;
  // A screen reader says it once, and does not count along.
  const clock = document.createElement("span");
  const heard = document.createElement("span");
  clock.ariaHidden = "true";
  heard.className = "heard";
  heard.textContent = phrase("wait", { seconds });
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    clock.textContent = phrase("wait", { seconds: left });
    if (left <= 0) hideMessage();
  };
  complain(detail, clock);
  clock.after(heard);
  button.ariaDisabled = "true";
  tick();
  countdown = setInterval(tick, 250);
}

/** Lead to a comment: on this page, or where it is. @param {string | undefined} id */
export function linkTo(id) {
  if (!id) return;
  const here = document.getElementById(`comment-${id}`);
  const node = document.createElement("a");
  node.textContent = phrase("see");
  node.href = `/c/${id}`;
  node.onclick = (event) => {
    if (!here) return;
    event.preventDefault();
    reveal(here);
    here.focus({ preventScroll: true });
  };
  return node;
}

/**
 * Return a button to stand in a message.
 * @param {string} text
 * @param {() => void} act
 */
export function messageButton(text, act) {
  return action(text, () => {
    button.focus({ preventScroll: true }); // This one goes with its message.
    act();
  });
}
