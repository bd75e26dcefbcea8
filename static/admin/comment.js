/** One comment: the field that the key asked for gets the focus. */

const field = document.getElementById(location.hash.slice(1));
if (field instanceof HTMLTextAreaElement) {
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

document.addEventListener("keydown", (event) => {
  const field = event.target;
  const isSend = event.key === "Enter" && (event.ctrlKey || event.metaKey);
  if (isSend && field instanceof HTMLTextAreaElement) field.form?.requestSubmit();
});
