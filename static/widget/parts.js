/** The parts of the form, and the sentences of its language. */

export const form = /** @type {HTMLFormElement} */ (document.getElementById("commentform"));
export const box = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("comment"));
export const button = /** @type {HTMLButtonElement} */ (part("comment-submit"));
const phrases = JSON.parse(part("phrases").textContent);

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
