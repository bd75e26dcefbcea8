/**
 * The first view: tells the article how high the frame is, keeps times true, shows what is only
 * yours, swaps in further comments, and fetches the form's modules once somebody wants to write.
 */

const page = document.documentElement;
const query = new URLSearchParams(location.search);

/** What the loader says after `#`, which no server sees: the title, and whom to answer. */
export const asked = new URLSearchParams(location.hash.slice(1));
/** The id of a comment to answer at once, "true" to write at once, else "false". */
export const respond = asked.get("respond") ?? "false";
export const thread = /** @type {HTMLElement} */ (document.getElementById("thread"));
export const site = thread.dataset.site ?? "";
/** Names the article: the thread's key, so that every spelling of its address shares a draft. */
export const place = thread.dataset.place || query.get("id") || query.get("url") || "";
export const kept = shelf("localStorage");
export const session = shelf("sessionStorage");

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("commentform"));
const policy = /** @type {any} */ (window).trustedTypes?.createPolicy("commentbox", {
  // Only answers of our own server come here, and only what it has sanitised is not text.
  createHTML: (/** @type {string} */ html) => html,
});

/**
 * Return the nodes of HTML that our server sent: the one place where text becomes markup.
 * @param {string} html
 */
export function nodes(html) {
  const template = document.createElement("template");
  template.innerHTML = policy?.createHTML(html) ?? html;
  tellTimes(template.content);
  return template.content;
}

/** Under which login this page writes, by its public name, and what says so to our server. */
export const writer = { session: "", headers: {} };

/** Say who asks: by the login, and in `Commentbox-Author` which browser this is, if it has written. */
export function who() {
  const key = kept.get(`author:${site}`)?.key ?? "";
  return { ...writer.headers, "Commentbox-Author": key };
}

/** Fetch from our server. @param {string} path */
export async function ask(path) {
  const answer = await fetch(path, { headers: who() });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer;
}

/** The parameters that name this page to the server. */
export function address() {
  const names = ["url", "canonical", "id"];
  return new URLSearchParams([...query].filter(([name]) => names.includes(name)));
}

/**
 * Tell the article something: only heights, places and the id of a comment, and only to it.
 * @param {{ focus?: string, top?: number }} [more]
 */
export function tell(more) {
  const from = document.referrer && new URL(document.referrer).origin;
  // Firefox knows no ancestors, and after a link within the frame only ourselves.
  if (from !== location.origin) window.name = from;
  const article = location.ancestorOrigins?.[0] ?? window.name;
  if (parent === window || !article) return;
  const height = Math.ceil(page.getBoundingClientRect().height);
  parent.postMessage({ commentbox: 1, height, ...more }, article);
}

/**
 * Let the reader see a comment: scroll the article to it, mark it for two seconds.
 * @param {Element} comment
 * @param {{ focus?: string }} [more]
 */
export function reveal(comment, more) {
  unfold(comment);
  comment.classList.remove("fresh"); // A mark of before ends with the layout that is asked for next.
  tell({ ...more, top: comment.getBoundingClientRect().top });
  comment.classList.add("fresh");
  if (parent === window) comment.scrollIntoView({ block: "nearest" });
}

/** Show the replies that something stands among. @param {Element} node */
export function unfold(node) {
  const fold = node.closest(".branch")?.querySelector(".fold");
  if (fold) fold.ariaExpanded = "true";
}

/**
 * Return a button that is a word.
 * @param {string} textContent
 * @param {(() => void) | null} [onclick]
 */
export function action(textContent, onclick = null) {
  const node = document.createElement("button");
  return Object.assign(node, { type: "button", className: "act", textContent, onclick });
}

/** @param {"localStorage" | "sessionStorage"} name */
function shelf(name) {
  const ours = "commentbox:";
  /** @type {Record<string, string>} */
  let area = {};
  try {
    area = window[name] ?? area;
  } catch {} // Refused by the reader's settings: then it lasts as long as the page.
  return {
    /** Whether what is put here outlives the page. */
    get lasts() {
      return area instanceof Storage;
    },
    /** @type {(key: string) => any} */
    get(key) {
      try {
        return JSON.parse(area[ours + key] ?? "null");
      } catch {
        return null;
      }
    },
    /** @type {(key: string, value: unknown) => void} */
    set(key, value) {
      const text = JSON.stringify(value);
      try {
        area[ours + key] = text;
      } catch {
        area = { ...area, [ours + key]: text }; // It is full.
      }
    },
    /** @type {(key: string) => void} */
    delete(key) {
      delete area[ours + key];
    },
    /** @type {(prefix: string) => string[]} */
    keys(prefix) {
      return Object.keys(area)
        .filter((key) => key.startsWith(ours + prefix))
        .map((key) => key.slice(ours.length));
    },
  };
}

