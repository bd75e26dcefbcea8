/** A field that somebody types into while the page changes around it. */

/**
 * Remember the field that has the keyboard, and what it says.
 * @returns {() => boolean} gives the keyboard back to it, and says whether there was one
 */
export function hold() {
  const field = document.activeElement;
  const isText = field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement;
  // What has a caret is text; a box to tick has none.
  if (!isText || field.selectionStart === null) return () => false;
  const { value, selectionStart: from, selectionEnd: to, name } = field;
  return () => {
    const there = field.isConnected ? field : document.querySelector(`.filter [name="${name}"]`);
    if (!(there instanceof HTMLTextAreaElement || there instanceof HTMLInputElement)) return false;
    there.closest("details")?.setAttribute("open", "");
    there.value = value;
    there.focus({ preventScroll: true });
    there.setSelectionRange(from, to);
    return true;
  };
}
