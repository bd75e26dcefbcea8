"""What the log tells of an action, in words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from flask import url_for

from commentbox.accounts import people
from commentbox.adapters.translations import N_, gettext, ngettext
from commentbox.comments import threads
from commentbox.models import Batch, BlockKind, Role
from commentbox.moderation import log
from commentbox.policy import ROLES
from commentbox.web.admin import blocks, places
from commentbox.web.admin.judged import GONE

_PLAIN: Final = {
    "edit": N_("Edited a comment"),
    "reply": N_("Replied to a comment"),
    "settings": N_("Changed the settings"),
    "words": N_("Changed a list of words"),
    "pin": N_("Pinned a comment"),
    "unpin": N_("Took a pin away"),
    "close": N_("Closed a thread"),
    "open": N_("Opened a thread"),
    "merge": N_("Merged two threads"),
    "move": N_("Moved a thread to another address"),
    "block": N_("Blocked"),
    "unblock": N_("Ended a block"),
    "trust": N_("Trusted an author"),
    "distrust": N_("Trusted an author no more"),
    "invite": N_("Invited"),
    "role": N_("Changed a role"),
    "dismiss": N_("Took a role away"),
    "key.make": N_("Made a key"),
    "key.revoke": N_("Revoked a key"),
}


def sentence(batch: Batch) -> str:
    """Return what was done: `12 comments marked as spam`."""
    number = batch.done
    counted = {
        "approve": ngettext("Approved %(num)d comment", "Approved %(num)d comments", number),
        "spam": ngettext(
            "Marked %(num)d comment as spam", "Marked %(num)d comments as spam", number
        ),
        "trash": ngettext("Trashed %(num)d comment", "Trashed %(num)d comments", number),
        "restore": ngettext("Restored %(num)d comment", "Restored %(num)d comments", number),
        "delete": ngettext(
            "Deleted %(num)d comment for good", "Deleted %(num)d comments for good", number
        ),
        "empty": ngettext(
            "Emptied %(num)d comment from the trash and the spam folder",
            "Emptied %(num)d comments from the trash and the spam folder",
            number,
        ),
        "reported": ngettext(
            "Held %(num)d comment that readers reported",
            "Held %(num)d comments that readers reported",
            number,
        ),
        "settled": ngettext(
            "Settled %(num)d comment as the outside spam service said",
            "Settled %(num)d comments as the outside spam service said",
            number,
        ),
        "undo": ngettext("Took back: %(num)d comment", "Took back: %(num)d comments", number),
    }
    if batch.action in counted:
        return counted[batch.action] % {"num": number}
    return gettext(_PLAIN.get(batch.action, batch.action))


def who(batch: Batch) -> str:
    """Say who did what stands beside nobody's account: the service, or somebody who is gone."""
    return gettext("the service") if log.is_of_service(batch) else gettext(GONE)


def place(batch: Batch) -> str:
    """Return the address of what it was about, where there is a page of that."""
    known = batch.details or {}
    if batch.done:
        return url_for("admin.desk.log.entry", batch=batch.id)
    if "comment" in known:
        return url_for("admin.desk.comments.show", comment_id=known["comment"])
    return places.queue_url(thread=known["thread"]) if "thread" in known else ""


def details(batch: Batch, names: Mapping[str | None, str]) -> list[str]:
    """Return what else is known of it, a line each; for `names` see `called`."""
    known = batch.details or {}
    if batch.action == "settings":
        return [_changed(name, known) for name in known.get("before", {})]
    if batch.action in _OF_BLOCKS:
        return _blocked(BlockKind(known["kind"]), known["value"], names)
    about = [names.get(known.get(what), "") for what in ("person", "thread")]
    found = [*about, _role(known.get("role"))]
    if batch.action == "words":
        found += [gettext(_LISTS[known["effect"]]), *_of_list(known)]
    return [each for each in (*found, str(known.get("name", ""))) if each]


def called(batches: Iterable[Batch]) -> dict[str | None, str]:
    """Return what the people and articles that batches are about are called, by their ids.

    Two queries, however many they are.
    """
    batches = list(batches)
    articles = {(batch.details or {}).get("thread", "") for batch in batches}
    names = people.names(map(person, batches))
    names.update(threads.titles(articles - {""}))
    return names


def person(batch: Batch) -> str | None:
    """Return the id of the account that it was about, if it was about one."""
    known = batch.details or {}
    is_blocked = batch.action in _OF_BLOCKS and known["kind"] == BlockKind.ACCOUNT
    return known["value"] if is_blocked else known.get("person")


_OF_BLOCKS: Final = {"block", "unblock"}
_SETTINGS: Final = {
    "origins": N_("Pages that show the comments"),
    "policy": N_("Which comments appear at once"),
    "link_limit": N_("Links"),
    "reports_to_hold": N_("Reports"),
    "filter_holds": N_("The filter"),
    "filter_publishes": N_("The filter may publish"),
    "asks_scorer": N_("Ask an outside service"),
    "heading": N_("Heading"),
    "requires_name": N_("A name is required"),
    "requires_email": N_("An email address is required"),
    "offers_subscription": N_("Offer new comments by mail"),
    "closes_after": N_("Days until a conversation closes"),
}
_POLICIES: Final = {
    "publish": N_("All"),
    "hold-first": N_("All but the first of each author"),
    "hold-guests": N_("Those of readers who are logged in"),
    "hold-all": N_("None"),
}
_LISTS: Final = {"hold": N_("Words that hold"), "spam": N_("Words that are spam")}


def _of_list(known: Mapping[str, Any]) -> list[str]:
    """Return what came into a list of words and what went."""
    if "added" not in known:  # of a change that is older
        return [gettext("%(before)s lines before, %(after)s now") % known]
    lines = []
    if number := known["added_in_all"]:
        words = ngettext(
            "Added %(num)d entry: %(these)s", "Added %(num)d entries: %(these)s", number
        )
        lines.append(words % {"num": number, "these": _first(known["added"], number)})
    if number := known["removed_in_all"]:
        words = ngettext(
            "Removed %(num)d entry: %(these)s", "Removed %(num)d entries: %(these)s", number
        )
        lines.append(words % {"num": number, "these": _first(known["removed"], number)})
    return lines or [gettext("Only notes or their order changed")]


def _first(entries: Sequence[str], number: int) -> str:
    return ", ".join([*entries, "…"] if number > len(entries) else entries)


def _role(role: str | None) -> str:
    return gettext(ROLES[Role(role)]) if role else ""


def _blocked(kind: BlockKind, value: str, names: Mapping[str | None, str]) -> list[str]:
    return [gettext(blocks.EVERY_KIND[kind]), *filter(None, [blocks.what(kind, value, names)])]


def _changed(name: str, known: Mapping[str, Any]) -> str:
    before, after = (_value(name, known[when].get(name)) for when in ("before", "after"))
    return f"{gettext(_SETTINGS.get(name, name))}: {before} → {after}"


def _value(name: str, value: Any) -> str:
    if name == "policy":
        return gettext(_POLICIES.get(value, value))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value) or "–"  # noqa: RUF001 -- a dash stands for nothing
