/**
 * Lets nobody confirm by accident: the button waits until the page has been there for a moment and
 * the reader has moved, so that a double click meant for another page does not land on it.
 */

const MOMENT = 500; // milliseconds
const SIGNS = ["pointermove", "touchstart", "keydown"];

const button = /** @type {HTMLButtonElement} */ (document.getElementById("continue"));
button.disabled = true;

/** @type {Promise<void>} */
const moved = new Promise((done) => {
  for (const sign of SIGNS) addEventListener(sign, () => done(), { once: true, passive: true });
});
const waited = new Promise((done) => setTimeout(done, MOMENT));

Promise.all([moved, waited]).then(() => {
  button.disabled = false;
});
