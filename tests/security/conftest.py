"""The API in front of the site `blog`, and somebody who may log in there."""

from tests.web.api.conftest import blog, program, read, send
from tests.web.login.conftest import person, providers

__all__ = ["blog", "person", "program", "providers", "read", "send"]
