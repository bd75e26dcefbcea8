/** Unsent text: kept in this browser only, one for each comment that is answered and the thread. */

import { kept, place, session, site } from "./main.js";

const LASTS = 30 * 86_400_000; // milliseconds

/** @typedef {{ text: string, at: number, key: string }} Draft */

/** @param {string} target The comment that is answered, or "". */
const name = (target) => `draft:${site}:${place}:${target}`;

/**
 * Keep a text with the key of its submission; an empty one is forgotten.
 * @param {string} target
 * @param {string} text
 */
export function save(target, text) {
  session.set(`target:${site}:${place}`, target);
  if (!text.trim()) return forget(target);
  const known = read(target);
  if (known?.text !== text)
    kept.set(name(target), { ...known, text, at: Date.now(), key: keyOf(target) });
}

/**
 * Return the draft for a target, or null.
 * @param {string} target
 * @returns {Draft | null}
 */
export function read(target) {
  const draft = kept.get(name(target));
  return typeof draft?.text === "string" ? draft : null;
}

/**
 * Forget a draft; with `text`, only if another window has not written over it meanwhile.
 * @param {string} target
 * @param {string} [text]
 */
export function forget(target, text) {
  if (text === undefined || read(target)?.text === text) kept.delete(name(target));
}

/**
 * Let the thread's own place have a draft for another, unless it has one itself.
 * @param {string} target
 */
export function bringHome(target) {
  const draft = read(target);
  if (!target || !draft || read("")) return;
  kept.set(name(""), { ...draft, key: crypto.randomUUID() });
  forget(target);
}

/**
 * Return the target whose draft to show first: the last one here, else any; the thread's own if none.
 * @returns {string}
 */
export function lastTarget() {
  const targets = kept.keys(name("")).map((key) => key.slice(name("").length));
  const last = session.get(`target:${site}:${place}`);
  return targets.includes(last) ? last : (targets[0] ?? "");
}

/** Forget what is older than 30 days, here and in other threads. */
export function expire() {
  for (const key of kept.keys("draft:")) {
    if (!(kept.get(key)?.at > Date.now() - LASTS)) kept.delete(key);
  }
}

/**
 * Return the key that makes repeated submissions one comment. It outlives a reload and the tab with
 * the draft, because an answer may be lost after the comment was stored.
 * @param {string} target
 * @returns {string}
 */
export function keyOf(target) {
  return read(target)?.key ?? session.get(`key:${name(target)}`) ?? renewKey(target);
}

/**
 * Make the next submission another one than the last, and return its key.
 * @param {string} target
 */
export function renewKey(target) {
  const key = crypto.randomUUID();
  const draft = read(target);
  if (draft) kept.set(name(target), { ...draft, key });
  session.set(`key:${name(target)}`, key);
  return key;
}

/**
 * The server has this text: forget it, and what it was sent under.
 * @param {string} target
 * @param {string} text
 */
export function settle(target, text) {
  forget(target, text);
  renewKey(target);
}
