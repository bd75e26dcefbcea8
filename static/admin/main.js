/** The queue with a keyboard, without reloading: everything here works as plain forms too. */

import { openInline } from "./inline.js";
import { listenToKeys } from "./keys.js";
import { keepCounting } from "./live.js";
import { foldLong } from "./long.js";
import { watchSelection } from "./selection.js";
import { sendByKey } from "./sending.js";
import { swapForms } from "./swap.js";

watchSelection();
swapForms();
openInline();
foldLong();
sendByKey();
listenToKeys();
keepCounting();

// An address names only what is set.
document.addEventListener("formdata", (event) => {
  if (!(event.target instanceof Element && event.target.matches("[data-sparse]"))) return;
  const empty = [...event.formData].filter(([, value]) => value === "");
  for (const [name] of empty) event.formData.delete(name);
});
