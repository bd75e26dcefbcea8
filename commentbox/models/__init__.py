"""The tables, a file per group."""

from commentbox.models.account import (
    Account,
    HeldMail,
    Membership,
    Role,
    Session,
    SessionKind,
    SignInLink,
)
from commentbox.models.api_key import ApiKey, Scope
from commentbox.models.batch import Batch
from commentbox.models.block import Block, BlockKind, Trust
from commentbox.models.comment import Comment, Status
from commentbox.models.decision import OF_SERVICE, Decision
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
from commentbox.models.report import Cause, Report, Ruling, Vote
from commentbox.models.site import Policy, Site
from commentbox.models.spam import Likeness, SpamLabel, SpamModel
from commentbox.models.subscription import Subscription
from commentbox.models.thread import Thread
from commentbox.models.wording import Wording
from commentbox.models.words import Effect, Words

__all__ = [
    "OF_SERVICE",
    "Account",
    "Answer",
    "ApiKey",
    "Attempt",
    "Avatar",
    "Batch",
    "Block",
    "BlockKind",
    "Cause",
    "Comment",
    "Decision",
    "Deletion",
    "Draft",
    "Effect",
    "EmailCode",
    "HeldMail",
    "Identity",
    "Job",
    "Likeness",
    "Membership",
    "Mode",
    "Outcome",
    "Policy",
    "Report",
    "Role",
    "Ruling",
    "Scope",
    "SeenEvent",
    "Session",
    "SessionKind",
    "SignInLink",
    "Site",
    "SpamLabel",
    "SpamModel",
    "Status",
    "Subscription",
    "Thread",
    "Trust",
    "Vote",
    "Wording",
    "Words",
]
