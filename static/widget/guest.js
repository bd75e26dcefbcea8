/** Who the guest says they are: kept for the tab while typed, and longer if they asked for it. */

import { kept, session, site } from "./main.js";
import { field, part } from "./parts.js";

const REMEMBERED = 347 * 86_400_000; // milliseconds, as long as blogs have always remembered
const SECRET = 32; // bytes

const NAMES = ["email", "author", "url"];
const box = /** @type {HTMLInputElement} */ (part("remember"));

/** Fill empty fields with what this tab had, else with what was remembered here with consent. */
export function fill() {
  const details = kept.get(`guest:${site}`);
  box.checked = details?.until > Date.now();
  const values = session.get(`guest:${site}`) ?? (box.checked ? details : {});
  for (const name of NAMES) field(name).value ||= String(values[name] ?? "");
  part("unremembered").hidden = kept.lasts;
}

/** Keep the fields as they are for this tab. */
export function keep() {
  session.set(`guest:${site}`, values());
  part("unremembered").hidden = kept.lasts;
}

/** After a comment was taken: remember the guest if they ask for it, else forget them. */
export function settle() {
  if (box.checked) kept.set(`guest:${site}`, { ...values(), until: Date.now() + REMEMBERED });
  else kept.delete(`guest:${site}`);
}

/** Have a secret that proves to the server which comments were written in this browser. */
export function sign() {
  const shelf = `author:${site}`;
  if (!kept.get(shelf)) kept.set(shelf, { key: random() });
}

function values() {
  return Object.fromEntries(NAMES.map((name) => [name, field(name).value.trim()]));
}

/** Return a secret that nobody can guess. */
export function random() {
  return base64url(crypto.getRandomValues(new Uint8Array(SECRET)));
}

/** @param {Uint8Array} bytes */
export function base64url(bytes) {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}
