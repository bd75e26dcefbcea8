/** Long comments in the list: their beginning, and all of it on demand. */

import { rows } from "./rows.js";

const SPARE = 80; // pixels: less than that is not worth a press

/** The rows that somebody has opened. @type {Set<string>} */
const opened = new Set();

/** Show the beginning of long comments, each with a button for the rest. */
export function foldLong() {
  fold();
  addEventListener("resize", fold);
  document.addEventListener("click", ({ target }) => {
    const row = target instanceof Element && target.closest("[data-whole]")?.closest("[data-row]");
    if (!row) return;
    if (!opened.delete(row.id)) opened.add(row.id);
    fold();
    if (!opened.has(row.id)) row.scrollIntoView({ block: "nearest" });
  });
  // A search in the page and the Tab key scroll to what is hidden.
  document.addEventListener("scroll", reveal, { capture: true });
}

/** Measure what is in the list now. */
export function fold() {
  const found = rows().flatMap((row) => {
    const [words, button] = [row.querySelector(".words"), row.querySelector("[data-whole]")];
    return words && button ? [{ id: row.id, words, button }] : [];
  });
  for (const { words } of found) words.classList.remove("is-whole");
  const long = found.filter(({ words }) => words.scrollHeight - words.clientHeight > SPARE);
  for (const each of found) {
    const { id, words, button } = each;
    const isOpen = opened.has(id);
    const isLong = long.includes(each);
    words.classList.toggle("is-whole", isOpen || !isLong);
    button.toggleAttribute("hidden", !isLong);
    button.setAttribute("aria-expanded", String(isOpen));
    const [all, less] = button.children;
    all?.toggleAttribute("hidden", isOpen);
    less?.toggleAttribute("hidden", !isOpen);
  }
}

/** @param {Event} event */
function reveal({ target }) {
  if (!(target instanceof Element) || !target.matches(".row .words") || !target.scrollTop) return;
  const row = target.closest("[data-row]");
  if (!row || opened.has(row.id)) return;
  const by = target.scrollTop;
  opened.add(row.id);
  fold();
  scrollBy({ top: by, behavior: "instant" }); // What was found is where it was.
}
