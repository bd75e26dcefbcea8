/** Which comments are selected, and the bar that says so. */

import { rows } from "./rows.js";

/** @returns {HTMLInputElement[]} */
function boxes() {
  return rows().flatMap((row) => {
    const box = row.querySelector("input[name=comment]");
    return box instanceof HTMLInputElement ? [box] : [];
  });
}

/** @returns {HTMLInputElement | null} the box that takes all that match, also of other pages */
function everything() {
  return document.querySelector("[data-everything]");
}

export const select = {
  /** @param {HTMLElement} row */
  toggle(row) {
    const box = row.querySelector("input[name=comment]");
    if (box instanceof HTMLInputElement) box.checked = !box.checked;
    select.changed();
    tell();
  },

  /** @param {boolean} [on] select all or none; without it, all unless all are selected already */
  all(on = !boxes().every((box) => box.checked)) {
    for (const box of boxes()) box.checked = on;
    select.changed();
    tell();
  },

  /** @returns {string[]} what is selected */
  chosen() {
    return boxes()
      .filter((box) => box.checked)
      .map((box) => box.value);
  },

  /** @param {string[]} chosen select what is left of these */
  only(chosen) {
    for (const box of boxes()) box.checked = chosen.includes(box.value);
    select.changed();
  },

  /** @returns {number} how many rows are selected */
  count() {
    return select.chosen().length;
  },

  /** Show in the bar how many are selected, and what can be done to them only then. */
  changed() {
    const bar = document.querySelector(".bulk");
    const chosen = document.querySelector("[data-chosen]");
    const every = document.querySelector("[data-all]");
    const rest = everything();
    const count = select.count();
    const isAll = count > 0 && count === boxes().length;
    bar?.classList.toggle("is-idle", count === 0);
    bar?.classList.toggle("is-all", isAll);
    if (rest && !isAll) rest.checked = false;
    if (chosen instanceof HTMLElement) {
      chosen.dataset.words ??= chosen.textContent ?? "";
      chosen.textContent = `${chosen.dataset.words} ${comments()}`;
    }
    if (every instanceof HTMLInputElement) {
      every.checked = isAll;
      every.indeterminate = count > 0 && !isAll;
    }
  },
};

/** @returns {string} how many comments are selected, with those that are folded away */
function comments() {
  const rest = everything();
  if (rest?.checked) return rest.dataset.number ?? "";
  const checked = boxes().filter((box) => box.checked);
  return String(checked.reduce((sum, box) => sum + Number(box.dataset.number ?? 1), 0));
}

/** Tell a screen reader how many are selected: of a key it would say nothing. */
function tell() {
  const said = document.getElementById("said");
  if (said) said.textContent = document.querySelector("[data-chosen]")?.textContent ?? "";
}

/** Keep the bar true to the boxes. Shift selects everything between two boxes. */
export function watchSelection() {
  /** @type {HTMLInputElement | undefined} */
  let last;
  document.addEventListener("click", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.name !== "comment") return;
    const all = boxes();
    if (event.shiftKey && last && all.includes(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      for (const between of all.slice(from, to)) between.checked = box.checked;
    }
    last = box;
  });
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box instanceof HTMLInputElement && box.matches("[data-all]")) select.all(box.checked);
    else select.changed();
  });
  select.changed();
}
