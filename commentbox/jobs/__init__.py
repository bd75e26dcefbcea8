"""What must happen after a commit: the outbox and the worker that empties it."""
