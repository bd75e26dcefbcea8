"""Forms of ours: WTForms whose token is signed, expires, and needs no session."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from flask import current_app
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, TimestampSigner
from wtforms.csrf.core import CSRF, CSRFTokenField

from commentbox.errors import NotAllowed
from commentbox.lib import clock
from commentbox.models import Site

LIFETIME: Final = timedelta(hours=24)
FIELD: Final = "token"
_PURPOSE: Final = "form"


def form_token(binding: str) -> str:
    """Return a fresh token for the forms of one holder: `guest(site)`, or an admin's session id."""
    return _signer(binding).sign(_PURPOSE).decode()


def read_token(token: str, binding: str) -> datetime:
    """Return when a token was issued, to the second; raise `NotAllowed("form.stale")`."""
    try:
        _purpose, issued = _signer(binding).unsign(
            token, max_age=int(LIFETIME.total_seconds()), return_timestamp=True
        )
    except BadSignature as problem:
        raise NotAllowed("form.stale") from problem
    return issued


def guest(site: Site) -> str:
    """Return what tokens of a site's guests are bound to: they have no session to be bound to."""
    return f"guest:{site.name}"


class SignedToken(CSRF):
    """The form's protection against requests that another site makes up."""

    def setup_form(self, form: Any) -> list[tuple[str, Any]]:
        """Bind the token to the form's holder."""
        self._binding = form.meta.csrf_context
        return list(super().setup_form(form))

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        """Return a token for this form."""
        return form_token(self._binding)

    def validate_csrf_token(self, form: Any, field: CSRFTokenField) -> None:
        """Raise `NotAllowed("form.stale")` for a token that is missing, foreign or too old."""
        read_token(field.data or "", self._binding)


class Form(FlaskForm):
    """A form with a signed token in its field `token`, bound to its holder.

    It reads the current request's form unless `formdata` is given. `validate()` raises
    `NotAllowed("form.stale")` for a bad token; other faults are in `errors`.
    """

    class Meta(FlaskForm.Meta):
        """How the form protects itself."""

        csrf = True
        csrf_class = SignedToken
        csrf_field_name = FIELD

    def __init__(self, *, binding: str, **kwargs: Any) -> None:
        super().__init__(meta={"csrf_context": binding}, **kwargs)


class _Signer(TimestampSigner):
    """A signer that asks our clock."""

    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())


def _signer(binding: str) -> _Signer:
    key = str(current_app.secret_key)
    return _Signer(key, salt=f"form:{binding}", key_derivation="hmac", digest_method=sha256)
