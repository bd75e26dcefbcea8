/** The rows of the queue, and the comment that the keyboard is on. */

/** The row that somebody was on last, also while they press what stands outside of the rows. */
let pointed = "";
/** The row that they decided about last: Undo leads back to it. */
let decided = "";

document.addEventListener("focusin", ({ target }) => {
  pointed = current()?.id ?? pointed;
  if (target instanceof Element && target.matches("[data-row] :focus-visible")) uncover(target);
});

/** @returns {HTMLElement[]} */
export function rows() {
  return /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-row]")]);
}

/** @returns {HTMLElement | undefined} the row that holds the focus */
export function current() {
  return rows().find((row) => row.contains(document.activeElement));
}

/**
 * Where the keyboard goes when the list changes, by the rows' ids: to the comment that it is on,
 * else to those that came after it, else to those before it. Places would lead astray, for others
 * arrive and go.
 * @param {boolean} [isUndo] whether what was decided about last comes back
 * @returns {string[]}
 */
export function wayOn(isUndo = false) {
  const ids = rows().map((row) => row.id);
  const at = ids.indexOf(pointed);
  const way = at < 0 ? [] : [...ids.slice(at), ...ids.slice(0, at).reverse()];
  if (isUndo) return [decided, ...way];
  decided = way[0] ?? "";
  return way;
}

/**
 * Put the focus on the first of these rows that is there. Without any, none is marked: a key
 * decides about nothing then.
 * @param {string[]} way
 */
export function follow(way) {
  const id = way.find((each) => document.getElementById(each));
  const row = id && document.getElementById(id);
  if (row) return goTo(row);
  pointed = "";
  document.getElementById("main")?.focus({ preventScroll: true });
}

/**
 * Bring what the keyboard came to out from under the bar: browsers take it for seen there.
 * @param {Element} target
 */
function uncover(target) {
  const bar = document.querySelector(".bulk")?.getBoundingClientRect().bottom ?? 0;
  const { top } = target.getBoundingClientRect();
  if (top < bar && !target.matches("textarea")) scrollBy(0, top - bar - 8);
}

/** Put the focus on the first row in sight. */
export function mark() {
  // Below the bar, and with more than the edge of it.
  const seen = rows().find((row) => row.getBoundingClientRect().bottom > 88);
  const row = seen ?? rows()[0];
  if (row) goTo(row);
}

/** @param {number} by how many rows forward, or back */
export function step(by) {
  const [all, row] = [rows(), current()];
  if (!row) return mark();
  goTo(all[all.indexOf(row) + by] ?? row);
}

/** @param {HTMLElement} row */
function goTo(row) {
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}
