"""The API, version 1: JSON for programs and for scripts on the site's own pages."""

from commentbox.web.api import comments, moderation, openapi, reports, threads, votes
from commentbox.web.api.operations import blueprint

__all__ = ["blueprint", "comments", "moderation", "openapi", "reports", "threads", "votes"]
