/** What goes on in the background: how far it is, second by second. */

const EVERY = 1000; // milliseconds

/**
 * Keep the notice true while something goes on.
 * @param {() => void} refresh is called when it has ended
 */
export function followProgress(refresh) {
  setInterval(() => {
    const notice = document.querySelector("[data-progress]");
    if (notice && document.visibilityState === "visible") ask(notice, refresh);
  }, EVERY);
}

/**
 * @param {Element} notice
 * @param {() => void} refresh
 */
async function ask(notice, refresh) {
  const address = notice.getAttribute("data-progress") ?? "";
  const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(
    () => null,
  );
  if (!answer?.ok || answer.redirected || !notice.isConnected) return;
  /** @type {{words: string, done: number, total: number, goes_on: boolean} | null} */
  const told = await answer.json().catch(() => null);
  if (!told) return; // cut off on its way: the next one says it
  const bar = notice.querySelector("progress");
  const words = notice.querySelector(".progress p");
  if (bar) [bar.value, bar.max] = [told.done, told.total || 1];
  if (words) words.textContent = told.words;
  if (told.goes_on) return;
  notice.removeAttribute("data-progress");
  refresh();
}
