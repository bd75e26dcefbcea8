"""Email addresses as they are typed."""

import pytest

from commentbox.errors import Invalid
from commentbox.lib import email
from tests import corpora

# Real by RFC 5321, but nobody types them into a form: quoted parts, literals, no dot, 8-bit names.
REFUSED_ON_PURPOSE = {
    "name@129.129.129.129",
    "name@[129.129.129.129]",
    "jacco@mailserver1",
    "\\$A12345@address.com",
    "\u00fc\u00f1\u00ee\u00e7\u00f8\u00f0\u00e9@address.com",
    "\u00fc\u00f1\u00ee\u00e7\u00f8\u00f0\u00e9@\u00fc\u00f1\u00ee\u00e7\u00f8\u00f0\u00e9.com",
}
# Listed as wrong for what they would do to careless software; to us they are ordinary text.
HARMLESS = {"sql'or'1'='1'or'test@email.com", "notallowed@example.com"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ann.Lee+news@Example.COM ", "Ann.Lee+news@example.com"),
        ("ann@b\u00fccher.example", "ann@xn--bcher-kva.example"),
        ("a@sub.domain.example", "a@sub.domain.example"),
    ],
)
def test_an_address_has_one_spelling(typed: str, kept: str) -> None:
    assert email.address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "a@b",
        "a b@c.example",
        "a@c.example\nBcc: d@e.example",
        "a\x00@c.example",
        '"a"@c.example',
        "a@c.example,d@e.example",
        "a@@c.example",
        "a@-c.example",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        email.address(typed)
    assert refusal.value.code == "email.invalid"


def test_an_address_of_more_than_100_characters_is_too_long() -> None:
    with pytest.raises(Invalid) as refusal:
        email.address("a" * 90 + "@example.org")
    assert refusal.value.code == "email.too_long"


def test_d6_real_addresses_pass_and_odd_ones_do_not() -> None:
    for line in corpora.lines("email/valid-email-addresses.txt"):
        odd = '"' in line or line in REFUSED_ON_PURPOSE or len(line) > email.MAX_LENGTH
        assert _passes(line) is not odd, line
    for line in corpora.lines("email/invalid-email-addresses.txt"):
        assert _passes(line) is (line.strip() in HARMLESS), line


@pytest.mark.parametrize(
    ("typed", "one"),
    [
        (" Bob@Example.COM ", "bob@example.com"),
        ("bob+news+more@example.com", "bob@example.com"),
        ("b.o.b+x@gmail.com", "bob@gmail.com"),
        ("B.Ob@GoogleMail.com", "bob@gmail.com"),
        ("b.ob@example.com", "b.ob@example.com"),
        ("b.ob@mail.gmail.com", "b.ob@mail.gmail.com"),
        ("bob-news@example.com", "bob-news@example.com"),
        ("+news@example.com", "+news@example.com"),
        ("...@gmail.com", "...@gmail.com"),
        ("bob", "bob"),
        ("", ""),
        (" ", ""),
    ],
)
def test_a_ban_compares_one_spelling_of_an_address(typed: str, one: str) -> None:
    assert email.canonical(typed) == one
    assert email.canonical(one) == one


def test_incident_alias_ban_of_bob_spares_bobby_jones() -> None:
    for other in ("bobby.jones@", "bobby@", "bob.by@", "b.ob@", "bob1@", "bob_@", "rob@"):
        assert email.canonical(f"{other}example.com") != email.canonical("bob@example.com")
    assert email.canonical("bob@example.org") != email.canonical("bob@example.com")
    assert email.canonical("bobby.jones@gmail.com") != email.canonical("bob@gmail.com")


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        *(("Bob+x@Sub.Example.COM ", "sub.example.com"), ("b@GoogleMail.com", "gmail.com")),
        *(("bob", ""), ("@example.com", ""), ("@googlemail.com", ""), ("", "")),
    ],
)
def test_the_domain_stands_behind_the_at(typed: str, host: str) -> None:
    assert email.domain(typed) == host


def _passes(line: str) -> bool:
    try:
        email.address(line)
    except Invalid:
        return False
    return True
