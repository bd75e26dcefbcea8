/** Forms that change the queue in place: posted by script, answered with the page's new middle. */

import { forget, keep, restoreAll, seeAsBefore } from "./drafts.js";
import { hold, isTyping } from "./held.js";
import { focus, opened, put } from "./inline.js";
import { fold } from "./long.js";
import { ask, parsed } from "./pages.js";
import { question } from "./question.js";
import { current, follow, rows, wayOn } from "./rows.js";
import { select } from "./selection.js";
import { hush, refuse, say } from "./told.js";
import { during, forgetKeys, inTurn } from "./turns.js";

/** @typedef {import("./pages.js").Answer} Answer */

/**
 * What a form says, when it is sent and after.
 * @typedef {{ form: HTMLFormElement, action: string, body: URLSearchParams }} Sent
 */

/** @type {string[]} what is on its way, or waits for its turn */
const sent = [];

/** Post forms with `data-swap` by script, one after another. */
export function swapForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-swap]")) return;
    event.preventDefault();
    const given = read(form, /** @type {SubmitEvent} */ (event).submitter);
    const name = `${given.action} ${given.body}`;
    if (sent.includes(name)) return; // Pressed twice.
    sent.push(name);
    dim(given.body, true);
    close(form, true); // What is typed from now on would not be sent.
    inTurn(() =>
      busy(async () => {
        try {
          return await send(given);
        } finally {
          sent.splice(sent.indexOf(name), 1);
          dim(given.body, false);
          close(form, false);
        }
      }),
    );
  });
}

/**
 * Show at once that something is being done to rows: nobody presses twice then.
 * @param {URLSearchParams} body
 * @param {boolean} isOn
 */
function dim(body, isOn) {
  for (const row of rows()) {
    const box = row.querySelector("input[name=comment]");
    const isMeant = box instanceof HTMLInputElement && decided(body).includes(box.value);
    if (isMeant) row.classList.toggle("is-going", isOn);
  }
}

/**
 * Close the text of a form while it is on its way, or open it again.
 * @param {HTMLFormElement} form
 * @param {boolean} isOn
 */
function close(form, isOn) {
  // Its own alone: the queue's form may hold one that somebody goes on typing into.
  for (const field of form.elements)
    if (field instanceof HTMLTextAreaElement) field.readOnly = isOn;
}

/**
 * Read a form as it is when it is sent: its turn may come later.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 * @returns {Sent}
 */
function read(form, submitter) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) body.append(name, String(value));
  return { form, action: form.getAttribute("action") ?? "", body };
}

/**
 * Let keys and forms wait until something is done. Keys that waited are for the comment that is
 * marked then; they are forgotten where none is, somebody types, or nothing was done.
 * @param {() => Promise<boolean>} work says whether it was done
 */
function busy(work) {
  document.querySelector(".bulk")?.classList.add("is-busy");
  return during(async () => {
    const isDone = await work().finally(() =>
      document.querySelector(".bulk")?.classList.remove("is-busy"),
    );
    if (!isDone || !current() || isTyping(document.activeElement)) forgetKeys();
  });
}

/**
 * @param {Sent} given
 * @returns {Promise<boolean>} whether it was done, and this page shows it
 */
async function send({ form, action, body }) {
  const answer = await ask(action, { method: "POST", body });
  if (!answer) refuse();
  else if (answer.status === 401) location.reload();
  if (!answer || answer.status === 401) return false;
  if (!answer.ok) await refused(form, answer);
  if (!answer.ok || question(answer.html)) return false;
  const way = wayOn(form.querySelector('[data-key="u"]') !== null);
  if (form.matches("[data-form]")) {
    forget(form); // It has been sent: nothing in it waits any more.
    form.remove();
  }
  return arrive(answer, way, decided(body));
}

/**
 * @param {URLSearchParams} body
 * @returns {string[]} the rows that a form decides about
 */
function decided(body) {
  const only = body.get("only")?.split(" ")[1];
  return only ? [only] : body.getAll("comment");
}

