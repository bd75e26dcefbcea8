"""The words that a site looks out for, and a place to try what they would find."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from commentbox.adapters.translations import gettext
from commentbox.errors import Invalid
from commentbox.extensions import begin_writing, db
from commentbox.lib.words import WordList, fault
from commentbox.models import Effect, Site
from commentbox.moderation import wordlists
from commentbox.policy import Action
from commentbox.web.admin import deciding, places, site_pages
from commentbox.web.admin.gate import visitor
from commentbox.web.kit.problems import sentence
from commentbox.web.kit.transaction import writes

blueprint = Blueprint("words", __name__, url_prefix="/sites/<name>/words")

_LONGEST_TRIAL: Final = 10_000


@blueprint.get("")
def show(name: str) -> str:
    """Show the two lists of a site."""
    site = site_pages.site(name, right=Action.SETTINGS)
    return _page(site, typed={effect: wordlists.text(site.id, effect) for effect in Effect})


@blueprint.post("")
@writes
def save(name: str) -> ResponseReturnValue:
    """Replace both lists; or only look, without saving them, what they would find in a text."""
    site = site_pages.site(name, right=Action.SETTINGS)
    typed = {effect: request.form.get(effect.value, "") for effect in Effect}
    db.session.remove()  # tens of thousands of words take a while: nobody waits for them to write
    problems = {effect: words for effect in Effect if (words := _problem(typed[effect]))}
    if problems:
        return _page(site, typed=typed, problems=problems), HTTPStatus.UNPROCESSABLE_ENTITY
    if "try" in request.form:
        return _page(site, typed=typed, found=_found(typed))
    begin_writing()
    for effect, entries in typed.items():
        wordlists.save(site, effect, entries, by=visitor().account)
    return deciding.to(places.with_notice(url_for(".show", name=site.name), done="words"))


def _problem(entries: str) -> str:
    """Return what is wrong with a list, and where; nothing where it can be saved."""
    if found := fault(entries):
        number, code = found
        return gettext("Line %(num)d: %(words)s") % {"num": number, "words": sentence(code)}
    try:
        WordList.parse(entries)
    except Invalid as problem:
        return sentence(problem.code)
    return ""


def _found(typed: Mapping[Effect, str]) -> dict[Effect, list[str]]:
    """Return the entries of each list that the text to try has in it."""
    words = _trial()
    return {effect: WordList.parse(entries).found(words) for effect, entries in typed.items()}


def _trial() -> str:
    return request.form.get("trial", "")[:_LONGEST_TRIAL]


def _page(
    site: Site,
    *,
    typed: Mapping[Effect, str],
    problems: Mapping[Effect, str] | None = None,
    found: Mapping[Effect, list[str]] | None = None,
) -> str:
    return site_pages.page(
        "admin/words.html",
        site,
        typed=typed,
        problems=problems or {},
        found=found,
        trial=_trial(),
        longest=_LONGEST_TRIAL,
    )