/** @param {ParentNode} part */
function tellTimes(part) {
  const words = new Intl.RelativeTimeFormat(page.lang || "en", { numeric: "auto" });
  for (const time of part.querySelectorAll("time")) {
    let ago = (Date.parse(time.dateTime) - Date.now()) / 1000;
    if (ago > -60) ago = 0;
    for (const [unit, length] of UNITS) {
      time.textContent = words.format(Math.round(ago), unit);
      if (Math.abs(ago) < length) break;
      ago /= length;
    }
  }
}

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30.44],
  ["month", 12],
  ["year", Infinity],
];

/** @param {HTMLElement} link */
async function swap(link) {
  link.setAttribute("aria-busy", "true");
  try {
    const content = nodes(await (await ask(link.dataset.more ?? link.dataset.swap ?? "")).text());
    const first = /** @type {HTMLElement | null} */ (content.querySelector(".comment"));
    merge(link, content);
    first?.focus({ preventScroll: true });
  } catch {
    link.removeAttribute("aria-busy"); // It is a link: pressed again, it is tried again.
  }
}

/**
 * Lengthen the list before the link; "earlier" brings the list anew, from its start.
 * @param {HTMLElement} link
 * @param {DocumentFragment} content
 */
function merge(link, content) {
  if (link.matches("[data-earlier]")) {
    for (const old of link.parentElement?.querySelectorAll(".replies, .replies ~ .more") ?? [])
      old.remove();
  } else {
    const list = content.querySelector("ol");
    link.previousElementSibling?.append(...(list?.children ?? []));
    list?.remove();
  }
  link.replaceWith(content);
}

/**
 * @param {(module: typeof import("./form.js")) => void} [work]
 * @param {() => void} [failed]
 */
function withForm(work, failed = () => {}) {
  if (form) import("./form.js").then(work, failed);
}

/** @param {Event} event */
function act(event) {
  const clicked = /** @type {Element} */ (event.target).closest("[data-reply], .fold, .more");
  if (!(clicked instanceof HTMLElement)) return;
  event.preventDefault();
  if (clicked.dataset.reply) withForm((module) => module.reply(clicked));
  else if (clicked.ariaExpanded)
    clicked.ariaExpanded = String(clicked.ariaExpanded !== "true"); // It folds the replies.
  else swap(clicked);
}

function begin() {
  new ResizeObserver(() => tell()).observe(page);
  tellTimes(document);
  setInterval(() => document.hidden || tellTimes(document), 60_000);
  thread.addEventListener("click", act);
  const wanted = document.getElementById(`comment-${query.get("comment")}`);
  if (wanted) reveal(wanted);
  // Where somebody has logged in, the form asks once it is known who that is.
  if (kept.get(`author:${site}`) && !(form && kept.get(`reader:${site}`)))
    import("./mine.js").then((module) => module.showPreviews()).catch(() => {});
  if (kept.get(`moderates:${site}`))
    import("./moderating/tools.js").then((module) => module.show(true)).catch(() => {});
  beginForm();
}

function beginForm() {
  const drafts = kept.keys(`draft:${site}:${place}:`).length > 0;
  if (!form) {
    if (drafts) import("./closed.js").then((module) => module.showDraft());
    return;
  }
  for (const kind of ["focusin", "input"]) {
    form.addEventListener(kind, () => withForm(), { once: true });
  }
  if (!drafts) form.addEventListener("input", keepEarly);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    withForm((module) => module.submit(), sayUnreachable);
  });
  if (
    drafts ||
    kept.get(`reader:${site}`) ||
    respond !== "false" ||
    form.matches(":focus-within")
  ) {
    withForm();
  }
}

/** The form's modules did not come; the next press asks for them again. */
function sayUnreachable() {
  const message = /** @type {HTMLElement} */ (document.getElementById("message"));
  message.hidden = false;
  message.textContent = message.dataset.network ?? "";
}

/** Keep what is typed before the form's modules are there. */
function keepEarly() {
  const text = form?.comment.value;
  if (text && form.dataset.state === "resting")
    kept.set(`draft:${site}:${place}:`, { text, at: Date.now() });
}

begin();
