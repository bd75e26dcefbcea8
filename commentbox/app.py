"""The application: wiring only."""

from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined

from commentbox.adapters import logs
from commentbox.adapters.mailer import Mailer
from commentbox.adapters.throttle import Throttle
from commentbox.config import Settings
from commentbox.extensions import READS, db, engine_options, prepare_sqlite
from commentbox.providers import registry
from commentbox.web import admin, api, embed, feeds, login, mail, ops
from commentbox.web.kit import assets, bodies, errors, headers, page_cache, proxies, requests, words

PACKAGE = Path(__file__).parent
MAX_BODY = 256 * 1024


def create_app(settings: Settings) -> Flask:
    """Return the service for these settings; nothing is read from or written to the database."""
    logs.configure(settings.log_level)
    app = Flask(__name__, static_folder=None, template_folder=str(folder("templates")))
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_BINDS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
    )
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.extensions["commentbox.settings"] = settings
    app.extensions["commentbox.mailer"] = Mailer.from_settings(settings)
    app.extensions["commentbox.providers"] = registry.built(settings.providers)
    app.extensions["commentbox.throttle"] = Throttle(settings.redis_url)
    _bind_database(app, settings)
    for part in (requests, headers, errors, words):
        part.init_app(app)
    assets.init_app(app, folder("static"))
    for feature in (embed, api, login, admin, feeds, mail, ops):
        app.register_blueprint(feature.blueprint)
    _wrap(app, settings)
    return app


def folder(name: str) -> Path:
    """Return `templates` or `static`: inside the package when installed, else beside it."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def _bind_database(app: Flask, settings: Settings) -> None:
    if settings.is_sqlite:
        Path(settings.instance_dir).mkdir(parents=True, exist_ok=True, mode=0o700)
    db.init_app(app)
    with app.app_context():
        for name, engine in db.engines.items():
            if settings.is_sqlite:
                prepare_sqlite(engine, writes=name != READS)


def _wrap(app: Flask, settings: Settings) -> None:
    """Put the layers in front of Flask: the first to see a request is the last line here."""
    bodies.init_app(app, MAX_BODY)
    proxies.init_app(app, settings.trusted_proxies)
    page_cache.init_app(app)
