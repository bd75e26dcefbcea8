/** What is typed at the desk and not sent yet: this tab keeps it for each comment and form. */

const OURS = "commentbox:desk:";

/** Keep what somebody types into the forms of comments. */
export function keepDrafts() {
  document.addEventListener("input", ({ target }) => {
    const form = target instanceof HTMLTextAreaElement ? target.form : null;
    if (form?.matches("[data-form]")) keep(form);
  });
}

/**
 * Keep what a form says now.
 * @param {HTMLFormElement} form
 */
export function keep(form) {
  const field = form.querySelector("textarea");
  if (!field || !isBegun(form)) return forget(form);
  mayCancel(form);
  try {
    sessionStorage.setItem(shelf(form), JSON.stringify([field.value, revision(form)?.value]));
    removeEventListener("beforeunload", stay);
  } catch {
    addEventListener("beforeunload", stay); // Refused, or full: then the browser asks.
  }
}

/** Put back what was typed before into the forms of a comment's own page. */
export function restoreAll() {
  for (const form of document.querySelectorAll("form[data-form]:not(.inline)")) {
    if (form instanceof HTMLFormElement) restore(form);
  }
}

/**
 * Put back what was typed into this form before. It goes on saying which text of the comment was
 * seen then, so that it covers nothing that was written since.
 * @param {HTMLFormElement} form
 */
export function restore(form) {
  const field = form.querySelector("textarea");
  const [text, seen] = read(shelf(form));
  if (!field || !text || text === field.value) return;
  field.value = text;
  if (seen) revision(form)?.setAttribute("value", seen);
  form.querySelector("[data-restored]")?.removeAttribute("hidden");
  mayCancel(form);
}

/**
 * Let a form that was answered say which text of the comment was seen when it was sent.
 * @param {HTMLFormElement} form
 * @param {HTMLFormElement} sent
 */
export function seeAsBefore(form, sent) {
  revision(form)?.setAttribute("value", revision(sent)?.value ?? "");
}

/**
 * @param {Element} form
 * @returns {boolean} whether it holds what somebody typed
 */
export function isBegun(form) {
  const field = form.querySelector("textarea");
  return form.hasAttribute("data-begun") || Boolean(field && field.value !== field.defaultValue);
}

/**
 * Forget what was typed into a form: it has been sent, or thrown away.
 * @param {HTMLFormElement} form
 */
export function forget(form) {
  removeEventListener("beforeunload", stay);
  drop(shelf(form));
}

/** Forget everything: whoever comes next shall not read it. */
export function forgetAll() {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(OURS)) drop(key);
  } catch {} // Refused by the browser's settings: then there is nothing.
}

/** @param {HTMLFormElement} form */
function mayCancel(form) {
  form.querySelector("[data-cancel]")?.removeAttribute("hidden");
}

/**
 * Its address names the comment and what is done; another person who signs in here reads nothing.
 * @param {HTMLFormElement} form
 * @returns {string}
 */
function shelf(form) {
  const you = document.querySelector("[data-who]")?.getAttribute("data-who");
  return `${OURS}${you}:${form.getAttribute("action")}`;
}

/**
 * @param {HTMLFormElement} form
 * @returns {HTMLInputElement | null} what says which text of the comment somebody saw
 */
function revision(form) {
  return form.querySelector("[name=revision]");
}

/**
 * @param {string} key
 * @returns {string[]} the text, and the revision of the comment that was seen
 */
function read(key) {
  try {
    const found = JSON.parse(sessionStorage.getItem(key) ?? "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

/** @param {string} key */
function drop(key) {
  try {
    sessionStorage.removeItem(key);
  } catch {}
}

/** @param {Event} event */
function stay(event) {
  event.preventDefault();
}
