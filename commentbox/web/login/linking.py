"""Adding one more way to log in to an account: both log-ins have been shown only just now."""

from flask import Response

from commentbox.accounts import attempts, identities, sessions
from commentbox.errors import Conflict, NotAllowed
from commentbox.models import Attempt, Outcome
from commentbox.providers.base import Profile, Provider
from commentbox.web.login import outcomes


def link(attempt: Attempt, profile: Profile, provider: Provider) -> Response:
    """Add the identity to the account of whoever began the walk, if their session is alive still.

    The cookie of a desk does not come along on the way back from a provider; that of the walk does.
    Raises `NotAllowed("login.expired")`.
    """
    session = sessions.begun(attempt.session_family or "")
    if session is None or session.account_id != attempt.account_id:
        raise NotAllowed("login.expired")
    account = sessions.whose(session)
    try:
        identity = identities.link(account, profile, here=session)
    except Conflict as refusal:
        attempts.finish(attempt, outcome=Outcome.FAILED)
        return outcomes.told(attempt, provider, problem=refusal.code)
    attempts.finish(attempt, outcome=Outcome.OK, account=account, identity=identity)
    return outcomes.told(attempt, provider, done="linked")
