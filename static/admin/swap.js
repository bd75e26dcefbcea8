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
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(form.getAttribute("action") ?? "", {
      method: "POST",
      body,
      headers: { Accept: "text/html" },
    });
  } catch {
    say(document.documentElement.dataset.offline ?? "The service cannot be reached. Try again.");
    return;
  }
  // Signed out meanwhile, or another page than this one: let the browser show it.
  if (!answer.ok || new URL(answer.url).pathname !== location.pathname) {
    location.reload();
    return;
  }
  show(await answer.text(), answer.url);
  goTo(at);
}

/**
 * Put the middle of a page of ours in the place of this one's.
 * @param {string} html
 * @param {string} address
 */
function show(html, address) {
  const page = new DOMParser().parseFromString(policy?.createHTML(html) ?? html, "text/html");
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
