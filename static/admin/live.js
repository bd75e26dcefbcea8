/** Counts that stay true while the page is open. */

const EVERY = 60_000; // milliseconds

/** Ask for the counts now and then, while somebody looks at the page. */
export function keepCounting() {
  setInterval(() => {
    if (document.visibilityState === "visible") count();
  }, EVERY);
}

async function count() {
  const address = document.querySelector("[data-live]")?.getAttribute("data-live");
  if (!address) return;
  const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(
    () => null,
  );
  if (!answer?.ok || answer.redirected) return;
  /** @type {Record<string, number>} */
  const counts = await answer.json();
  for (const [folder, number] of Object.entries(counts)) {
    const shown = document.querySelector(`[data-count="${folder}"]`);
    // Where the page says "1000+", it goes on saying so.
    if (shown && !shown.textContent?.endsWith("+"))
      shown.textContent = number ? String(number) : "";
  }
  document.title = document.title.replace(/^\(\d+\)/, `(${counts.pending})`);
}
