/** Forms that change the queue in place: posted by script, answered with the page's new middle. */

import { forget } from "./drafts.js";
import { hold } from "./held.js";
import { focus, opened, put } from "./inline.js";
import { ask, parsed } from "./pages.js";
import { question } from "./question.js";
import { current, follow, wayOn } from "./rows.js";
import { refuse, say } from "./told.js";

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
  const answer = await ask(form.getAttribute("action") ?? "", { method: "POST", body });
  if (!answer) return refuse();
  if (answer.status === 401) return location.reload();
  const html = await answer.text();
  if (!answer.ok) return refused(form, answer.status, html);
  if (question(html)) return;
  const way = wayOn(form.querySelector('[data-key="u"]') !== null);
  if (form.matches("[data-form]")) {
    forget(form); // It has been sent: nothing in it waits any more.
    form.remove();
  }
  arrive(answer, html, way);
}

/**
 * Say why nothing was done, and show how things stand where this page is too old.
 * @param {HTMLFormElement} form
 * @param {number} status
 * @param {string} html
 */
async function refused(form, status, html) {
  const row = form.closest("[data-row]");
  const isShown = again(form, html);
  // Forms grow too old; a comment may have been edited, or be elsewhere by now.
  const isStale = status === 403 ? !isShown : status === 409 && form.matches("[data-form]");
  const fresh = isStale ? await ask(location.href) : null;
  if (fresh?.ok) arrive(fresh, await fresh.text(), row ? [row.id] : wayOn());
  refuse(html);
}

/**
 * Show a form as the service answered it: with what was typed, and what is wrong.
 * @param {HTMLFormElement} form
 * @param {string} html
 * @returns {boolean} whether it did
 */
function again(form, html) {
  if (!form.matches("[data-form]")) return false;
  const there = parsed(html).querySelector(`form[data-form="${form.dataset.form}"]`);
  if (!there) return false;
  const row = form.closest("[data-row]");
  form.replaceWith(there);
  there.setAttribute("data-begun", "");
  if (row) put(row, there);
  focus(there);
  return true;
}

/** Fetch the page anew, and leave the keyboard on its comment; if that is gone, on none. */
export async function refresh() {
  const answer = await ask(location.href);
  if (!answer?.ok || answer.redirected) return;
  const html = await answer.text();
  const row = current()?.id;
  const isTyped = show(html, answer.url);
  if (row && !isTyped) follow([row]);
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
  if (!show(html, answer.url)) follow(way);
}

/**
 * Put the middle of a page of ours in the place of this one's.
 * @param {string} html
 * @param {string} address
 * @returns {boolean} whether somebody is typing, so that the keyboard is theirs
 */
function show(html, address) {
  const page = parsed(html);
  const [here, there] = [document.getElementById("main"), page.getElementById("main")];
  if (!here || !there) return false;
  const giveBack = hold();
  const form = opened();
  const row = form?.closest("[data-row]")?.id;
  here.replaceChildren(...there.childNodes);
  const stays = row && document.getElementById(row);
  if (form && stays) put(stays, form); // What somebody is typing stays where it belongs.
  const isTyped = giveBack();
  document.title = page.title;
  const clean = new URL(address);
  // What was done stays in the address, so that it can be undone after a reload as well.
  clean.searchParams.delete("problem");
  history.replaceState(null, "", clean);
  say(document.querySelector("[data-notice] p")?.textContent ?? "");
  return isTyped;
}
