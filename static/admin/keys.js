/** One key for everything that is done a hundred times a day. */

import { current, mark, step } from "./rows.js";
import { select } from "./selection.js";

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
    const run = KEYS[event.key];
    if (!run || isOff()) return;
    event.preventDefault();
    run();
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-help]")) help();
  });
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box instanceof HTMLInputElement && box.id === "use-keys") turn(box.checked);
  });
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

/**
 * @param {EventTarget | null} target
 * @returns {boolean}
 */
function isTyping(target) {
  if (target instanceof HTMLInputElement) return target.type !== "checkbox";
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
