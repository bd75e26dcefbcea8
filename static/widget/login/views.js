/** The views of who writes, of which exactly one shows, and the doors to log in by. */

import { kept, writer } from "../main.js";
import { field, form, part } from "../parts.js";
import * as code from "./code.js";

export const block = part("identity");
export const shown = part("comment-form-identified");
export const waiting = part("comment-form-load-service");

/**
 * Exactly one view shows; what is hidden cannot be reached by keyboard either.
 * @param {"guest" | "connecting" | "identified"} state
 * @param {string} [provider]
 * @param {string} [session] The public name of the login that is shown.
 */
export function view(state, provider = "", session = "") {
  block.dataset.state = state;
  block.dataset.provider = provider;
  if ([state, form.dataset.state].includes("connecting"))
    form.dataset.state = state === "connecting" ? state : "open";
  part("comment-form-guest").hidden = state !== "guest";
  waiting.hidden = state !== "connecting";
  shown.hidden = state !== "identified";
  code.hide();
  part("login-late").hidden = part("left").hidden = part("expired").hidden = true;
  writer.session = session;
}

/** Without an address there is nowhere to send a notice to. @param {boolean} can */
export function subscribing(can) {
  const box = document.getElementById("subscribe");
  if (!(box instanceof HTMLInputElement)) return;
  box.disabled = !can;
  part("no-mail").hidden = can;
  part("mail-to").hidden = true;
}

/** Ask for an address: it is asked in turn whether it wants notices. */
export function addMail() {
  subscribing(true);
  const box = /** @type {HTMLInputElement} */ (part("subscribe"));
  box.checked = true;
  part("mail-to").hidden = false;
  field("mail_to").focus({ preventScroll: true });
}

/** Who is not reading or writing elsewhere is led on. @param {HTMLElement | null} [next] */
export function lead(next) {
  const now = document.activeElement;
  if (!now || now === document.body || block.contains(now)) next?.focus({ preventScroll: true });
}

/** @param {string} [provider] @returns {HTMLButtonElement | null} */
export function door(provider) {
  return /** @type {HTMLButtonElement | null} */ (part(`postas-${provider}`));
}

export function first() {
  return /** @type {HTMLElement | null} */ (document.querySelector("#comment-form-nascar button"));
}

/** @param {HTMLElement} button */
export function label(button) {
  return button.dataset.label ?? "";
}

/** The provider of last time is marked, so that nobody makes a second account by mistake. */
export function markLast() {
  const last = kept.get("provider");
  if (last?.until > Date.now()) door(last.name)?.classList.add("last");
}
