/**
 * Keeps for this tab what is typed on the page of our own, which works without this: text and
 * details for each thread and comment that is answered, until our server has taken them.
 */

const OURS = "commentbox:page:";
const SENT = `${OURS}sent`;
const NAMES = ["comment", "email", "author", "url"];

const form = /** @type {HTMLFormElement} */ (document.getElementById("commentform"));
const target = /** @type {HTMLInputElement} */ (form.elements.namedItem("parent")).value;
const shelf = `${OURS}${form.getAttribute("action")}:${target}`;

/** @param {string} key @returns {Record<string, string>} */
function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "{}");
  } catch {
    return {}; // Refused by the reader's settings.
  }
}

/** @param {string} key @param {Record<string, string>} [values] Nothing forgets what is there. */
function write(key, values) {
  try {
    if (values) sessionStorage.setItem(key, JSON.stringify(values));
    else sessionStorage.removeItem(key);
  } catch {} // Refused, or it is full.
}

/** The fields that show: whoever is logged in has no details to fill in. */
function fields() {
  const found = NAMES.map((name) => form.elements.namedItem(name));
  return /** @type {HTMLInputElement[]} */ (found.filter(Boolean));
}

/** Our server leads to the comment that it has taken: only then is what was sent forgotten. */
function settle() {
  const sent = read(SENT);
  const { hash } = location;
  if (sent.shelf && hash.startsWith("#comment-") && hash !== sent.hash) write(sent.shelf);
  write(SENT);
}

/** Show what this tab has: never older than what the server has given back. */
function restore() {
  const kept = read(shelf);
  for (const field of fields()) {
    const text = kept[field.name];
    if (!text || field.value === text) continue;
    field.value = text;
    if (field.name === "comment") document.getElementById("restored")?.removeAttribute("hidden");
  }
}

function keep() {
  const typed = fields().map(({ name, value }) => [name, value]);
  write(shelf, { ...read(shelf), ...Object.fromEntries(typed) });
}

/** @param {SubmitEvent} event */
function leave({ submitter }) {
  const button = /** @type {HTMLButtonElement | null} */ (submitter);
  if (button?.name === "discard") write(shelf);
  else if (!button?.hasAttribute("formaction")) write(SENT, { shelf, hash: location.hash });
}

settle();
restore();
form.addEventListener("input", keep);
form.addEventListener("submit", leave);
