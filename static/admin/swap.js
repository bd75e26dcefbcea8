/** Forms that change the queue in place: posted by script, answered with the page's new middle. */

import { goTo, place } from "./rows.js";

const policy = /** @type {any} */ (window).trustedTypes?.createPolicy("commentbox", {
  createHTML: (/** @type {string} */ html) => html,
});

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
  const at = place();
  const action = form.getAttribute("action") ?? "";
  const answer = await ask(action, { method: "POST", body });
  if (!answer) return refuse();
  if (answer.status === 401) return location.reload();
  const html = await answer.text();
  if (answer.ok) return arrive(answer, html, at);
  // The forms may have been too old: those of a fresh page are not.
  const fresh = answer.status === 403 ? await ask(location.href) : null;
  if (fresh?.ok) arrive(fresh, await fresh.text(), at);
  refuse(html);
}

/**
 * @param {string} address
 * @param {RequestInit} [how]
 */
function ask(address, how) {
  return fetch(address, { ...how, headers: { Accept: "text/html" } }).catch(() => null);
}

/**
 * Show a page of ours; another than this one is left to the browser.
 * @param {Response} answer
 * @param {string} html
 * @param {number} at the row that then has the focus
 */
function arrive(answer, html, at) {
  if (new URL(answer.url).pathname !== location.pathname) {
    return answer.redirected ? location.assign(answer.url) : location.reload();
  }
  show(html, answer.url);
  goTo(at);
}

/**
 * Say why nothing was done, in the words of the page that the service answered with.
 * @param {string} [html] nothing if there was no answer
 */
function refuse(html) {
  const told = document.getElementById("refused");
  if (!told) return;
  const words = html && parsed(html).querySelector("h1")?.textContent;
  told.textContent =
    words || ((html === undefined ? told.dataset.offline : told.dataset.failed) ?? "");
  told.hidden = false;
}

/** @param {string} html */
function parsed(html) {
  return new DOMParser().parseFromString(policy?.createHTML(html) ?? html, "text/html");
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
  here.replaceChildren(...there.childNodes);
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
