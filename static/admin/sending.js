/** Sending a text by keyboard. */

/** Let Ctrl or Cmd with Enter send the form that somebody types in. */
export function sendByKey() {
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    const isSend = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (isSend && field instanceof HTMLTextAreaElement) field.form?.requestSubmit();
  });
}
