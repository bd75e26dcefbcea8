"""Threads closed and opened, and a comment pinned above the others."""

from http import HTTPStatus
from typing import Final

from commentbox.comments import closing, pinning, threads
from commentbox.errors import NotFound
from commentbox.models import Scope
from commentbox.moderation import queue
from commentbox.moderation.holders import Holder
from commentbox.policy import Action
from commentbox.web.api.moderation import shapes, telling
from commentbox.web.api.moderation.keyed import Answer, Rule, moderates
from commentbox.web.api.schemas import Query
from commentbox.web.kit.given import Input

_PINNING: Final = Rule(Scope.DECIDE, Action.PIN)
_DONE: Final = Answer(status=HTTPStatus.NO_CONTENT)


class ThreadState(Input):
    """Whether a thread takes no more comments."""

    is_closed: bool


@moderates(
    "PATCH",
    "/threads/{thread}",
    rule=Rule(Scope.DECIDE, Action.CLOSE),
    takes=ThreadState,
    answer=shapes.Place,
    outcomes={HTTPStatus.OK: "Changed"},
    summary="Close a thread for new comments, or open it again",
)
def change_thread(holder: Holder, body: ThreadState, *, thread: str) -> Answer:
    """Close the thread, or open it for as long as one that begins now."""
    found = threads.by_id(thread)
    if found.site_id != holder.site.id:
        raise NotFound("thread.unknown")
    change = closing.close if body.is_closed else closing.reopen
    change(found, by=holder.account)
    return Answer(telling.place(found, holder.site))


@moderates(
    "PUT",
    "/comments/{comment}/pin",
    rule=_PINNING,
    outcomes={HTTPStatus.NO_CONTENT: "Pinned"},
    summary="Let a comment stand above the others of its thread",
)
def pin_comment(holder: Holder, _query: Query, *, comment: str) -> Answer:
    """Pin a published comment, instead of any that was pinned before."""
    pinning.pin(queue.item(holder.roles, comment).comment, by=holder.account)
    return _DONE


@moderates(
    "DELETE",
    "/comments/{comment}/pin",
    rule=_PINNING,
    outcomes={HTTPStatus.NO_CONTENT: "Not pinned any more"},
    summary="Let a comment stand in its own place alone",
)
def unpin_comment(holder: Holder, _query: Query, *, comment: str) -> Answer:
    """Unpin the comment; another one that is pinned meanwhile stays so."""
    item = queue.item(holder.roles, comment)
    if item.thread.pinned_id == item.comment.id:
        pinning.unpin(item.thread, by=holder.account)
    return _DONE
