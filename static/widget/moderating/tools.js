/** What only those who moderate get: what waits in the thread, and tools beside each comment. */

import { address, ask, kept, nodes, site, thread, writer } from "../main.js";
import { counted, insert } from "../mine.js";

const LOST = 20_000; // milliseconds until an answer counts as lost
const STALE = 1_200; // milliseconds for which a page may still be what it was
const NEXT = new Map([
  ["pin", "unpin"],
  ["unpin", "pin"],
  ["close", "open"],
  ["open", "close"],
]);
const flag = `moderates:${site}`;
const { lang } = document.documentElement;
const path = `/embed/${site}/moderating?${address()}&sort=${thread.dataset.order}&lang=${lang}`;
const list = /** @type {HTMLElement} */ (document.getElementById("comments"));
const watch = new MutationObserver(equip);

/** @typedef {{ section: string, tools: string, waiting: string, reported: string, standing: string }} Parts */
/** @typedef {{ said: string, count: number, bar: string, pinned: string, html: string, fold: string }} Outcome */

let here = false;
let busy = false;
let tools = "";
/** What to say of comments that were reported, until they are in view. */
let reported = new DocumentFragment();
/** Where it says what is wrong: beside what was pressed. */
let alert = /** @type {HTMLElement} */ (document.createElement("p"));

/** Show the tools, or take them away with everything that others do not see. @param {boolean} [now] */
export async function show(now = false) {
  if (now === here) return;
  here = now;
  if (!now) return leave();
  const token = kept.get(`reader:${site}`)?.token;
  if (token) writer.headers = { Authorization: `Bearer ${token}` };
  try {
    await renew();
    kept.set(flag, true);
  } catch (problem) {
    here = false;
    if (/40[14]/.test(/** @type {Error} */ (problem).message)) kept.delete(flag);
  }
}

/** Show what waits now, with fresh tools. @param {string} [id] a comment to show as it stands */
async function renew(id = "") {
  /** @type {Parts} */
  const parts = await (await ask(`${path}&about=${id}`)).json();
  if (!here) return; // Whoever it was has left meanwhile.
  alert.remove();
  part("#moderating")?.remove();
  part(".thread-head")?.after(nodes(parts.section));
  alert = /** @type {HTMLElement} */ (part("#moderating .alert"));
  tools = parts.tools;
  reported = nodes(parts.reported);
  const waiting = nodes(parts.waiting);
  for (const old of thread.querySelectorAll(".held"))
    if (old.id !== `comment-${id}` && !waiting.getElementById(old.id)) old.remove();
  for (const item of [...waiting.children]) place(item);
  if (parts.standing) swap(id, parts.standing);
  tidy();
  equip();
  watch.observe(list, { childList: true, subtree: true });
}

/** @param {Element} item A comment that waits: it may have kept its place for its replies. */
function place(item) {
  const comment = /** @type {Element} */ (item.querySelector(".comment"));
  const known = document.getElementById(comment.id);
  if (known) return known.replaceWith(comment);
  insert(/** @type {HTMLElement} */ (item));
  if (item.parentElement !== list || thread.dataset.order !== "newest") return;
  const older = [...list.children].find((other) => written(other) < written(item));
  list.insertBefore(item, older ?? null);
}

/** @param {Element} item */
function written(item) {
  return item.querySelector("time")?.dateTime ?? "";
}

/** Give tools to every comment that has none yet. */
function equip() {
  const bare = ".comment[data-status=published] > .acts:not(:has([data-moderate]))";
  for (const acts of thread.querySelectorAll(bare)) {
    const comment = /** @type {HTMLElement} */ (acts.parentElement);
    const name = comment.querySelector(".author")?.textContent ?? "";
    acts.append(nodes(tools));
    for (const button of acts.querySelectorAll("[data-moderate]"))
      button.ariaLabel = (button.ariaLabel ?? "").replace("{name}", name);
    const why = reported.querySelector(`[data-of="${comment.dataset.id}"]`);
    if (why) acts.before(why);
  }
  const pinned = part(".bar")?.dataset.pinned;
  for (const button of thread.querySelectorAll("[data-moderate$=pin]")) {
    const isPinned = aboutWhat(button)?.dataset.id === pinned;
    button.toggleAttribute("hidden", isPinned === button.matches("[data-moderate=pin]"));
  }
}

