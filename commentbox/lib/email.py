"""Email addresses as they are typed into a form."""

from typing import Final

from email_validator import EmailNotValidError, validate_email

from commentbox.errors import Invalid

MAX_LENGTH: Final = 100


def address(text: str) -> str:
    """Return a typed address in its one spelling: trimmed, the domain lower-case and in punycode.

    The part before the @ stays as typed, `+tag` included. Only the ordinary shape of RFC 5321
    passes: no quotes, comments, address literals or names without a dot. Raises
    `Invalid("email.too_long")` and `Invalid("email.invalid")`.
    """
    text = text.strip()
    if len(text) > MAX_LENGTH:
        raise Invalid("email.too_long")
    try:
        found = validate_email(
            text, check_deliverability=False, allow_smtputf8=False, test_environment=True
        )
    except EmailNotValidError as problem:
        raise Invalid("email.invalid") from problem
    local, domain = found.ascii_local_part, found.ascii_domain
    if local is None or "." not in domain:
        raise Invalid("email.invalid")
    return f"{local}@{domain.lower()}"
