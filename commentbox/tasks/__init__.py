"""What happens in the background: letters, pictures, housekeeping."""

from commentbox.tasks.every import handlers, worker_for

__all__ = ["handlers", "worker_for"]
