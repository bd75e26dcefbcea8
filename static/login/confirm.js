/**
 * Lets nobody confirm by accident: the button waits until the page has been there for a moment and
 * the reader has moved, so that a double click meant for another page does not land on it. What
 * reads pages aloud, voices and switches send no sign of a move, so after a while it waits no more.
 */

const MOMENT = 500; // milliseconds
const WHILE = 3_500; // milliseconds
const SIGNS = ["pointermove", "touchstart", "keydown"];

const button = /** @type {HTMLButtonElement} */ (document.getElementById("continue"));
button.disabled = true;

/** @type {Promise<void>} */
const moved = new Promise((done) => {
  for (const sign of SIGNS) addEventListener(sign, () => done(), { once: true, passive: true });
});

/** @param {number} time in milliseconds */
const waited = (time) => new Promise((done) => setTimeout(done, time));

Promise.race([Promise.all([moved, waited(MOMENT)]), waited(WHILE)]).then(() => {
  button.disabled = false;
});
