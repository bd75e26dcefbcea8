/** Counts that stay true while the page is open. */

const EVERY = 60_000; // milliseconds

/** Ask for the counts now and then, while somebody looks at the page. */
export function keepCounting() {
  setInterval(() => {
    if (document.visibilityState === "visible") count();
  }, EVERY);
}

async function count() {
  const live = /** @type {HTMLElement | null} */ (document.querySelector("[data-live]"));
  if (!live) return;
  const answer = await fetch(live.dataset.live ?? "", {
    headers: { Accept: "application/json" },
  }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  /** @type {Record<string, number> | null} */
  const counts = await answer.json().catch(() => null);
  if (!counts) return; // cut off on its way: the next one says it
  // Nobody counts any further than that.
  const words = (/** @type {number} */ number) =>
    number === Number(live.dataset.most) ? `${number}+` : `${number}`;
  for (const [folder, number] of Object.entries(counts)) {
    const shown = document.querySelector(`[data-count="${folder}"]`);
    if (shown) shown.textContent = number ? words(number) : "";
  }
  document.title = document.title.replace(/^\(\d+\+?\)/, `(${words(counts.pending ?? 0)})`);
}
