"""The API in front of the site `blog`."""

from tests.web.api.conftest import blog, read, send

__all__ = ["blog", "read", "send"]
