// Logs in and comments in Firefox: the main path in the other engine, which the tests do not drive.
//
//   make demo                                            (and leave it running)
//   npm install --no-save puppeteer-core && apt-get install firefox-esr
//   node bench/firefox.mjs [ADDRESS OF THE ARTICLE]
//
// Firefox runs as people have it: storage partitioned by the page around the frame, windows opened
// by a click alone. Then once more with cookies and storage of third parties refused: what logs
// somebody in then lives in the page's memory, so that alone may be gone after a reload.

import puppeteer from "puppeteer-core";

const ARTICLE = process.argv[2] ?? "http://blog.localhost:8700/why-a-song-stays-in-your-head";
const PROVIDERS = ["google", "twitter", "facebook"];
const POLICIES = { partitioned: 5, refused: 1 }; // values of network.cookie.cookieBehavior
const PATIENCE = { timeout: 20_000 }; // milliseconds

const shown = (selector) => document.querySelector(selector)?.innerText.replace(/\s+/g, " ").trim();
const isIdentified = () => document.querySelector("#identity")?.dataset.state === "identified";
const isSent = () => /^sent-/.test(document.querySelector("#commentform")?.dataset.state ?? "");

/** Return the frame of the conversation, scrolled to and with its form open. */
async function conversation(page) {
  const element = await page.waitForSelector("#commentbox iframe, iframe", PATIENCE);
  await element.scrollIntoView();
  const frame = await element.contentFrame();
  const box = await frame.waitForSelector("#comment", PATIENCE);
  await box.click();
  return { frame, box };
}

/** Press an icon, choose somebody in the window that opens, and allow it. */
async function logIn(browser, frame, provider) {
  const opened = new Promise((found) => browser.once("targetcreated", found));
  await (await frame.waitForSelector(`#postas-${provider}`, PATIENCE)).click();
  const window = await (await opened).page();
  const persona = await window.waitForSelector("[name=persona]", PATIENCE);
  await persona.evaluate((each) => each.click());
  // The window closes itself in the middle of the answer.
  const allow = () => document.querySelector("[name=way][value=allow]").click();
  await window.evaluate(allow).catch(() => {});
  await frame.waitForFunction(isIdentified, PATIENCE);
}

/** Say what came of a comment by one provider, and whether the log-in outlives a reload. */
async function walk(browser, provider, outlives) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.goto(ARTICLE);
  const { frame, box } = await conversation(page);
  const text = `Written in Firefox with ${provider}, ${Date.now()}`;
  await box.type(text);
  await logIn(browser, frame, provider);
  const kept = (await frame.$eval("#comment", (each) => each.value)) === text;
  console.log(`  ${provider}: ${await frame.evaluate(shown, "#identity")}`);
  await frame.click("#comment-submit");
  await frame.waitForFunction(isSent, PATIENCE);
  const words = await frame.evaluate(() => document.body.innerText);
  await page.reload();
  const again = await conversation(page);
  if (outlives) await again.frame.waitForFunction(isIdentified, PATIENCE);
  const cookies = await page.evaluate(() => document.cookie + JSON.stringify({ ...localStorage }));
  const posted = words.includes(text);
  const holds = { kept, posted, isThereAfterReload: outlives, silent: cookies === "{}" };
  console.log(`  ${provider}: ${JSON.stringify(holds)}`);
  await context.close();
  return kept && posted && holds.silent;
}

let isFine = true;
for (const [policy, behaviour] of Object.entries(POLICIES)) {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: "/usr/bin/firefox-esr",
    extraPrefsFirefox: {
      "network.cookie.cookieBehavior": behaviour,
      "dom.disable_open_during_load": true,
    },
  });
  console.log(`${await browser.version()}, third-party cookies ${policy}`);
  const outlives = policy === "partitioned";
  for (const provider of PROVIDERS) isFine = (await walk(browser, provider, outlives)) && isFine;
  await browser.close();
}
console.log(isFine ? "all fine" : "NOT FINE");
process.exitCode = isFine ? 0 : 1;
