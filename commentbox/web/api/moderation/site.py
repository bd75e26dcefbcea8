"""The site itself: its settings, words, numbers, and who moderates it."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Final

from pydantic import Field, JsonValue

from commentbox.comments import sites
from commentbox.errors import Invalid
from commentbox.models import Effect, Policy, Role, Scope
from commentbox.moderation import members, numbers, wordlists
from commentbox.moderation.holders import Holder
from commentbox.policy import Action
from commentbox.web.api.moderation.filtering import as_text
from commentbox.web.api.moderation.keyed import Answer, Rule, moderates
from commentbox.web.api.schemas import Output, Query
from commentbox.web.kit import offers
from commentbox.web.kit.given import Input

_READING: Final = Rule(Scope.READ, Action.SETTINGS)
_CHANGING: Final = Rule(Scope.SETTINGS, Action.SETTINGS)
_CHANGED: Final = {HTTPStatus.OK: "Changed"}


def _within(setting: str) -> dict[str, JsonValue]:
    """Return how the description says what a number may be; `sites.change` refuses others."""
    allowed = sites.LIMITS[setting]
    return {"minimum": allowed.start, "maximum": allowed.stop - 1}


class SiteSettings(Output):
    """How commenting works on the site, by the words of its page at the desk."""

    policy: Policy
    heading: str
    link_limit: int
    closes_after: int
    reports_to_hold: int
    filter_holds: bool
    filter_publishes: bool
    asks_scorer: bool
    requires_email: bool
    requires_name: bool
    offers_subscription: bool


class ChangedSettings(Input):
    """Settings in place of those that are; what is left out or null stays."""

    policy: Annotated[Policy | None, Field(strict=False), as_text] = None
    heading: Annotated[
        str | None, Field(json_schema_extra={"maxLength": sites.LONGEST_HEADING})
    ] = None
    link_limit: Annotated[int | None, Field(json_schema_extra=_within("link_limit"))] = None
    closes_after: Annotated[
        int | None,
        Field(description="Days; 0 means never.", json_schema_extra=_within("closes_after")),
    ] = None
    reports_to_hold: Annotated[
        int | None,
        Field(description="0 means that none do.", json_schema_extra=_within("reports_to_hold")),
    ] = None
    filter_holds: bool | None = None
    filter_publishes: bool | None = None
    asks_scorer: bool | None = None
    requires_email: bool | None = None
    requires_name: bool | None = None
    offers_subscription: bool | None = None


class WordLists(Output):
    """The words that the site looks out for, an entry a line."""

    hold: str
    spam: str


class NewWordLists(Input):
    """Both lists anew, an entry a line."""

    hold: str
    spam: str


class DayOfNumbers(Output):
    """How many comments came in on a day (UTC), by what was done with them at once."""

    day: date
    published: int
    held: int
    spam: int


class CaughtBy(Output):
    """How many comments a signal held or took for spam."""

    code: str
    number: int


class SiteNumbers(Output):
    """The last 30 days. `missed` are spam that was published, `freed` was no spam after all."""

    days: list[DayOfNumbers]
    caught: list[CaughtBy]
    missed: int
    freed: int


class MemberOfSite(Output):
    """Somebody with a role on the site, or on all of them."""

    name: str
    role: Role
    is_everywhere: bool
    is_invited: Annotated[bool, Field(description="They have not been here yet.")]


class MemberList(Output):
    """Who moderates the site. Nobody's address is among that."""

    members: list[MemberOfSite]


@moderates(
    "GET",
    "/settings",
    rule=_READING,
    answer=SiteSettings,
    summary="Read how commenting works on the site",
)
def site_settings(holder: Holder, _query: Query) -> Answer:
    """Return the settings."""
    return Answer(_settings(holder))


@moderates(
    "PATCH",
    "/settings",
    rule=_CHANGING,
    takes=ChangedSettings,
    answer=SiteSettings,
    outcomes=_CHANGED,
    summary="Change how commenting works on the site",
)
def change_settings(holder: Holder, body: ChangedSettings) -> Answer:
    """Change the settings that are given."""
    given: dict[str, Any] = body.model_dump(exclude_none=True)
    if given.get("asks_scorer") and not offers.scorer():
        raise Invalid("settings.invalid", fields={"asks_scorer": "field.invalid"})
    sites.change(holder.site, by=holder.account, **given)
    return Answer(_settings(holder))


@moderates(
    "GET",
    "/words",
    rule=_READING,
    answer=WordLists,
    summary="Read the words that the site looks out for",
)
def word_lists(holder: Holder, _query: Query) -> Answer:
    """Return both lists as they were written."""
    return Answer(_words(holder))


@moderates(
    "PUT",
    "/words",
    rule=_CHANGING,
    takes=NewWordLists,
    answer=WordLists,
    outcomes=_CHANGED,
    summary="Replace the words that the site looks out for",
)
def replace_words(holder: Holder, body: NewWordLists) -> Answer:
    """Replace both lists, or neither."""
    for effect, entries in ((Effect.HOLD, body.hold), (Effect.SPAM, body.spam)):
        wordlists.save(holder.site, effect, entries, by=holder.account)
    return Answer(_words(holder))


@moderates(
    "GET",
    "/numbers",
    rule=Rule(Scope.READ, Action.NUMBERS),
    answer=SiteNumbers,
    summary="Count what came in during the last 30 days, and what caught it",
)
def site_numbers(holder: Holder, _query: Query) -> Answer:
    """Return the figures of each day."""
    found = numbers.of([holder.site.id])
    return Answer(
        SiteNumbers(
            days=[
                DayOfNumbers(day=each.day, published=each.published, held=each.held, spam=each.spam)
                for each in found.days
            ],
            caught=[CaughtBy(code=code, number=number) for code, number in found.caught],
            missed=found.missed,
            freed=found.freed,
        )
    )


@moderates(
    "GET",
    "/members",
    rule=Rule(Scope.READ, Action.INVITE),
    answer=MemberList,
    summary="List who moderates the site",
)
def site_members(holder: Holder, _query: Query) -> Answer:
    """Return who has a role; inviting people and changing roles takes a person at the desk."""
    found = [
        MemberOfSite(
            name=member.account.name,
            role=member.role,
            is_everywhere=member.is_everywhere,
            is_invited=member.account.arrived_at is None,
        )
        for member in members.listed(holder.site)
    ]
    return Answer(MemberList(members=found))


def _settings(holder: Holder) -> SiteSettings:
    names = SiteSettings.model_fields
    return SiteSettings(**{name: getattr(holder.site, name) for name in names})


def _words(holder: Holder) -> WordLists:
    kept = {effect.value: wordlists.text(holder.site.id, effect) for effect in Effect}
    return WordLists(**kept)
