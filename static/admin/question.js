/** The question before what cannot be undone: above the queue, where script runs. */

import { parsed } from "./pages.js";

/**
 * Show the question that the service answered with.
 * @param {string} html
 * @returns {boolean} whether it was one
 */
export function question(html) {
  const form = parsed(html).querySelector("[data-question]");
  if (!form) return false;
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "question");
  dialog.append(form);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("submit", () => dialog.close());
  dialog.querySelector("[data-close]")?.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return true;
}
