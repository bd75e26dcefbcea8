/** What only its author gets: a comment that just came, and those that still wait. */

import { action, address, ask, kept, nodes, site, thread } from "./main.js";

/** Show the reader's own comments that nobody else may see yet. */
export async function showPreviews() {
  const { previews } = await (await ask(`/embed/${site}/mine?${address()}`)).json();
  hidePreviews();
  for (const item of /** @type {HTMLElement[]} */ ([...nodes(previews).children])) insert(item);
}

/** Show them no more. */
export function hidePreviews() {
  for (const old of thread.querySelectorAll(".preview")) old.closest("li")?.remove();
}

/**
 * Put a comment that just came where the thread has it, and return it.
 * @param {HTMLElement} item
 */
export function insert(item) {
  const comment = /** @type {HTMLElement} */ (item.querySelector(".comment"));
  const known = itemOf(comment.dataset.id);
  known?.remove();
  tellPending(comment);
  const above = itemOf(comment.dataset.parent);
  const list = /** @type {HTMLElement} */ (document.getElementById("comments"));
  if (above) insertReply(item, above, comment.dataset.status === "published" && !known);
  else if (thread.dataset.order === "oldest") list.append(item);
  else list.prepend(item);
  thread.querySelector(".empty")?.remove();
  return comment;
}

/**
 * Say a number in the words that an element has for one and for more.
 * @param {HTMLElement} words
 * @param {number} number
 */
export function counted({ dataset }, number) {
  const { one = "", many = "" } = dataset;
  return (number === 1 ? one : many).replace(/\d+/, String(number));
}

/** Say the shorter sentence to who will find the preview again. @param {Element} comment */
function tellPending(comment) {
  const note = /** @type {HTMLElement | null} */ (comment.querySelector(".note"));
  if (note && kept.get(`guest:${site}`)?.until > Date.now())
    note.textContent = note.dataset.saved ?? "";
}

/** @param {string | undefined} id */
function itemOf(id) {
  return document.getElementById(`comment-${id}`)?.closest("li");
}

/**
 * A reply comes after all that stands below the comment that it answers.
 * @param {HTMLElement} item
 * @param {HTMLElement} above
 * @param {boolean} isNew
 */
function insertReply(item, above, isNew) {
  const depth = depthOf(above) + 1;
  item.className = `reply d${Math.min(depth, 4)}`;
  item.dataset.depth = String(depth);
  const branch = /** @type {HTMLElement} */ (above.closest(".branch"));
  const list = repliesOf(branch);
  if (isNew) countReply(branch, list);
  if (depth === 1) return list.append(item);
  let last = above;
  while (
    last.nextElementSibling instanceof HTMLElement &&
    depthOf(last.nextElementSibling) >= depth
  )
    last = last.nextElementSibling;
  last.after(item);
}

/** @param {HTMLElement} item */
function depthOf(item) {
  return Number(item.dataset.depth ?? 0);
}

/** @param {Element} branch */
function repliesOf(branch) {
  const found = branch.querySelector(".replies");
  if (found) return found;
  const list = document.createElement("ol");
  list.className = "replies";
  list.dataset.hue =
    /** @type {HTMLElement | null} */ (branch.querySelector("[data-hue]"))?.dataset.hue ?? "0";
  branch.append(list);
  return list;
}

/**
 * @param {Element} branch
 * @param {Element} list
 */
function countReply(branch, list) {
  let fold = /** @type {HTMLButtonElement | null} */ (branch.querySelector(".fold"));
  if (!fold) {
    fold = Object.assign(action(""), { className: "act fold", ariaExpanded: "true" });
    list.before(fold);
  }
  const number = Number(/\d+/.exec(fold.textContent ?? "")?.[0] ?? 0) + 1;
  const words = /** @type {HTMLElement} */ (document.getElementById("comments"));
  fold.textContent = counted(words, number);
}
