/** One key for everything that is done a hundred times a day. */

import { isTyping, type } from "./held.js";
import { isAhead } from "./inline.js";
import { current, mark, step } from "./rows.js";
import { select } from "./selection.js";
import { inTurn, waits } from "./turns.js";

/** @type {Record<string, () => void>} */
const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  x: () => withRow((row) => select.toggle(row)),
  X: () => select.all(),
  a: () => act("approve"),
  s: () => act("spam"),
  d: () => act("trash"),
  e: () => withRow((row) => click(row, '[data-act="edit"]')),
  r: () => withRow((row) => click(row, '[data-act="reply"]')),
  b: () => withRow((row) => click(row, '[data-act="ban"]')),
  u: () => click(document, '[data-key="u"]'),
  "/": () => /** @type {HTMLElement | null} */ (document.querySelector("[name=q]"))?.focus(),
  "?": () => help(),
};

/** Listen to the keys, except where somebody types or a dialog is open. */
export function listenToKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") leaveField(event.target);
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (isOff() || !(event.key in KEYS || isText(event.key))) return;
    event.preventDefault();
    // A key that is held down moves on, and does nothing else twice.
    if (event.repeat && !["j", "k"].includes(event.key)) return;
    inTurn(() => press(event.key), event.key);
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-help]")) help();
  });
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box instanceof HTMLInputElement && box.id === "use-keys") turn(box.checked);
  });
}

/**
 * @param {string} key
 * @returns {boolean} whether it belongs to a text that a key before it begins, once its turn comes
 */
function isText(key) {
  return waits("e", "r", "/") && (key.length === 1 || key === "Enter" || key === "Backspace");
}

/**
 * Do what a key says. Where one before it has opened a form meanwhile, it is text.
 * @param {string} key
 */
function press(key) {
  if (isTyping(document.activeElement)) return type(key);
  if (!isAhead(key) && !document.querySelector("dialog[open]")) KEYS[key]?.();
}

const OFF = "commentbox-keys-off";

/** @returns {boolean} whether whoever sits here wants letters to do nothing (WCAG 2.1.4) */
function isOff() {
  return localStorage.getItem(OFF) !== null;
}

/** @param {boolean} on */
function turn(on) {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
}

/**
 * Decide about what is selected, else about the row that the keyboard is on.
 * @param {string} name
 */
function act(name) {
  if (select.count() > 0) click(document, `.bulk [data-act="${name}"]`);
  else withRow((row) => click(row, `[data-act="${name}"]`));
}

/**
 * Do something to the row that the keyboard is on. While there is none, only mark one: nothing
 * happens to a comment that nobody has pointed at.
 * @param {(row: HTMLElement) => void} run
 */
function withRow(run) {
  const row = current();
  if (row) run(row);
  else mark();
}

/**
 * @param {ParentNode} where
 * @param {string} what
 */
function click(where, what) {
  /** @type {HTMLElement | null} */ (where.querySelector(what))?.click();
}

function help() {
  const box = document.getElementById("use-keys");
  if (box instanceof HTMLInputElement) box.checked = !isOff();
  /** @type {HTMLDialogElement | null} */ (document.querySelector("#help"))?.showModal();
}

/** @param {EventTarget | null} field */
function leaveField(field) {
  if (field instanceof HTMLInputElement && field.type === "search") field.blur();
}
