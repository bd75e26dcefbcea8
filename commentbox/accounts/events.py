"""What counts once, however often it comes: events of providers, and what a frame hands over."""

from commentbox.extensions import insert_new
from commentbox.lib import tokens
from commentbox.models import SeenEvent


def is_new(sender: str, event_id: str) -> bool:
    """Note an event, and say whether it has not been here before; only its digest is kept."""
    return insert_new(SeenEvent, id=tokens.digest(f"{sender} {event_id}"))
