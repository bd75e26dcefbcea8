"""What can go wrong, by code. Only the edge turns a code into a status or a sentence."""

from collections.abc import Mapping


class CommentboxError(Exception):
    """Something a caller can answer; `code` names it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Invalid(CommentboxError):
    """A value was given that cannot be used; `fields` maps each field at fault to its code."""

    def __init__(self, code: str, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.fields = dict(fields or {})


class Malformed(CommentboxError):
    """Something was given that only a mistake or an attack makes, such as a forged link."""


class NotFound(CommentboxError):
    """There is no such thing, or the asker may not know that there is."""


class NotAllowed(CommentboxError):
    """The asker may know of the thing but not do this to it."""


class NotSignedIn(CommentboxError):
    """The act needs a person, and there is no live session."""


class Closed(CommentboxError):
    """The thread takes no more comments."""


class Conflict(CommentboxError):
    """The act does not fit the present state; `comment_id` names the comment it collides with."""

    def __init__(self, code: str, *, comment_id: str | None = None) -> None:
        super().__init__(code)
        self.comment_id = comment_id


class Gone(CommentboxError):
    """A link was right once: it has been used, or its time is over."""


class TooFast(CommentboxError):
    """A limit was reached; `retry_after` is in whole seconds, at least one."""

    def __init__(self, code: str, *, retry_after: int) -> None:
        super().__init__(code)
        self.retry_after = max(1, retry_after)
