"""Events that providers send by themselves: each is acted upon once, however often it comes."""

from commentbox.extensions import insert_new
from commentbox.lib import tokens
from commentbox.models import SeenEvent


def is_new(provider: str, event_id: str) -> bool:
    """Note an event, and say whether it has not been here before; only its digest is kept."""
    return insert_new(SeenEvent, id=tokens.digest(f"{provider} {event_id}"))
