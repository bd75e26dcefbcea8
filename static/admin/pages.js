/** Pages of the desk that are fetched in the background. */

const policy = /** @type {any} */ (window).trustedTypes?.createPolicy("commentbox", {
  createHTML: (/** @type {string} */ html) => html,
});

/**
 * Ask the service for a page.
 * @param {string} address
 * @param {RequestInit} [how]
 * @returns {Promise<Response | null>} nothing if it cannot be reached
 */
export function ask(address, how) {
  return fetch(address, { ...how, headers: { Accept: "text/html" } }).catch(() => null);
}

/**
 * Read a page that is nowhere on screen.
 * @param {string} html
 */
export function parsed(html) {
  return new DOMParser().parseFromString(policy?.createHTML(html) ?? html, "text/html");
}
