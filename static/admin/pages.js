/** Pages of the desk that are fetched in the background. */

const policy = /** @type {any} */ (window).trustedTypes?.createPolicy("commentbox", {
  createHTML: (/** @type {string} */ html) => html,
});

/**
 * What the service answered, read to its end.
 * @typedef {Pick<Response, "ok" | "status" | "url" | "redirected"> & { html: string }} Answer
 */

/**
 * Ask the service for a page.
 * @param {string} address
 * @param {RequestInit} [how]
 * @returns {Promise<Answer | null>} nothing if it cannot be reached, or breaks off
 */
export async function ask(address, how) {
  try {
    const answer = await fetch(address, { ...how, headers: { Accept: "text/html" } });
    const { ok, status, url, redirected } = answer;
    return { ok, status, url, redirected, html: await answer.text() };
  } catch {
    return null;
  }
}

/**
 * Read a page that is nowhere on screen.
 * @param {string} html
 */
export function parsed(html) {
  return new DOMParser().parseFromString(policy?.createHTML(html) ?? html, "text/html");
}
