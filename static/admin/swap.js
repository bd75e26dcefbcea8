/** Forms that change the queue in place: posted by script, answered with the page's new middle. */

import { begun, focus, put } from "./inline.js";
import { ask, parsed } from "./pages.js";
import { question } from "./question.js";
import { current, follow, wayOn } from "./rows.js";

/**
 * Post forms with `data-swap` by script.
 * @param {() => void} swapped is called after each change of the page
 */
export function swapForms(swapped) {
  let isBusy = false;
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-swap]")) return;
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    document.querySelector(".bulk")?.classList.add("is-busy");
    try {
      await send(form, /** @type {SubmitEvent} */ (event).submitter);
      swapped();
    } finally {
      isBusy = false;
      document.querySelector(".bulk")?.classList.remove("is-busy");
    }
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
async function send(form, submitter) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) body.append(name, String(value));
  const action = form.getAttribute("action") ?? "";
  const answer = await ask(action, { method: "POST", body });
  if (!answer) return refuse();
  if (answer.status === 401) return location.reload();
  const html = await answer.text();
  if (answer.ok) {
    if (question(html)) return;
    if (form.matches(".inline")) form.reset(); // It has been sent: nothing in it waits any more.
    return arrive(answer, html, wayOn(form.querySelector('[data-key="u"]') !== null));
  }
  // The forms may have been too old: those of a fresh page are not.
  const fresh = answer.status === 403 ? await ask(location.href) : null;
  if (fresh?.ok) arrive(fresh, await fresh.text(), wayOn());
  if (!fresh && again(form, html)) return;
  refuse(html);
}

/**
 * Show a form within a row as the service answered it: with what was typed, and what is wrong.
 * @param {HTMLFormElement} form
 * @param {string} html
 */
function again(form, html) {
  const page = parsed(html);
  const there = page.querySelector(`form[data-form="${form.dataset.form}"]`);
  const row = form.closest("[data-row]");
  if (!there || !row) return false;
  const words = page.querySelector(".alert")?.textContent;
  form.remove();
  put(row, there);
  focus(there);
  if (words) tell(words);
  return true;
}

/** Fetch the page anew, and leave the keyboard on its comment; if that is gone, on none. */
export async function refresh() {
  const answer = await ask(location.href);
  if (!answer?.ok || answer.redirected) return;
  const html = await answer.text();
  const row = current()?.id;
  show(html, answer.url);
  if (row) follow([row]);
}

/**
 * Show a page of ours; another than this one is left to the browser.
 * @param {Response} answer
 * @param {string} html
 * @param {string[]} way the rows of which the first that is left then has the focus
 */
function arrive(answer, html, way) {
  if (new URL(answer.url).pathname !== location.pathname) {
    return answer.redirected ? location.assign(answer.url) : location.reload();
  }
  show(html, answer.url);
  follow(way);
}

/**
 * Say why nothing was done, in the words of the page that the service answered with.
 * @param {string} [html] nothing if there was no answer
 */
function refuse(html) {
  const said = document.getElementById("refused")?.dataset;
  const words = html && parsed(html).querySelector("h1")?.textContent;
  tell(words || ((html === undefined ? said?.offline : said?.failed) ?? ""));
}

/** @param {string} words */
function tell(words) {
  const told = document.getElementById("refused");
  if (!told) return;
  told.textContent = words;
  told.hidden = false;
}

/**
 * Put the middle of a page of ours in the place of this one's.
 * @param {string} html
 * @param {string} address
 */
function show(html, address) {
  const page = parsed(html);
  const [here, there] = [document.getElementById("main"), page.getElementById("main")];
  if (!here || !there) return;
  const form = begun();
  const row = form?.closest("[data-row]")?.id;
  here.replaceChildren(...there.childNodes);
  const stays = row && document.getElementById(row);
  if (form && stays) put(stays, form); // What somebody is typing stays where it belongs.
  document.title = page.title;
  const clean = new URL(address);
  // What was done stays in the address, so that it can be undone after a reload as well.
  clean.searchParams.delete("problem");
  history.replaceState(null, "", clean);
  say(document.querySelector("[data-notice] p")?.textContent ?? "");
}

/**
 * Tell a screen reader; the region was there before the words, so that they are heard.
 * @param {string} words
 */
function say(words) {
  const said = document.getElementById("said");
  if (said) said.textContent = words;
}
