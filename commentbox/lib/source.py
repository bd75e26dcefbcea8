"""What a person typed as a comment, checked once for every way in."""

from commentbox.errors import Invalid
from commentbox.lib import markdown, text


def checked(source: str) -> str:
    """Return a comment's text as it is kept.

    Raises `Invalid("comment.empty")` when a reader would see nothing and
    `Invalid("comment.too_long")` beyond `markdown.MAX_SOURCE` characters.
    """
    source = text.clean(source).strip()
    if text.is_blank(source):
        raise Invalid("comment.empty", fields={"comment": "comment.empty"})
    if len(source) > markdown.MAX_SOURCE:
        raise Invalid("comment.too_long", fields={"comment": "comment.too_long"})
    return source
