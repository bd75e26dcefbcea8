/** Commentbox loader. The page may hold `<img name=querySelector>` or a spoilt Object.prototype: so
 * nothing is asked of `document` itself, and dictionaries have no prototype. */
(() => {
  /** @type {any} */
  const [doc, page, { assign, create }] = [Document.prototype, window, Object];
  const script = Reflect.get(doc, "currentScript", document);
  if (Object.hasOwn(page, "Commentbox")) return page.Commentbox.load(script);
  const home = new URL(script.src).origin;
  /** @type {HTMLElement} */
  const root = script.closest("html");
  const mounts = new Map();
  /** @typedef {(...given: any[]) => any} Do */

  /** Without what lets a reader in; the server folds all other spellings. @type {Do} */
  const clean = (address) => {
    const url = new URL(address, location.href);
    url.hash = url.username = url.password = "";
    for (const name of [...url.searchParams.keys()])
      if (/token$|^api_?key|^passw|sess.*id$/i.test(name)) url.searchParams.delete(name);
    return url;
  };

  /** @type {Do} */
  const query = ({ url, threadId, sort, theme, lang, headingLevel }) => {
    const asked = new URLSearchParams();
    const ask = (/** @type {any} */ name, /** @type {any} */ value) =>
      value && asked.set(name, value);
    const here = clean(url || location);
    const link = root.querySelector("head>link[rel=canonical]");
    const canonical = link && !url ? clean(link.getAttribute("href")) : here;
    const same = canonical.host === here.host;
    ask("url", same ? canonical : here);
    ask("canonical", !same && canonical);
    ask("id", threadId);
    ask("sort", sort);
    ask("theme", theme);
    ask("lang", lang);
    ask("h", headingLevel);
    ask("comment", /^#comment-(\w{22})$/.exec(location.hash)?.[1]);
    return asked;
  };

  /** @type {Do} */
  const mount = (element, given) => {
    if (mounts.has(element)) return;
    const options = assign(create(null), script.dataset, element.dataset, given);
    // Light text means a dark page, whatever the reader's system prefers.
    const [red, green, blue] = getComputedStyle(element).color.match(/[\d.]+/g) || [];
    if (!/^(light|dark)$/.test(options.theme))
      options.theme = Number(red) * 2 + Number(green) * 5 + Number(blue) > 1024 ? "dark" : "light";
    if (!options.site) return console.warn("data-site is missing");
    const asked = `${encodeURIComponent(options.site)}?${query(options)}`;
    const title = options.title || root.querySelector("title")?.textContent;
    const frame = doc.createElement.call(document, "iframe");
    const link = doc.createElement.call(document, "a");
    frame.title = "Comment form";
    frame.referrerPolicy = "strict-origin";
    frame.sandbox =
      "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";
    const respond = /\breplytocom=(\w+)/.exec(location.search)?.[1] || location.hash === "#respond";
    const told = new URLSearchParams(/** @type {any} */ ({ title, respond }));
    frame.src = `${home}/embed/${asked}&from=${location.origin}#${told}`;
    link.href = `${home}/t?site=${asked.replace("?", "&")}`;
    link.target = "_blank";
    link.textContent = options.fallback || "Open the comments in a new window";
    // Stronger than any rule of the page; set as a property, which every CSP allows.
    const draw = (height = 320) => {
      const rules = `all:initial;display:block;width:100%;height:${height}px;color-scheme:${options.theme};`;
      frame.style.cssText = rules.replaceAll(";", "!important;");
    };
    let timer = 0;
    // A screen ahead, or at once to lead to a comment: nothing is fetched for who never arrives.
    const near = new IntersectionObserver(
      (seen) => {
        if (!seen.at(-1)?.isIntersecting) return;
        near.disconnect();
        element.append(frame);
        // It may come late, but no broken one stands there until then.
        timer = setTimeout(() => {
          frame.before(link);
          draw(0);
        }, 1e4);
      },
      assign(create(null), {
        rootMargin: `${/^#(comment-|respond)/.test(location.hash) ? 1e6 : 100}%`,
      }),
    );
    /** @type {Do} */
    const hear = ({ data, source, origin }) => {
      if (source !== frame.contentWindow || origin !== home || data?.commentbox !== 1) return;
      if (Number.isFinite(data.height)) {
        clearTimeout(timer);
        link.remove();
        draw(Math.min(2e5, Math.max(0, data.height)));
      }
      const top = frame.getBoundingClientRect().top + data.top;
      if (top < 0 || top > innerHeight - 150) scrollBy(0, top - innerHeight / 3);
      if (/^\w{22}$/.test(data.focus))
        history.replaceState(history.state, "", `#comment-${data.focus}`);
    };
    draw();
    near.observe(element);
    addEventListener("message", hear);
    mounts.set(element, () => {
      near.disconnect();
      removeEventListener("message", hear);
      clearTimeout(timer);
      frame.remove();
      link.remove();
    });
  };

  /** @type {Do} */
  const unmount = (element) => {
    mounts.get(element)?.();
    mounts.delete(element);
  };

  /** @type {Do} */
  const load = ({ dataset }) => {
    for (const element of root.querySelectorAll("#commentbox,[data-commentbox]"))
      mount(element, assign({}, dataset, /** @type {HTMLElement} */ (element).dataset));
  };

  /** @type {Do} */
  const count = async (spots) => {
    const urls = spots.map((/** @type {Element} */ spot) => {
      try {
        return `${clean(spot.getAttribute("data-commentbox-count"))}`;
      } catch {
        return ""; // It has no number, and the others have theirs.
      }
    });
    const asked = new URLSearchParams(urls.map((/** @type {string} */ url) => ["url", url]));
    const answer = await fetch(`${home}/api/v1/sites/${script.dataset.site}/counts?${asked}`);
    const { counts } = await answer.json();
    for (const spot of spots) {
      const url = urls.shift();
      if (url) spot.textContent = `${counts[url] | 0}`;
    }
  };

  const begin = () => {
    load(script);
    const spots = [...root.querySelectorAll("[data-commentbox-count]")];
    // Few enough for the server, and for a proxy's longest address. A missing number breaks nothing.
    while (spots[0]) count(spots.splice(0, 40)).catch(() => {});
  };
  Object.defineProperty(page, "Commentbox", { value: { load, mount, unmount } });
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
  else begin();
})();
