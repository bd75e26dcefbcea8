/** Sending the form, once, and saying how it went. */

import { faults, website } from "./check.js";
import * as drafts from "./drafts.js";
import * as guest from "./guest.js";
import { address, ask, asked, nodes, reveal, site, thread, who, writer } from "./main.js";
import { counted, insert, showPreviews } from "./mine.js";
import {
  box,
  button,
  complain,
  countDown,
  field,
  form,
  hideMessage,
  linkTo,
  markField,
  messageButton,
  part,
  phrase,
  say,
} from "./parts.js";
import { answering, clear, goHome } from "./place.js";

const PATIENCE = 20_000; // milliseconds until an answer counts as lost
const PROGRAM = 2_100; // milliseconds; whoever sends sooner than that is taken for a program

const TWICE = 1000; // milliseconds in which a second press means the same comment
const FIELDS = ["comment", "email", "author", "url"];
/** @type {[string, (target: string) => unknown][]} */
const MENDS = [
  ["form.stale", renewToken],
  // An earlier text did arrive under this key, and its answer was lost: this one is another.
  ["key.reused", drafts.renewKey],
];

const words = button.textContent;
let posted = 0;
/** @type {Promise<string> | undefined} */
let token;
let issued = 0;

/** @typedef {{ code?: string, detail?: string, fields?: Record<string, string>, retry_after?: number, comment_id?: string, request_id?: string }} Problem */

/** Check the form and send it, unless it is on its way, or the reader must wait or still logs in. */
export async function submit() {
  if (button.ariaDisabled || (!box.value && Date.now() - posted < TWICE)) return;
  hideMessage();
  if (form.dataset.state === "connecting") return complain(phrase("unfinished"));
  const url = field("url");
  url.value = website(url.value);
  const found = faults();
  for (const name of FIELDS) markField(name, found.get(name));
  const [first] = found.keys();
  if (first) return field(first).focus();
  hold(true);
  say(phrase("posting"));
  const [text, target] = [box.value, answering()];
  drafts.save(target, text);
  try {
    await answered(await send(target), text, target);
  } catch {
    hold(false);
    complain(phrase("network"), messageButton(phrase("again"), submit));
  }
}

/** Return what proves to the server that this form is its own. */
export function freshToken() {
  return token ?? renewToken();
}

/** Check one field again, while it is being mended. @param {string} name */
export function check(name) {
  markField(name, faults().get(name));
}

function renewToken() {
  token = fetchToken();
  token.catch(() => {
    token = undefined;
  });
  return token;
}

async function fetchToken() {
  const answer = await (await ask(`/embed/${site}/token`)).json();
  issued = Date.now();
  return String(answer.token);
}

/** Send, and once more where we can mend what the server refuses: silently, and each only once. */
async function send(/** @type {string} */ target) {
  let answer = await post(target);
  for (const [code, mend] of MENDS) {
    if (answer.ok || (await problem(answer.clone())).code !== code) continue;
    await mend(target);
    answer = await post(target);
  }
  return answer;
}

/** @param {Response} answer @returns {Promise<Problem>} */
async function problem(answer) {
  return answer.json().catch(() => ({}));
}

/** @param {string} target */
async function post(target) {
  const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  for (const [name, value] of address()) body.set(`page_${name}`, value);
  body.set("page_title", asked.get("title") ?? "");
  body.set("session", writer.session);
  body.set("token", await freshToken());
  guest.sign();
  // A draft that was restored can be sent at once by a person.
  await new Promise((done) => setTimeout(done, issued + PROGRAM - Date.now()));
  return fetch(form.action, {
    method: "POST",
    body,
    headers: {
      ...who(),
      Accept: "application/problem+json, text/html;q=0.9",
      "Idempotency-Key": drafts.keyOf(target),
    },
    signal: AbortSignal.timeout(PATIENCE),
  });
}

/**
 * @param {Response} answer
 * @param {string} text
 * @param {string} target
 */
async function answered(answer, text, target) {
  if (answer.ok) return taken(await answer.text(), answer.status === 202, text, target);
  const trouble = await problem(answer);
  hold(false);
  if (trouble.fields) return blame(trouble.fields);
  refused(answer.status, trouble);
}

/**
 * @param {string} html
 * @param {boolean} pending
 * @param {string} text
 * @param {string} target
 */
function taken(html, pending, text, target) {
  drafts.settle(target, text);
  if (!writer.session) guest.settle();
  clear();
  goHome();
  hold(false);
  posted = Date.now();
  form.dataset.state = pending ? "sent-pending" : "sent-published";
  const item = /** @type {HTMLElement} */ (nodes(html).firstElementChild);
  const known = document.getElementById(item.querySelector(".comment")?.id ?? "");
  const comment = insert(item);
  part("confirm").hidden = !field("subscribe")?.checked;
  if (!pending && !known) count();
  say(phrase(pending ? "pending" : "posted"));
  reveal(comment, pending ? {} : { focus: comment.dataset.id });
  comment.focus({ preventScroll: true });
}

function count() {
  const shown = /** @type {HTMLElement | null} */ (document.querySelector(".count"));
  if (!shown) return;
  const number = Number(shown.dataset.count) + 1;
  shown.dataset.count = String(number);
  shown.textContent = counted(shown, number);
}

/** @param {Record<string, string>} fields */
function blame(fields) {
  /** @type {Record<string, string>} */
  const names = { name: "author", website: "url" };
  for (const [name, text] of Object.entries(fields)) markField(names[name] ?? name, text);
  /** @type {HTMLElement | null} */ (form.querySelector("[aria-invalid]"))?.focus();
}

/**
 * @param {number} http
 * @param {Problem} trouble
 */
function refused(http, trouble) {
  const { code, comment_id, detail = phrase("server"), request_id: id, retry_after } = trouble;
  if (http >= 500) complain(phrase("server"), id && phrase("code", { id }));
  else if (code === "comment.duplicate") complain(detail, linkTo(comment_id));
  else if (code === "parent.gone") complain(detail, messageButton(phrase("fresh"), asNew));
  else if (code === "thread.closed") close(detail);
  else if (code === "session.expired") import("./login/identity.js").then(({ ended }) => ended());
  else if (retry_after) countDown(detail, retry_after);
  else complain(detail);
}

function asNew() {
  goHome();
  submit();
}

/** @param {string} detail */
async function close(detail) {
  form.dataset.state = "unavailable";
  complain(detail);
  part("reply-title").textContent = phrase("closed");
  part("cancel-comment-reply-link").hidden = true;
  for (const act of thread.querySelectorAll("[data-reply]")) act.remove();
  (await import("./closed.js")).offerCopy(box, phrase("copy"));
  box.focus({ preventScroll: true });
}

/** @param {boolean} sending */
function hold(sending) {
  form.dataset.state = sending ? "submitting" : "open";
  // Not `disabled`: the focus would fall from it, and a screen reader lose its place.
  button.ariaDisabled = sending ? "true" : null;
  button.textContent = (sending && button.dataset.sending) || words;
  for (const name of FIELDS) field(name).readOnly = sending;
}

// A page that comes back from the cache of the browser was perhaps frozen while sending: T17.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  if (form.dataset.state === "submitting") hold(false);
  renewToken().catch(() => {});
  showPreviews().catch(() => {});
});
