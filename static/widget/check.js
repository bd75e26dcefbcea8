/** What the form can see to be wrong before it is sent. The server judges again. */

import { writer } from "./main.js";
import { field, form, phrase } from "./parts.js";

// Neither a separator nor a control, format or unassigned character: something to see.
const VISIBLE = /[^\p{Z}\p{C}]/u;
const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/u;

/**
 * Return what is wrong, by field name, in the order of the form.
 * @returns {Map<string, string>}
 */
export function faults() {
  const found = new Map();
  for (const [name, check] of Object.entries(CHECKS)) {
    if (writer.session && name !== "comment") break; // Whoever logged in types nothing else.
    const { value, required } = field(name);
    const fault = check(value.trim(), required);
    if (fault) found.set(name, fault);
  }
  return found;
}

/**
 * Return a web address as it is sent: a bare host gets `https://`.
 * @param {string} typed
 */
export function website(typed) {
  const text = typed.trim();
  return text && !/^[a-z][a-z\d+-]*:(?!\d)|\s/i.test(text) ? `https://${text}` : text;
}

/** @type {Record<string, (text: string, required: boolean) => string | false>} */
const CHECKS = {
  comment(text) {
    if (!VISIBLE.test(text)) return phrase("empty");
    const [count, most] = [[...text].length, Number(form.dataset.longest)];
    return count > most && `${phrase("long")} ${phrase("letters", { count, most })}`;
  },
  email(text, required) {
    if (!text) return required && phrase("email.missing");
    return !EMAIL.test(text) && phrase("email.invalid");
  },
  author: (text, required) => required && !VISIBLE.test(text) && phrase("author.missing"),
  url: (text) => text && !isOfTheWeb(website(text)) && phrase("url.invalid"),
};

/** @param {string} text */
function isOfTheWeb(text) {
  try {
    return /\s/.test(text) || /^https?:$/.test(new URL(text).protocol);
  } catch {
    return false;
  }
}
