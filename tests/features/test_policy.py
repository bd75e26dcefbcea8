"""Who may do what."""

import pytest

from commentbox import policy
from commentbox.errors import NotAllowed, NotFound
from commentbox.models import Membership, Role
from commentbox.policy import Action

HERE, THERE = "0" * 22, "1" * 22


def member(role: Role, site_id: str | None = HERE) -> list[Membership]:
    return [Membership(role=role, site_id=site_id)]


@pytest.mark.parametrize("action", Action)
def test_an_owner_may_do_everything_on_their_site_and_nothing_elsewhere(action: Action) -> None:
    assert policy.may(member(Role.OWNER), action, site_id=HERE)
    assert not policy.may(member(Role.OWNER), action, site_id=THERE)


def test_a_moderator_decides_but_does_nothing_for_good_and_changes_no_rules() -> None:
    allowed = {
        action for action in Action if policy.may(member(Role.MODERATOR), action, site_id=HERE)
    }
    kept = {Action.DELETE, Action.MERGE, Action.SETTINGS, Action.INVITE, Action.KEYS}
    assert allowed == set(Action) - kept


@pytest.mark.parametrize("role", Role)
def test_nobody_gives_a_role_above_their_own(role: Role) -> None:
    assert policy.may_grant(member(Role.ADMIN, None), role, site_id=None)
    assert policy.may_grant(member(Role.OWNER), role, site_id=HERE) == (role is not Role.ADMIN)
    assert not policy.may_grant(member(Role.OWNER), role, site_id=THERE)
    assert not policy.may_grant(member(Role.OWNER), role, site_id=None)
    assert not policy.may_grant(member(Role.MODERATOR), role, site_id=HERE)


def test_a_role_without_a_site_reaches_every_site() -> None:
    assert policy.may(member(Role.ADMIN, None), Action.DELETE, site_id=THERE)
    assert policy.reach(member(Role.ADMIN, None), Action.READ) is None


def test_a_stranger_learns_nothing_and_a_member_learns_what_is_not_theirs() -> None:
    with pytest.raises(NotFound, match=r"comment\.unknown"):
        policy.require(member(Role.ADMIN, THERE), Action.READ, site_id=HERE)
    with pytest.raises(NotAllowed, match=r"comment\.delete"):
        policy.require(member(Role.MODERATOR), Action.DELETE, site_id=HERE)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_each_role_does_what_the_table_says_here_and_is_a_stranger_elsewhere(
    action: Action, role: Role
) -> None:
    is_allowed = role in policy.TABLE[action]
    assert policy.may(member(role), action, site_id=HERE) is is_allowed
    assert policy.may(member(role, None), action, site_id=THERE) is is_allowed
    assert not policy.may(member(role), action, site_id=THERE)
    with pytest.raises(NotFound, match=r"comment\.unknown"):
        policy.require(member(role), action, site_id=THERE)
    if not is_allowed:
        with pytest.raises(NotAllowed, match=action.value):
            policy.require(member(role), action, site_id=HERE)


def test_every_action_stands_in_the_table() -> None:
    assert set(policy.TABLE) == set(Action)


def test_somebody_without_a_role_reaches_no_site() -> None:
    assert policy.reach([], Action.READ) == set()
