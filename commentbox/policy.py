"""Who may do what: one table."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from commentbox.errors import NotAllowed, NotFound
from commentbox.models import Membership, Role


class Action(StrEnum):
    """What a person may want to do on a site."""

    READ = "comment.read"
    DECIDE = "comment.decide"
    EDIT = "comment.edit"
    REPLY = "comment.reply"
    DELETE = "comment.delete"


TABLE: Final = {
    Action.READ: {Role.ADMIN, Role.MODERATOR},
    Action.DECIDE: {Role.ADMIN, Role.MODERATOR},
    Action.EDIT: {Role.ADMIN, Role.MODERATOR},
    Action.REPLY: {Role.ADMIN, Role.MODERATOR},
    Action.DELETE: {Role.ADMIN},
}
"""The roles that may do each thing."""


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


def reach(roles: Iterable[Membership], action: Action) -> set[str] | None:
    """Return the ids of the sites on which the roles allow this; None means every site."""
    allowed = [role.site_id for role in roles if role.role in TABLE[action]]
    return None if None in allowed else {site_id for site_id in allowed if site_id}


def _on(roles: Iterable[Membership], site_id: str) -> list[Membership]:
    return [role for role in roles if role.site_id in {None, site_id}]
