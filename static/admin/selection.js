/** Which comments are selected, and the bar that says so. */

import { rows } from "./rows.js";

/** @returns {HTMLInputElement[]} */
function boxes() {
  return rows().flatMap((row) => {
    const box = row.querySelector("input[name=comment]");
    return box instanceof HTMLInputElement ? [box] : [];
  });
}

export const select = {
  /** @param {HTMLElement} row */
  toggle(row) {
    const box = row.querySelector("input[name=comment]");
    if (box instanceof HTMLInputElement) box.checked = !box.checked;
    select.changed();
  },

  /** @param {boolean} [on] select all or none; without it, all unless all are selected already */
  all(on = !boxes().every((box) => box.checked)) {
    for (const box of boxes()) box.checked = on;
    select.changed();
  },

  /** @returns {number} how many are selected */
  count() {
    return boxes().filter((box) => box.checked).length;
  },

  /** Show in the bar how many are selected, and what can be done to them only then. */
  changed() {
    const bar = document.querySelector(".bulk");
    const chosen = document.querySelector("[data-chosen]");
    const every = document.querySelector("[data-all]");
    const count = select.count();
    bar?.classList.toggle("is-idle", count === 0);
    if (chosen instanceof HTMLElement) {
      chosen.dataset.words ??= chosen.textContent ?? "";
      chosen.textContent = `${chosen.dataset.words} ${count}`;
    }
    if (every instanceof HTMLInputElement) {
      every.checked = count > 0 && count === boxes().length;
      every.indeterminate = count > 0 && !every.checked;
    }
  },
};

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
