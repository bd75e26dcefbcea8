/** One after another: what is pressed while something is under way waits for its turn. */

/** @type {{ run: () => unknown, key?: string }[]} */
let waiting = [];
let isBusy = false;

/**
 * Do something now, or when what is under way has ended.
 * @param {() => unknown} run
 * @param {string} [key] the key that asks for it, if one does
 */
export function inTurn(run, key) {
  if (isBusy) waiting.push({ run, key });
  else run();
}

/**
 * Let everything else wait until this has ended.
 * @param {() => Promise<unknown>} work
 */
export async function during(work) {
  isBusy = true;
  try {
    await work();
  } finally {
    isBusy = false;
    goOn();
  }
}

/**
 * @param {string[]} keys
 * @returns {boolean} whether one of these keys waits
 */
export function waits(...keys) {
  return waiting.some(({ key }) => key !== undefined && keys.includes(key));
}

/** Forget the keys that wait: they were meant for what is not there. */
export function forgetKeys() {
  waiting = waiting.filter(({ key }) => key === undefined);
}

function goOn() {
  while (!isBusy) {
    const next = waiting.shift();
    if (!next) return;
    next.run();
  }
}