/** @param {Event} event */
async function press(event) {
  const button = /** @type {Element} */ (event.target).closest("[data-moderate]");
  if (!(button instanceof HTMLElement) || busy) return;
  busy = true;
  const { moderate: act = "", batch = "" } = button.dataset;
  const { id = "", revision = "0", status = "" } = aboutWhat(button)?.dataset ?? {};
  const token = part(".bar")?.dataset.token ?? "";
  const body = new URLSearchParams({ act, comment: id, revision, status, batch, token });
  const headers = { ...writer.headers, Accept: "application/problem+json, application/json" };
  const signal = AbortSignal.timeout(LOST);
  try {
    const answer = await fetch(path, { method: "POST", body, headers, signal });
    const said = await answer.json();
    if (answer.ok) answered(act, id, said);
    else await refused(answer.status, id, said.detail, button);
  } catch {
    complain(alert.dataset.network, button);
  }
  busy = false;
}

/**
 * Show what came of it where it was asked for, and lead there.
 * @param {string} act
 * @param {string} id
 * @param {Outcome} outcome
 */
function answered(act, id, { said, count, bar, pinned, html, fold }) {
  alert.hidden = true;
  part(".bar")?.replaceWith(nodes(bar));
  part("#pinned")?.remove();
  list.before(nodes(pinned));
  if (html) swap(id, html);
  if (html) tellReplies(id, nodes(fold).firstElementChild);
  equip();
  tell(count);
  if (act === "close" || act === "open") shut(act === "close");
  /** @type {HTMLElement} */ (part("#moderating [role=status]")).textContent = said;
  const next = `[data-moderate=${NEXT.get(act) ?? "undo"}]`;
  const around = id ? `[data-id="${id}"]` : ".bar";
  (part(`${around} ${next}`) ?? part(around))?.focus({ preventScroll: true });
}

/** @param {string} id @param {string} html */
function swap(id, html) {
  const old = document.getElementById(`comment-${id}`);
  const note = old?.nextElementSibling;
  if (note?.matches(".done")) note.remove();
  old?.replaceWith(nodes(html));
}

/** @param {string} id @param {Element | null} fold says how many replies there are now, if any */
function tellReplies(id, fold) {
  const branch = part(`[data-id="${id}"]`)?.closest(".branch");
  const old = branch?.querySelector(".fold");
  if (fold && old) fold.ariaExpanded = old.ariaExpanded;
  old?.remove();
  if (fold) branch?.querySelector(".replies")?.before(fold);
}

/** @param {number} count */
function tell(count) {
  const heading = part(".count");
  if (!heading) return;
  heading.dataset.count = String(count);
  heading.textContent = counted(heading, count);
}

/** A page that was made without a form is asked for anew. @param {boolean} closed */
function shut(closed) {
  const form = document.getElementById("respond");
  if (form) form.hidden = closed;
  else if (!closed) setTimeout(() => location.reload(), STALE);
  for (const reply of thread.querySelectorAll("[data-reply]"))
    reply.toggleAttribute("hidden", closed);
}

/**
 * @param {number} http
 * @param {string} id
 * @param {string | undefined} detail
 * @param {HTMLElement} button
 */
async function refused(http, id, detail, button) {
  if (http === 401) show();
  if (http === 403 || http === 409) await renew(id);
  const comment = document.getElementById(`comment-${id}`);
  if (button.isConnected) return complain(detail, button);
  complain(detail, comment ?? part(".thread-head") ?? button);
  comment?.focus({ preventScroll: true });
}

/**
 * Say beside a button, or below a comment, what is wrong.
 * @param {string | undefined} text
 * @param {Element} near
 */
function complain(text, near) {
  (near.closest(".acts, .bar") ?? near).after(alert);
  alert.hidden = false;
  alert.textContent = text ?? alert.dataset.network ?? "";
}

function leave() {
  kept.delete(flag);
  watch.disconnect();
  alert.remove();
  const theirs = "#moderating, .held, .removed, .done, .why, [data-moderate]";
  for (const each of thread.querySelectorAll(theirs)) each.remove();
  tidy();
}

/** Take away the places of comments that are there no more. */
function tidy() {
  for (const item of thread.querySelectorAll("li:not(:has(.comment))")) item.remove();
}

/** @param {Element} button @returns {HTMLElement | null} */
function aboutWhat(button) {
  return button.closest("[data-id]");
}

/** @param {string} selector @returns {HTMLElement | null} */
function part(selector) {
  return thread.querySelector(selector);
}

thread.addEventListener("click", press);
