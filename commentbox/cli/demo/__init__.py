"""The demonstration: an article with a discussion, and the service beside it."""

from commentbox.cli.demo.command import demo

__all__ = ["demo"]
