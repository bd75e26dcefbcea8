/** The rows of the queue, and the one that the keyboard is on. */

/** Where somebody was before they pressed what stands outside of the rows, such as Undo. */
let last = 0;
document.addEventListener("focusin", place);

/** @returns {HTMLElement[]} */
export function rows() {
  return /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-row]")]);
}

/** @returns {HTMLElement | undefined} the row that holds the focus */
export function current() {
  return rows().find((row) => row.contains(document.activeElement));
}

/** @returns {number} the place of the current row, else of the one that was it last */
export function place() {
  const at = rows().findIndex((row) => row.contains(document.activeElement));
  if (at >= 0) last = at;
  return last;
}

/**
 * Put the focus on the row at a place, or on the nearest there is.
 * @param {number} at
 */
export function goTo(at) {
  const all = rows();
  const row = all[Math.min(Math.max(at, 0), all.length - 1)];
  if (row) {
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  } else {
    document.getElementById("main")?.focus();
  }
}

/** Put the focus on the first row in sight. */
export function mark() {
  // Below the bar, and with more than the edge of it.
  const seen = rows().findIndex((row) => row.getBoundingClientRect().bottom > 88);
  goTo(Math.max(0, seen));
}

/** @param {number} by how many rows forward, or back */
export function step(by) {
  if (current()) goTo(place() + by);
  else mark();
}
