"""Who may do what: one table."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from commentbox.adapters.translations import N_
from commentbox.errors import NotAllowed, NotFound
from commentbox.models import Membership, Role


class Action(StrEnum):
    """What a person may want to do on a site."""

    READ = "comment.read"
    DECIDE = "comment.decide"
    EDIT = "comment.edit"
    REPLY = "comment.reply"
    PIN = "comment.pin"
    DELETE = "comment.delete"
    CLOSE = "thread.close"
    MERGE = "thread.merge"
    BAN = "person.ban"
    TRUST = "person.trust"
    LOG = "site.log"
    NUMBERS = "site.numbers"
    SETTINGS = "site.settings"
    INVITE = "site.invite"
    KEYS = "site.keys"


_EVERYBODY: Final = frozenset({Role.ADMIN, Role.OWNER, Role.MODERATOR})
_OWNERS: Final = frozenset({Role.ADMIN, Role.OWNER})

TABLE: Final = {
    Action.READ: _EVERYBODY,
    Action.DECIDE: _EVERYBODY,
    Action.EDIT: _EVERYBODY,
    Action.REPLY: _EVERYBODY,
    Action.PIN: _EVERYBODY,
    Action.DELETE: _OWNERS,
    Action.CLOSE: _EVERYBODY,
    Action.MERGE: _OWNERS,
    Action.BAN: _EVERYBODY,
    Action.TRUST: _EVERYBODY,
    Action.LOG: _EVERYBODY,
    Action.NUMBERS: _EVERYBODY,
    Action.SETTINGS: _OWNERS,
    Action.INVITE: _OWNERS,
    Action.KEYS: _OWNERS,
}
"""The roles that may do each thing."""

WORDS: Final = {
    Action.READ: N_("Read every comment, with its author's address, and its history"),
    Action.DECIDE: N_("Approve, mark as spam, trash, restore, and take that back"),
    Action.EDIT: N_("Edit comments"),
    Action.REPLY: N_("Answer from the desk"),
    Action.PIN: N_("Pin a comment above the others"),
    Action.DELETE: N_("Delete comments for good"),
    Action.CLOSE: N_("Close threads for new comments, and open them again"),
    Action.MERGE: N_("Merge two threads"),
    Action.BAN: N_("Block authors, networks and link hosts"),
    Action.TRUST: N_("Trust an author, and trust them no more"),
    Action.LOG: N_("Read the log of what was done"),
    Action.NUMBERS: N_("See the numbers of the last days"),
    Action.SETTINGS: N_("Change the settings and the lists of words"),
    Action.INVITE: N_("Invite people, change their roles and take them"),
    Action.KEYS: N_("Make keys for programs, and revoke them"),
}
"""What each action is, for people."""

ROLES: Final = {
    Role.ADMIN: N_("Admin"),
    Role.OWNER: N_("Owner"),
    Role.MODERATOR: N_("Moderator"),
}
"""What the roles are called."""

GRANTS: Final = {
    Role.ADMIN: frozenset(Role),
    Role.OWNER: frozenset({Role.OWNER, Role.MODERATOR}),
    Role.MODERATOR: frozenset[Role](),
}
"""The roles that somebody with a role may give and take, where their own role holds."""


def may(roles: Iterable[Membership], action: Action, *, site_id: str) -> bool:
    """Say whether somebody with these roles may do this on the site."""
    return any(role.role in TABLE[action] for role in _on(roles, site_id))


def require(
    roles: Iterable[Membership], action: Action, *, site_id: str, code: str = "comment.unknown"
) -> None:
    """Refuse who may not do this on the site.

    Raises `NotFound(code)` for a stranger to the site, who may not even learn that the thing is
    there, and `NotAllowed` with the action's name for a member whose role does not reach.
    """
    roles = list(roles)
    if may(roles, action, site_id=site_id):
        return
    if may(roles, Action.READ, site_id=site_id):
        raise NotAllowed(action.value)
    raise NotFound(code)


def may_grant(roles: Iterable[Membership], role: Role, *, site_id: str | None) -> bool:
    """Say whether somebody with these roles may give or take the role on the site.

    Without a site that is a role on all of them, which only such a role gives.
    """
    mine = _on(roles, site_id) if site_id else [each for each in roles if each.site_id is None]
    return any(role in GRANTS[each.role] for each in mine)


def reach(roles: Iterable[Membership], action: Action) -> set[str] | None:
    """Return the ids of the sites on which the roles allow this; None means every site."""
    allowed = [role.site_id for role in roles if role.role in TABLE[action]]
    return None if None in allowed else {site_id for site_id in allowed if site_id}


def _on(roles: Iterable[Membership], site_id: str) -> list[Membership]:
    return [role for role in roles if role.site_id in {None, site_id}]