/**
 * Say why nothing was done, and show how things stand where this page is too old.
 * @param {HTMLFormElement} form
 * @param {Answer} answer
 */
async function refused(form, { status, html }) {
  const row = form.closest("[data-row]");
  // A comment may have been edited, or be elsewhere by now; forms grow too old.
  const isPast = status === 409 && form.matches("[data-form]");
  const shown = isPast ? null : again(form, html);
  const isStale = isPast || (status === 403 && !shown);
  const fresh = isStale ? await ask(location.href) : null;
  // Only with the text of now in sight may the next Save cover it.
  const isSeen = isPast && fresh?.ok && !fresh.redirected;
  if (isSeen) again(form, html, true);
  if (fresh?.ok) arrive(fresh, row ? [row.id] : wayOn());
  // A comment's own page has a form of its own by now, that does not say what Save would cover.
  const anew = document.querySelector(`form[data-form="${form.dataset.form}"]`);
  if (isSeen && !row && anew instanceof HTMLFormElement) again(anew, html, true);
  if (shown?.querySelector(".error")) hush();
  else refuse(html);
}

/**
 * Show a form as the service answered it: with what was typed, and what is wrong.
 * @param {HTMLFormElement} form
 * @param {string} html
 * @param {boolean} [isSeen] whether the comment is shown as it is by now
 * @returns {HTMLFormElement | null} the form, if it did
 */
function again(form, html, isSeen = false) {
  if (!form.matches("[data-form]")) return null;
  const there = parsed(html).querySelector(`form[data-form="${form.dataset.form}"]`);
  if (!(there instanceof HTMLFormElement)) return null;
  const row = form.closest("[data-row]");
  form.replaceWith(there);
  there.setAttribute("data-begun", "");
  if (isSeen) keep(there);
  else seeAsBefore(there, form);
  if (row) put(row, there);
  focus(there);
  return there;
}

/** Fetch the page anew, and leave the keyboard on its comment; if that is gone, on none. */
export function refresh() {
  inTurn(() =>
    busy(async () => {
      const answer = await ask(location.href);
      if (!answer?.ok || answer.redirected) return true;
      const row = current()?.id;
      const isTyped = show(answer);
      if (row && !isTyped) follow([row]);
      return true;
    }),
  );
}

/**
 * Show a page of ours; another than this one is left to the browser.
 * @param {Answer} answer
 * @param {string[]} way the rows of which the first that is left then has the focus
 * @param {string[]} [decided] the rows that are not selected any more
 * @returns {boolean} whether it is shown here, and tells of no problem
 */
function arrive(answer, way, decided = []) {
  if (new URL(answer.url).pathname !== location.pathname) {
    if (answer.redirected) location.assign(answer.url);
    else location.reload();
    return false;
  }
  if (!show(answer, decided)) follow(way);
  return !document.querySelector("[data-notice].is-problem");
}

/**
 * Put the middle of a page of ours in the place of this one's.
 * @param {Answer} answer
 * @param {string[]} [decided]
 * @returns {boolean} whether somebody is typing, so that the keyboard is theirs
 */
function show({ html, url }, decided = []) {
  const page = parsed(html);
  const [here, there] = [document.getElementById("main"), page.getElementById("main")];
  if (!here || !there) return false;
  const giveBack = hold();
  const isProblem = there.querySelector("[data-notice].is-problem") !== null;
  const chosen = select.chosen().filter((row) => isProblem || !decided.includes(row));
  const form = opened();
  const row = form?.closest("[data-row]")?.id;
  here.replaceChildren(...there.childNodes);
  const stays = row && document.getElementById(row);
  if (form && stays) put(stays, form); // What somebody is typing stays where it belongs.
  restoreAll();
  fold();
  const isTyped = giveBack();
  select.only(chosen);
  document.title = page.title;
  const clean = new URL(url);
  // What was done stays in the address, so that it can be undone after a reload as well.
  clean.searchParams.delete("problem");
  history.replaceState(null, "", clean);
  say(document.querySelector("[data-notice] p")?.textContent ?? "");
  return isTyped;
}
