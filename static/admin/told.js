/** What is said in words: to those who look, and to those who listen. */

import { parsed } from "./pages.js";

/**
 * Say why nothing was done, in the words of the page that the service answered with.
 * @param {string} [html] nothing if there was no answer
 */
export function refuse(html) {
  const said = document.getElementById("refused")?.dataset;
  const page = html ? parsed(html) : undefined;
  const words = (page?.querySelector(".alert") ?? page?.querySelector("h1"))?.textContent;
  tell(words?.trim() || ((html === undefined ? said?.offline : said?.failed) ?? ""));
}

/** Take an earlier refusal back: something else says what is wrong now. */
export function hush() {
  document.getElementById("refused")?.setAttribute("hidden", "");
}

/** @param {string} words */
function tell(words) {
  const told = document.getElementById("refused");
  if (!told) return;
  told.textContent = words;
  told.hidden = false;
}

/**
 * Tell a screen reader; the region was there before the words, so that they are heard.
 * @param {string} words
 */
export function say(words) {
  const said = document.getElementById("said");
  if (said) said.textContent = words;
}
