/**
 * One walk through a provider at a time: planted by a form of ours into a window of ours, redeemed
 * here with a secret that never leaves this frame. Neither the window nor its opener is relied on.
 */

import { base64url, random } from "../guest.js";
import { address, asked, session, site, who } from "../main.js";
import { part } from "../parts.js";

const SECOND = 1_000; // milliseconds
const LOOKED_AT = 3_000; // milliseconds before "Closed it?"
const RETURN = 10_000; // milliseconds of unbroken attention before the form comes back by itself
const STILL = 60_000; // milliseconds for which a login counts after that
const MINUTE = 60_000;
const PATIENCE = 5 * MINUTE;
const LOST = 20_000; // milliseconds until an answer counts as lost
const [OK, GONE] = [200, 410];
const shelf = `attempt:${site}`;

/** @typedef {{ arrived: (me: any) => void, over: (detail?: string) => void, late: () => void }} Ends */

/** @type {{ verifier: string, challenge: string } | null} */
let next = null;
/** @type {{ verifier: string, at: number, until: number, quiet?: boolean } | null} */
let current = null;
/** @type {Ends} */
let ends = { arrived() {}, over() {}, late() {} };
let timer = 0;
let watch = 0;
let asking = false;

/**
 * Get ready, and go on with the attempt that this tab had when its page was left.
 * @param {Ends} whatFollows
 */
export function start(whatFollows) {
  ends = whatFollows;
  prepare().catch(() => {});
  const left = session.get(shelf);
  if (left?.until > Date.now()) current = left;
  redeem();
  addEventListener("focus", redeem);
  // A hint of our own window, which may hold nothing: what counts is what the server says.
  addEventListener("message", ({ origin }) => origin === location.origin && redeem());
}

/** Make the secret of the next attempt, and what the window is told of it (RFC 7636, S256). */
export async function prepare() {
  const verifier = random();
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  next = { verifier, challenge: base64url(new Uint8Array(digest)) };
}

/**
 * Send JSON to our server with what says that this browser has written, and return its answer.
 * @param {string} path
 * @param {unknown} json
 */
export function send(path, json) {
  const headers = { ...who(), "Content-Type": "application/json" };
  const signal = AbortSignal.timeout(LOST);
  return fetch(path, { method: "POST", body: JSON.stringify(json), headers, signal });
}

/** Whether an attempt can begin at once. */
export function isReady() {
  return next !== null;
}

/** Return the secret of an attempt and what our server is told of it; each pair serves once. */
export async function pair() {
  if (!next) await prepare();
  return take();
}

/** Fill in the form that is just being sent to a window. @param {HTMLFormElement} doors */
export function begin(doors) {
  plant(doors, "window");
  observe();
  soon();
}

/**
 * Send the form in this tab; the page that comes back goes on with what this one began.
 * @param {HTMLFormElement} doors
 * @param {string} action
 */
export function here(doors, action) {
  if (!next) return;
  stop();
  plant(doors, "tab");
  doors.action = action;
  doors.target = "_top";
  doors.submit();
}

/** Ask no more; what comes late does not count. */
export function stop() {
  clearTimeout(timer);
  clearInterval(watch);
  current = null;
  session.delete(shelf);
}

/**
 * @param {HTMLFormElement} doors
 * @param {"window" | "tab"} mode
 */
function plant(doors, mode) {
  const { verifier, challenge } = take();
  const values = { site, challenge, mode, title: asked.get("title") ?? "" };
  for (const [name, value] of [...Object.entries(values), ...address()]) {
    const input = doors.elements.namedItem(name) ?? doors.appendChild(hidden(name));
    /** @type {HTMLInputElement} */ (input).value = value;
  }
  current = { verifier, at: Date.now(), until: Date.now() + PATIENCE };
  session.set(shelf, current);
}

/** Take the pair that is ready, and make another. */
function take() {
  const made = /** @type {NonNullable<typeof next>} */ (next);
  next = null;
  prepare().catch(() => {});
  return made;
}

/** Nothing came while the reader looks at this page: the window was closed, or never opened. */
function observe() {
  clearInterval(watch);
  let seen = 0;
  let away = false; // A window that opens takes the focus.
  watch = setInterval(() => {
    const here = document.hasFocus() && !document.hidden;
    away ||= !here;
    seen = here ? seen + SECOND : 0;
    if (seen === LOOKED_AT) ends.late();
    if (seen === LOOKED_AT && !away) console.warn(part("login-late").dataset.blocked);
    if (seen < RETURN || !current) return;
    clearInterval(watch);
    current.until = Date.now() + STILL;
    current.quiet = true; // Nobody waits for it any more.
    ends.over();
  }, SECOND);
}

function soon() {
  clearTimeout(timer);
  const age = Date.now() - (current?.at ?? 0);
  if (current) timer = setTimeout(redeem, age < MINUTE ? SECOND : 2 * SECOND);
}

async function redeem() {
  const mine = current;
  if (!mine) return;
  if (asking) return soon(); // It is still asked about another.
  asking = true;
  const { verifier } = mine;
  const answer = await send("/login/redeem", { verifier, site }).catch(() => null);
  asking = false;
  if (current !== mine) return;
  if (answer?.status === OK) finish(await answer.json());
  else if (answer?.status === GONE || mine.until < Date.now()) finish({ outcome: "late" });
  else soon();
}

/** @param {{ outcome: string, message?: string }} result */
function finish({ outcome, message, ...me }) {
  const quiet = current?.quiet;
  stop();
  if (outcome === "ok") ends.arrived(me);
  else if (message || !quiet) ends.over(message ?? part("login-late").dataset.over);
}

/** @param {string} name */
function hidden(name) {
  return Object.assign(document.createElement("input"), { type: "hidden", name });
}
