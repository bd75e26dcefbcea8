/** A field that somebody types into, also while the page changes around it. */

/**
 * @param {EventTarget | null} target
 * @returns {boolean} whether letters are text there
 */
export function isTyping(target) {
  if (target instanceof HTMLInputElement) return target.type !== "checkbox";
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/**
 * Remember the field that has the keyboard, and what it says.
 * @returns {() => boolean} gives the keyboard back to it, and says whether there was one
 */
export function hold() {
  const field = document.activeElement;
  const isText = field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement;
  // What has a caret is text; a box to tick has none.
  if (!isText || field.selectionStart === null) return () => false;
  const { value, selectionStart: from, selectionEnd: to, name, id } = field;
  return () => {
    const same = document.getElementById(id) ?? document.querySelector(`.filter [name="${name}"]`);
    const there = field.isConnected ? field : same;
    if (!(there instanceof HTMLTextAreaElement || there instanceof HTMLInputElement)) return false;
    there.closest("details")?.setAttribute("open", "");
    there.value = value;
    there.focus({ preventScroll: true });
    there.setSelectionRange(from, to);
    return true;
  };
}

/**
 * Type a key that had to wait into the field that has the keyboard.
 * @param {string} key
 */
export function type(key) {
  const field = document.activeElement;
  const isText = field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement;
  if (!isText || field.selectionStart === null) return;
  if (key === "Enter") field.form?.requestSubmit();
  if (key.length > 1) return;
  field.setRangeText(key, field.selectionStart, field.selectionEnd ?? 0, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
