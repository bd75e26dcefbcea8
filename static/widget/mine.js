/** What only its author gets: a comment that just came, and those that still wait. */

import { address, ask, nodes, site, thread } from "./main.js";

/** Show the reader's own comments that nobody else may see yet. */
export async function showPreviews() {
  const { previews } = await (await ask(`/embed/${site}/mine?${address()}`)).json();
  for (const old of thread.querySelectorAll(".preview")) old.closest("li")?.remove();
  for (const item of [...nodes(previews).children]) insert(item);
}

/**
 * Put a comment that just came where the thread has it, and return it.
 * @param {Element} item
 */
export function insert(item) {
  const comment = /** @type {HTMLElement} */ (item.querySelector(".comment"));
  itemOf(comment.dataset.id)?.remove();
  const above = itemOf(comment.dataset.parent);
  const list = /** @type {HTMLElement} */ (document.getElementById("comments"));
  if (above) insertReply(item, above);
  else if (thread.dataset.sort === "oldest") list.append(item);
  else list.prepend(item);
  thread.querySelector(".empty")?.remove();
  return comment;
}

/** @param {string | undefined} id */
function itemOf(id) {
  return document.getElementById(`comment-${id}`)?.closest("li");
}

/**
 * A reply comes after all that stands below the comment that it answers.
 * @param {Element} item
 * @param {HTMLElement} above
 */
function insertReply(item, above) {
  const depth = depthOf(above) + 1;
  item.className = `reply d${Math.min(depth, 4)}`;
  item.setAttribute("data-depth", String(depth));
  if (depth === 1) return repliesOf(above).append(item);
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
  list.dataset.hue = branch.querySelector("[data-hue]")?.getAttribute("data-hue") ?? "0";
  branch.append(list);
  return list;
}
