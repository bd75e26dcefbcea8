"""One login as a browser and the service do it, without script: there, through forms, and back."""

import secrets
from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

from commentbox.providers.base import Profile, Provider, ProviderFailed, Walk

CALLBACK = "https://comments.test/login/{}/callback"
MOST_PAGES = 12


class Denied(Exception):
    """Who went there came back without a code; the provider's word for it."""


class Form(HTMLParser):
    """The first form of a page: where it goes, and what its fields hold."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action, self.fields = "", dict[str, str]()
        self.buttons, self.links = list[tuple[str, str]](), list[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what matters."""
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = self.action or found.get("action", "")
        elif tag == "a":
            self.links.append(found.get("href", ""))
        elif tag == "button":
            self.buttons.append((found.get("name", ""), found.get("value", "")))
        elif tag == "input" and found.get("type") not in {"radio", "checkbox"}:
            self.fields[found.get("name", "")] = found.get("value", "")


def walk_to(provider: Provider) -> Walk:
    """Return what one login carries."""
    return Walk(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        code_verifier=secrets.token_urlsafe(48),
        redirect_uri=CALLBACK.format(provider.name),
    )


def come_back(url: str, answers: Mapping[str, str], *, leave: str = "") -> dict[str, str]:
    """Return what the callback gets once all forms have been sent; `answers` fill their fields.

    `leave` is part of the address of a link to follow instead.
    """
    callback, where, form = CALLBACK.partition("{}")[0], url, dict[str, str]()
    with requests.Session() as browser:
        browser.trust_env = False
        for _page in range(MOST_PAGES):
            method = "POST" if form else "GET"
            answer = browser.request(method, where, data=form, allow_redirects=False, timeout=20)
            form, where = {}, urljoin(where, answer.headers.get("Location", ""))
            if answer.is_redirect and where.startswith(callback):
                return dict(parse_qsl(urlsplit(where).query))
            if not answer.is_redirect:
                assert answer.status_code == 200, answer.text[:2000]
                page = Form(answer.text)
                links = [link for link in page.links if leave and leave in link]
                where = urljoin(answer.url, links[0] if links else page.action)
                form = {} if links else {**page.fields, **answers, "": ""}
    raise AssertionError("it does not end")


def log_in(
    provider: Provider, answers: Mapping[str, str], *, leave: str = "", ask_account: bool = False
) -> Profile:
    """Return who somebody is at a provider, by all checks that the service makes on the way."""
    walk = walk_to(provider)
    told = come_back(
        provider.authorization_url(walk, ask_account=ask_account), answers, leave=leave
    )
    if told.get("state", walk.state) != walk.state:
        raise ProviderFailed("refused", "state")
    provider.check_iss(told)
    if outcome := provider.outcome(told):
        raise Denied(outcome)
    return provider.profile(walk, code=told["code"])
