"""Email addresses as they are typed into a form."""

from typing import Final

from email_validator import EmailNotValidError, validate_email

from commentbox.errors import Invalid

MAX_LENGTH: Final = 100

# One service: a mailbox has both domains, and dots in its name are free (support.google.com/mail).
_GMAIL: Final = ("gmail.com", "googlemail.com")


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
    local, host = found.ascii_local_part, found.ascii_domain
    if local is None or "." not in host:
        raise Invalid("email.invalid")
    return f"{local}@{host.lower()}"


def canonical(address: str) -> str:
    """Return the one spelling of an address that a ban compares; of nothing, nothing.

    Lower-case, without `+tag`; Gmail's dots and its other domain do not count. Nothing else is
    alike: most servers deliver `b.ob@` and `bob@` to two people.
    """
    local, _, host = address.strip().lower().rpartition("@")
    if not local:
        return host
    bare = local.partition("+")[0] or local
    if host in _GMAIL:
        host = _GMAIL[0]
        bare = bare.replace(".", "") or bare
    return f"{bare}@{host}"


def domain(address: str) -> str:
    """Return what stands behind the @, lower-case; of what is no address, nothing.

    Gmail's two domains are one, as in `canonical`.
    """
    local, _, host = address.strip().lower().rpartition("@")
    if host in _GMAIL:
        host = _GMAIL[0]
    return host if local else ""
