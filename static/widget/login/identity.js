/** Who writes: a guest, or somebody who logged in with a provider. */

import { ask, kept, nodes, session, site, writer } from "../main.js";
import { hidePreviews, showPreviews } from "../mine.js";
import {
  box,
  complain,
  field,
  form,
  hideMessage,
  messageButton,
  part,
  phrase,
  say,
} from "../parts.js";
import * as attempts from "./attempts.js";
import * as code from "./code.js";
import {
  addMail,
  block,
  door,
  first,
  label,
  lead,
  markLast,
  shown,
  subscribing,
  view,
  waiting,
} from "./views.js";

/** @typedef {{ html: string, name: string, provider: string, label: string, session: string, token?: string, has_mail: boolean, moderates?: boolean }} Me */

const LAST = 7 * 86_400_000; // milliseconds for which the last provider is marked
const FRESH = 5_000; // milliseconds after which a window that is looked at again asks who it is
const doors = /** @type {HTMLFormElement} */ (part("login"));
const shelf = `reader:${site}`;
const CHOSEN = "chosen";

/** @type {Me | null} */
let me = null;
let asked = 0;
let turn = 0;
let hadText = false;

/** Show who is logged in, if somebody is. */
async function recall() {
  asked = Date.now();
  const now = turn;
  const known = kept.get(shelf);
  prove(known?.token);
  const answer = known ? await ask(`/embed/${site}/me`) : null;
  const found = answer?.status === 200 ? await answer.json() : null;
  if (turn !== now) return; // Somebody has come or gone meanwhile.
  if (known && !found) kept.delete(shelf);
  // Whoever chose to write as a guest, or is just logging in, goes on with that.
  const stays = block.dataset.state === "connecting" || (me && block.dataset.state === "guest");
  if (found && stays) me = found;
  else if (found) show(found);
  else if (me && stays) leave();
  else if (me) (known ? ended : beGuest)(); // Whoever has logged out elsewhere knows it.
}

/** The login that a comment was sent under has ended: the text stays, and nothing is sent. */
export function ended() {
  const provider = me?.provider;
  kept.delete(shelf);
  beGuest();
  block.dataset.provider = provider;
  part("expired").hidden = false;
}

/** @param {Me} found */
function show(found) {
  turn++;
  equip(found.moderates);
  if (me?.session !== found.session) showPreviews().catch(() => {});
  me = found;
  shown.replaceChildren(nodes(found.html));
  view("identified", found.provider, found.session);
  subscribing(found.has_mail);
}

/** Whoever moderates here has their tools until they leave. @param {boolean} [now] */
function equip(now) {
  if (now || me?.moderates)
    import("../moderating/tools.js").then((module) => module.show(now)).catch(() => {});
}

/** Tell our server who this is where it cannot know by a cookie. @param {string} [token] */
function prove(token) {
  writer.headers = token ? { Authorization: `Bearer ${token}` } : {};
}

function beGuest() {
  leave();
  view("guest");
  subscribing(true);
}

/** What was theirs alone is not for whoever is here next; nor is it true any more that they are. */
function leave() {
  turn++;
  equip();
  me = null;
  prove();
  hidePreviews();
  say("");
}

/** The click itself opens the window; everything it needs is there before. @param {SubmitEvent} event */
function enter(event) {
  const button = /** @type {HTMLButtonElement} */ (event.submitter);
  if (form.dataset.state === "submitting") return event.preventDefault();
  if (me && button.dataset.provider === me.provider && block.dataset.state === "guest") {
    event.preventDefault();
    return arrive(me);
  }
  if (!attempts.isReady()) {
    event.preventDefault();
    attempts.prepare().then(() => doors.requestSubmit(button));
    return;
  }
  hadText = Boolean(box.value);
  hideMessage();
  attempts.begin(doors);
  waiting.querySelector(".to")?.replaceChildren(phrase("connecting", { name: label(button) }));
  say(phrase("connecting", { name: label(button) }));
  view("connecting", button.dataset.provider);
  part("login-cancel").focus({ preventScroll: true });
}

/** @param {Me} found */
async function arrived(found) {
  kept.set("provider", { name: found.provider, until: Date.now() + LAST });
  // Where the browser keeps the frame's cookie, no script ever holds the secret.
  prove();
  const answer = await ask(`/embed/${site}/me`).catch(() => null);
  const token = answer?.status === 200 ? undefined : found.token;
  prove(token);
  kept.set(shelf, { token });
  arrive(found);
}

