"""Programs that moderate a site with a key, in the name of who made it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from commentbox import policy
from commentbox.accounts import api_keys, people
from commentbox.errors import NotAllowed, NotFound, NotSignedIn
from commentbox.extensions import db
from commentbox.models import Account, ApiKey, Batch, Comment, Membership, Scope, Site
from commentbox.policy import Action


@dataclass(frozen=True)
class Holder:
    """Who shows a key: whatever is done with it is done by the account, on this site alone.

    `roles` are what the account is on the site, whatever else it may be elsewhere. They name
    nobody: nothing more is a key's to see because its maker did it.
    """

    key: ApiKey
    site: Site
    account: Account
    roles: Sequence[Membership]


def of_token(token: str, *, site_name: str, scope: Scope, right: Action) -> Holder:
    """Return who shows a token, if that may do this on the site of this name.

    A key is as good as who made it: it dies with their account or their last role on the site.
    Raises `NotSignedIn("api_key.wrong")` for a token that is none, and for a key that is revoked,
    over or nobody's; `NotFound("site.unknown")` for every site but the key's own;
    `NotAllowed("api_key.scope")`, and `NotAllowed` with the action's name where the role of who
    made it does not reach.
    """
    holder = _known(token)
    if holder is None:
        raise NotSignedIn("api_key.wrong")
    if holder.site.name != site_name:
        raise NotFound("site.unknown")
    if scope.value not in holder.key.scopes:
        raise NotAllowed("api_key.scope")
    policy.require(holder.roles, right, site_id=holder.site.id, code="site.unknown")
    return holder


def require_comments(holder: Holder, comment_ids: Collection[str]) -> None:
    """Refuse comments of other sites, where the account may have roles as well.

    Raises `NotFound("comment.unknown")` where one of them is not on the key's site.
    """
    wanted = set(comment_ids)
    here = (Comment.id.in_(wanted), Comment.site_id == holder.site.id)
    if db.session.scalar(select(func.count()).where(*here)) != len(wanted):
        raise NotFound("comment.unknown")


def batch(holder: Holder, batch_id: str) -> Batch:
    """Return a row of the site's log; raise `NotFound("decision.unknown")`.

    What reaches over several sites is none of a key's business, whoever did it.
    """
    found = db.session.get(Batch, batch_id, populate_existing=True)
    if found is None or found.site_id != holder.site.id:
        raise NotFound("decision.unknown")
    return found


def _known(token: str) -> Holder | None:
    key = api_keys.known(token) if token else None
    account = db.session.get(Account, key.account_id) if key and key.account_id else None
    if key is None or account is None or account.blocked_at:
        return None
    roles = _on(key.site_id, people.roles(account))
    site = db.session.get_one(Site, key.site_id)
    return Holder(key, site, account, roles) if roles else None


def _on(site_id: str, roles: Sequence[Membership]) -> list[Membership]:
    """Return the roles as if they were for one site: a key opens no other."""
    return [
        Membership(site_id=site_id, role=each.role)
        for each in roles
        if each.site_id in {None, site_id}
    ]
