"""Proof that nobody else's script ran: what a browser did is written down, and what it shows read.

`Watch` hears what a script would do: dialogs, lines in the console, errors, requests to strangers,
windows. `offences` reads the page that came of it: elements and attributes that could run script.
"""

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Dialog, Frame, Page

OURS: Final = {"blog.test", "comments.test", "hostile.test"}
_HOOK: Final = """
for (const name of ["alert", "confirm", "prompt", "print", "open"])
  window[name] = (...words) => heardByTheTest("ran", `${name}(${words})`);
document.addEventListener("securitypolicyviolation", (event) => heardByTheTest(
  "refused", `${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
"""
_READ: Final = """
(isLetter) => {
  const words = new Set("A P BR STRONG EM DEL CODE PRE BLOCKQUOTE UL OL LI HR".split(" "));
  const known = { A: ["href", "rel"], OL: ["start"] };
  const never = new Set(("IFRAME FRAME FRAMESET OBJECT EMBED APPLET IMG IMAGE SVG MATH VIDEO AUDIO "
    + "SOURCE TRACK MARQUEE ISINDEX KEYGEN PORTAL PLAINTEXT XMP NOEMBED").split(" "));
  const schemes = new Set(["http:", "https:", "mailto:"]);
  const found = [];
  const tell = (element, why) => found.push(`${why}: ${element.outerHTML.slice(0, 200)}`);
  const inspect = (element) => {
    const tag = element.tagName.toUpperCase();
    // The sign of a provider, and where its button sends the form, are our own.
    const door = element.closest("#comment-form-nascar > .door");
    if (door && door !== element) return tag !== "SVG" && tag !== "PATH" && tell(element, "door");
    if (never.has(tag)) tell(element, "element");
    if (tag === "STYLE" && !isLetter) tell(element, "element");
    if (tag === "SCRIPT" && element.type !== "application/json"
        && !element.src.startsWith(`${location.origin}/static/`)) tell(element, "script");
    if (tag === "META" && element.httpEquiv) tell(element, "meta");
    for (const { name, value } of element.attributes) {
      if (door && name === "formaction" && /^\\/(login\\/\\w+|me\\/code)$/.test(value)) continue;
      if (/^on|^style$|^srcdoc$|^formaction$|:/i.test(name)) tell(element, name);
      if (!/^(href|src|action|data|poster|background)$/i.test(name)) continue;
      if (!schemes.has(new URL(value, document.baseURI).protocol)) tell(element, name);
      if (name === "action" && new URL(value, document.baseURI).origin !== location.origin)
        tell(element, name);
    }
  };
  for (const element of document.querySelectorAll("*")) inspect(element);
  for (const element of document.querySelectorAll(".words *")) {
    if (!words.has(element.tagName)) tell(element, "in words");
    for (const { name } of element.attributes)
      if (!known[element.tagName]?.includes(name)) tell(element, `${name} in words`);
    const rel = element.tagName === "A" && element.rel;
    if (rel !== false && rel !== "nofollow ugc noopener noreferrer") tell(element, "rel");
  }
  return found;
}
"""
_AGAIN: Final = """
() => [...document.querySelectorAll(".words")].map((part) => {
  let html = part.innerHTML;
  for (let round = 0; round < 2; round++) {
    const copy = document.createElement("div");
    copy.innerHTML = html;
    html = copy.innerHTML;
  }
  return html === part.innerHTML ? null : part.innerHTML;
}).filter(Boolean)
"""


@dataclass
class Watch:
    """What pages of a browser did that our own never do; `refused` is what their policy stopped."""

    ran: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    @classmethod
    def over(cls, context: BrowserContext) -> "Watch":
        """Watch all pages that the browser opens from now on."""
        watch = cls()
        context.expose_binding("heardByTheTest", watch._hear)
        context.add_init_script(_HOOK)
        context.on("dialog", watch._dismiss)
        context.on("weberror", lambda error: watch.ran.append(str(error.error)))
        context.on("console", lambda line: watch._read(line.text))
        context.on("request", lambda request: watch._visit(request.url))
        context.on("page", lambda page: page.on("popup", lambda _: watch.ran.append("a window")))
        return watch

    def assert_quiet(self) -> None:
        """Fail when anything ran, or wanted to."""
        assert (self.ran, self.refused, self.foreign) == ([], [], [])

    def _hear(self, _source: Any, kind: str, words: str) -> None:
        (self.ran if kind == "ran" else self.refused).append(words[:300])

    def _dismiss(self, dialog: Dialog) -> None:
        self.ran.append(f"dialog: {dialog.message[:300]}")
        dialog.dismiss()

    def _read(self, line: str) -> None:
        if "Content Security Policy" in line:
            self.refused.append(line[:300])
        elif not line.startswith("Failed to load resource"):  # an article has no icon
            self.ran.append(f"console: {line[:300]}")

    def _visit(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme in {"http", "https", "ws", "wss", "ftp"} and parts.hostname not in OURS:
            self.foreign.append(address[:300])


def offences(page: Page | Frame, *, is_letter: bool = False) -> list[str]:
    """Return what stands in a page of ours, or in a letter, that could run or fetch something."""
    found: list[str] = page.evaluate(_READ, is_letter)
    return found


def changed_by_parsing(page: Page | Frame) -> list[str]:
    """Return the comments that become other HTML when they are parsed again, twice."""
    found: list[str] = page.evaluate(_AGAIN)
    return found