/** @param {Me} found */
function arrive(found) {
  hideMessage();
  if (form.dataset.state === "resting") form.dataset.state = "open";
  show(found);
  say(phrase("loggedIn", { name: found.name, provider: found.label }));
  lead(hadText ? box : shown.querySelector("button"));
}

/**
 * The attempt ended without a login: back to whoever it was before.
 * @param {string} [detail]
 */
function over(detail) {
  const button = door(block.dataset.provider);
  hideMessage();
  if (me) show(me);
  else view("guest");
  if (detail) complain(detail);
  else say(phrase("loginCancelled", { provider: button ? label(button) : "" }));
  lead(button);
}

/** Nothing came while the reader looks at this page: the window may be closed, or never opened. */
function late() {
  part("login-late").hidden = false;
}

/** @param {Event} event */
function act(event) {
  const pressed = /** @type {Element} */ (event.target).closest("[data-act]");
  if (!(pressed instanceof HTMLElement)) return;
  event.preventDefault();
  if (form.dataset.state !== "submitting") ACTS.get(pressed.dataset.act ?? "")?.();
}

function cancel() {
  attempts.stop();
  over();
}

/** Log in by digits that come by mail. */
function byMail() {
  hadText = Boolean(box.value);
  hideMessage();
  attempts.stop();
  view("connecting", "email");
  waiting.hidden = true;
  code.begin(field("email").value);
}

function again() {
  attempts.stop();
  door(block.dataset.provider)?.click();
}

/** Log in within this very tab: for browsers that open no windows. */
function here() {
  const button = door(block.dataset.provider);
  session.set(
    CHOSEN,
    boxes().map(({ checked }) => checked),
  );
  if (button) attempts.here(doors, button.formAction);
}

/** Tick what was ticked before this tab went to the provider. */
function choose() {
  const chosen = session.get(CHOSEN) ?? [];
  for (const box of boxes()) box.checked = chosen.shift() ?? box.checked;
  session.delete(CHOSEN);
}

function boxes() {
  const all = form.querySelectorAll("[type=checkbox]");
  return /** @type {HTMLInputElement[]} */ ([...all]);
}

/** Write as a guest; the login stays. */
function change() {
  view("guest");
  subscribing(true);
  lead(first());
}

async function logOut() {
  const left = me;
  if (!left) return;
  const answer = await attempts.send("/logout", { site }).catch(() => null);
  if (!answer?.ok) return complain(phrase("network"), messageButton(phrase("again"), logOut));
  kept.delete(shelf);
  beGuest();
  const text = phrase("loggedOut", { provider: left.label });
  const note = part("left");
  note.hidden = false;
  /** @type {HTMLElement} */ (note.querySelector(".words")).textContent = text;
  say(text);
  lead(first());
}

/** On a shared computer: what was typed here goes as well. */
function forget() {
  for (const prefix of ["guest:", "draft:", "author:", "provider"])
    for (const key of kept.keys(prefix)) kept.delete(key);
  session.delete(`guest:${site}`);
  for (const name of ["email", "author", "url", "comment"]) field(name).value = "";
  part("left").hidden = true;
  lead(first());
}

function listen() {
  doors.noValidate = true; // Until now nothing could be sent that this script had not filled in.
  doors.addEventListener("submit", enter);
  form.addEventListener("click", act);
  block.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && block.dataset.state === "connecting") cancel();
  });
  // Another tab of this site logged in or out.
  addEventListener("storage", (event) => {
    if (event.key === `commentbox:${shelf}`) recall().catch(() => {});
  });
  // A tab that is shown again gives the focus to the article, not to its frame.
  const look = () => {
    if (me && Date.now() - asked > FRESH) recall().catch(() => {});
  };
  addEventListener("focus", look);
  addEventListener("visibilitychange", look);
}

const ACTS = new Map([
  ["cancel", cancel],
  ["again", again],
  ["here", here],
  ["change", change],
  ["logout", logOut],
  ["forget", forget],
  ["add-mail", addMail],
  ["email", byMail],
  ["code", () => code.send()],
  ["prove", () => code.prove().then((found) => found && arrived(found))],
]);

listen();
markLast();
choose();
attempts.start({ arrived, over, late });
recall().catch(() => {});
