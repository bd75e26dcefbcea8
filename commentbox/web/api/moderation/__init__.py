"""Moderating a site by program, with a key of the site."""

from commentbox.web.api.moderation import blocks, comments, decisions, places, site

__all__ = ["blocks", "comments", "decisions", "places", "site"]
