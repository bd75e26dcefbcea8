"""The way back from a provider.

First the walk is taken, so that nothing comes of it twice; then the provider is asked, while no
transaction waits for it; then the outcome is noted. A walk that is lost in between expires.
"""

from http import HTTPStatus

import structlog
from flask import Response, request

from commentbox.accounts import attempts, identities, people, sessions
from commentbox.errors import Gone, NotAllowed
from commentbox.jobs import outbox
from commentbox.models import Account, Attempt, Identity, Mode, Outcome
from commentbox.providers.base import Profile, Provider, ProviderFailed
from commentbox.web.kit import desk_session, offers, readers
from commentbox.web.kit.problems import sentence
from commentbox.web.kit.transaction import writing, written
from commentbox.web.login import linking, outcomes, walk_cookie

log = structlog.get_logger(__name__)


def returned(name: str) -> Response:
    """End a walk with what the provider says, in the browser that began it and in no other."""
    provider = offers.provider(name)
    state = request.args.get("state", "")
    cookie = attempts.its_cookie(state, walk_cookie.kept())
    try:
        attempts.expect(state, cookie, provider.name)
        with writing():
            attempt = attempts.take(state, cookie, provider.name)
    except (Gone, NotAllowed) as refusal:
        return outcomes.refused(sentence(refusal.code))
    found = _asked(provider, cookie)
    if isinstance(found, Outcome):
        with writing():
            attempts.finish(attempt, outcome=found)
        return outcomes.answer(attempt, found, provider)
    return _welcome(attempt, found, provider)


def _asked(provider: Provider, cookie: str) -> Profile | Outcome:
    """Return who the provider says this is, or how else the walk ended."""
    given = request.args.to_dict()
    try:
        found = provider.outcome(given)
        if found:
            return Outcome(found)
        provider.check_iss(given)
        return provider.profile(walk_cookie.walk(provider, cookie), code=given.get("code", ""))
    except ProviderFailed as failure:
        log.warning("login.failed", provider=provider.name, kind=failure.kind, why=failure.why)
    except Exception:
        # A provider may be anybody's plug-in: what it does wrong is as good as no answer.
        log.exception("login.failed", provider=provider.name)
    return Outcome.FAILED


def _welcome(attempt: Attempt, profile: Profile, provider: Provider) -> Response:
    """Log the person in; a waiting frame then asks for a session of its own."""
    enter = {Mode.DESK: _enter_desk, Mode.LINK: linking.link}.get(attempt.mode, _enter_home)
    try:
        response = written(lambda: enter(attempt, profile, provider))
    except NotAllowed as refusal:
        with writing():
            attempts.finish(attempt, outcome=Outcome.DENIED)
        response = outcomes.refused(sentence(refusal.code))
        response.status_code = HTTPStatus.FORBIDDEN
    return response


def _enter_home(attempt: Attempt, profile: Profile, provider: Provider) -> Response:
    account, identity = identities.recognised(profile)
    reader, token = readers.enter(account, identity)
    family = reader.session.family
    attempts.finish(attempt, outcome=Outcome.OK, account=account, identity=identity, family=family)
    _ask_for_picture(account, identity, profile)
    response = outcomes.answer(attempt, Outcome.OK, provider)
    readers.keep_at_home(response, token)
    return response


def _enter_desk(attempt: Attempt, profile: Profile, provider: Provider) -> Response:
    """Let in who has a role, or was invited and has not been here yet; nobody else is noted."""
    if identities.find(profile) is None and identities.invited(profile) is None:
        raise NotAllowed("desk.unknown")
    account, identity = identities.recognised(profile)
    if not people.roles(account):
        raise NotAllowed("desk.unknown")
    if attempt.session_family:
        sessions.end_family(attempt.session_family)
    attempts.finish(attempt, outcome=Outcome.OK, account=account, identity=identity)
    return desk_session.let_in(outcomes.answer(attempt, Outcome.OK, provider), account, identity)


def _ask_for_picture(account: Account, identity: Identity, profile: Profile) -> None:
    """Have the picture fetched as it is now; the one of their address if the person wants that."""
    if account.wants_gravatar:
        outbox.add("gravatar.wanted", account_id=account.id)
    elif profile.avatar_url:
        outbox.add("avatar.wanted", identity_id=identity.id, url=profile.avatar_url)
