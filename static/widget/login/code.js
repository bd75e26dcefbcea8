/** Logging in by an address: six digits come by mail, and are typed in the frame that asked. */

import { site } from "../main.js";
import { complain, field, hideMessage, markField, part, phrase, say } from "../parts.js";
import { pair, send as sendJson } from "./attempts.js";

const panel = document.getElementById("comment-form-code");
const address = /** @type {HTMLInputElement} */ (document.getElementById("code-address"));
const digits = /** @type {HTMLInputElement} */ (document.getElementById("code-digits"));
let verifier = "";
/** @type {object | null} What is being asked; one thing at a time, and nothing once the reader left. */
let asking = null;

/** Ask for the address. @param {string} typed What the guest's form has already. */
export function begin(typed) {
  if (!panel) return;
  panel.hidden = false;
  address.value = typed;
  field("code-name").value = field("author").value;
  part("code-sent").hidden = true;
  address.focus({ preventScroll: true });
}

/** Leave: nothing of it is shown, and the digits are gone. */
export function hide() {
  if (!panel) return;
  panel.hidden = true;
  digits.value = verifier = "";
  asking = null;
}

/** Have a code sent. The answer tells nothing about the address. */
export async function send() {
  const made = await pair();
  const asked = { email: address.value.trim(), challenge: made.challenge, site };
  const answer = await post("/login/email", asked, address);
  if (!answer) return;
  const text = phrase(verifier ? "resent" : "codeSent", { address: asked.email });
  verifier = made.verifier;
  const sent = part("code-sent");
  sent.hidden = false;
  /** @type {HTMLElement} */ (sent.querySelector(".words")).textContent = text;
  say(text);
  digits.focus({ preventScroll: true });
}

/** Return who it is if the digits are right, and nothing if not. */
export function prove() {
  const name = field("code-name").value;
  const code = digits.value.replace(/\D/g, "");
  return post("/login/email/finish", { verifier, code, site, name }, digits);
}

/**
 * Return what the server says to this; nothing if it refused, or the reader has left meanwhile.
 * @param {string} path
 * @param {unknown} json
 * @param {HTMLInputElement} typed Where it was typed, and can be mended.
 */
async function post(path, json, typed) {
  if (asking || panel?.hidden) return;
  const mine = {};
  asking = mine;
  hideMessage();
  markField(typed.id);
  const answer = await sendJson(path, json).catch(() => null);
  const said = await answer?.json().catch(() => ({}));
  if (asking !== mine) return;
  asking = null;
  if (answer?.ok) return said;
  if (said?.fields) markField(typed.id, said.detail);
  else complain(answer ? (said.detail ?? phrase("server")) : phrase("network"));
  typed.focus({ preventScroll: true });
  typed.select();
}

panel?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
  event.preventDefault(); // Not the comment is to be sent.
  const act = event.target === address ? "code" : "prove";
  /** @type {HTMLElement | null} */ (panel.querySelector(`[data-act=${act}]`))?.click();
});
