"""The tables, a file per group."""

from commentbox.models.account import Account, Membership, Role, Session, SignInLink
from commentbox.models.comment import Comment, Status
from commentbox.models.decision import Decision
from commentbox.models.job import Answer, Job
from commentbox.models.site import Policy, Site
from commentbox.models.subscription import Subscription
from commentbox.models.thread import Thread

__all__ = [
    "Account",
    "Answer",
    "Comment",
    "Decision",
    "Job",
    "Membership",
    "Policy",
    "Role",
    "Session",
    "SignInLink",
    "Site",
    "Status",
    "Subscription",
    "Thread",
]
