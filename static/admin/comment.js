/** One comment: the field that the key asked for gets the focus. */

import { sendByKey } from "./sending.js";

const field = document.getElementById(location.hash.slice(1));
if (field instanceof HTMLTextAreaElement) {
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}
sendByKey();
