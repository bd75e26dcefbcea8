/** Editing and answering within a row: the form comes from the comment's own page. */

import { forget, isBegun, keep, keepDrafts, restore } from "./drafts.js";
import { ask, parsed } from "./pages.js";
import { refuse } from "./told.js";

/** @type {string | undefined} what is typed while a form is on its way: text, and no keys */
let ahead;

/** Open those forms where script runs; the links lead to the page otherwise. */
export function openInline() {
  keepDrafts();
  document.addEventListener("keydown", typeAhead, { capture: true });
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    if (event.target.closest("[data-cancel]")) cancel(event.target.closest(".inline"));
    const link = event.target.closest("a[data-inline]");
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey);
    if (!(link instanceof HTMLAnchorElement) || !isPlain) return;
    event.preventDefault();
    open(link);
  });
  document.addEventListener("keydown", (event) => {
    const form = event.target instanceof Element && event.target.closest(".inline");
    if (event.key === "Escape" && form && !isBegun(form)) close(form);
  });
}

/** @returns {HTMLFormElement | null} the form that somebody types into, or has typed into */
export function opened() {
  const form = document.querySelector("form.inline");
  if (!(form instanceof HTMLFormElement)) return null;
  return isBegun(form) || form.contains(document.activeElement) ? form : null;
}

/**
 * Put a form at the end of a row.
 * @param {Element} row
 * @param {Element} form
 */
export function put(row, form) {
  const token = form.querySelector("[name=token]");
  const fresh = document.querySelector("#queue [name=token]");
  if (token && fresh) token.setAttribute("value", fresh.getAttribute("value") ?? "");
  form.classList.add("inline");
  for (const button of form.querySelectorAll("[data-cancel]")) button.removeAttribute("hidden");
  row.querySelector(".comment")?.append(form);
}

/** @param {HTMLAnchorElement} link */
async function open(link) {
  const row = link.closest("[data-row]");
  const name = link.dataset.inline;
  const there = document.querySelector("form.inline");
  // What was typed elsewhere stays: that form has to be sent or closed first.
  if (there && (isBegun(there) || row?.querySelector(`form[data-form="${name}"]`))) {
    return focus(there);
  }
  if (ahead !== undefined) return; // One is on its way already.
  ahead = "";
  const answer = await ask(link.href);
  const typed = ahead;
  ahead = undefined;
  if (!answer) return refuse();
  const form = answer.ok && parsed(answer.html).querySelector(`form[data-form="${name}"]`);
  if (!(form instanceof HTMLFormElement && row?.isConnected)) return location.assign(link.href);
  document.querySelector("form.inline")?.remove();
  put(row, form);
  restore(form);
  const field = form.querySelector("textarea");
  if (field) field.value += typed;
  keep(form);
  focus(form);
}

/** @param {KeyboardEvent} event */
function typeAhead(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !isAhead(event.key)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

/**
 * Keep a key for the text of a form that is on its way.
 * @param {string} key
 * @returns {boolean} whether there is one, and the key is text
 */
export function isAhead(key) {
  if (ahead === undefined) return false;
  if (key === "Backspace") ahead = ahead.slice(0, -1);
  else if (key === "Enter") ahead += "\n";
  else if (key.length === 1) ahead += key;
  else return false;
  return true;
}

/** @param {Element | null} form */
function cancel(form) {
  if (form instanceof HTMLFormElement) forget(form);
  close(form);
}

/** @param {Element | null} form */
function close(form) {
  const row = form?.closest("[data-row]");
  form?.remove();
  if (row instanceof HTMLElement) row.focus({ preventScroll: true });
}

/**
 * Put the keyboard at the end of a form's text.
 * @param {Element} form
 */
export function focus(form) {
  const field = form.querySelector("textarea");
  field?.focus();
  field?.setSelectionRange(field.value.length, field.value.length);
}
