"""The application for any WSGI server, such as `gunicorn wsgi:app`; see docs/install.md."""

from commentbox.app import create_app
from commentbox.config import BadSetting, load

try:
    app = create_app(load())
except BadSetting as problem:
    raise SystemExit(str(problem)) from problem
