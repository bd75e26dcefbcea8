"""Thread pages as bytes, answered before Flask."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Answer what has been rendered already from memory."""
