/** Every page of the desk: whoever signs out leaves nothing that they typed in this tab. */

import { forgetAll } from "./drafts.js";

document.addEventListener("submit", ({ target }) => {
  if (target instanceof Element && target.matches("[data-sign-out]")) forgetAll();
});
