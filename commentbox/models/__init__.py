"""The tables, a file per group."""

from commentbox.models.account import Account, Membership, Role, Session, SessionKind, SignInLink
from commentbox.models.comment import Comment, Status
from commentbox.models.decision import Decision
from commentbox.models.draft import Draft
from commentbox.models.job import Answer, Job
from commentbox.models.login import (
    Attempt,
    Avatar,
    Deletion,
    EmailCode,
    Identity,
    Mode,
    Outcome,
    SeenEvent,
)
from commentbox.models.site import Policy, Site
from commentbox.models.subscription import Subscription
from commentbox.models.thread import Thread

__all__ = [
    "Account",
    "Answer",
    "Attempt",
    "Avatar",
    "Comment",
    "Decision",
    "Deletion",
    "Draft",
    "EmailCode",
    "Identity",
    "Job",
    "Membership",
    "Mode",
    "Outcome",
    "Policy",
    "Role",
    "SeenEvent",
    "Session",
    "SessionKind",
    "SignInLink",
    "Site",
    "Status",
    "Subscription",
    "Thread",
]
