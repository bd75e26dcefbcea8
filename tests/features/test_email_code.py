"""Six digits by mail: for one frame, for a short while, a few tries."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from commentbox.accounts import email_code, identities
from commentbox.errors import Conflict, Gone, Invalid, Malformed
from commentbox.extensions import begin_writing, db
from commentbox.jobs import outbox
from commentbox.lib import clock, tokens
from commentbox.models import EmailCode, Job, Site
from commentbox.providers.base import Profile
from tests.conftest import SECRET
from tests.postbox import Postbox, work

EMAIL = "Ada@example.org"
VERIFIER = "Zx8sVq3Lw0pRt6YkN1mHc4Jb7DfGa2Ue9XoIiSsQhPk"


def start(site: Site, verifier: str = VERIFIER, *, email: str = EMAIL) -> str:
    return email_code.start(email, challenge=tokens.challenge(verifier), site=site)


def written(site: Site, verifier: str = VERIFIER, *, email: str = EMAIL) -> str:
    """Ask for a code and return what stands in the mail, empty when none is written."""
    found = email_code.write(start(site, verifier, email=email), secret=SECRET)
    return found[1] if found else ""


def finish(code: str, site: Site, verifier: str = VERIFIER) -> Profile | None:
    return email_code.finish(verifier, code, site=site, secret=SECRET)


def another(code: str) -> str:
    """Return a code that is not this one."""
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_right_code_proves_the_address_once(site: Site) -> None:
    code = written(site)
    assert re.fullmatch(r"\d{6}", code)
    profile = finish(f" {code[:3]} {code[3:]}\n", site)
    assert profile
    assert (profile.provider, profile.subject, profile.email) == ("email", *[EMAIL.lower()] * 2)
    assert profile.email_verified
    with pytest.raises(Gone, match=r"code\.expired"):
        finish(code, site)


def test_an_address_is_kept_in_one_spelling_so_that_its_index_finds_it(site: Site) -> None:
    start(site)
    assert db.session.scalars(select(EmailCode.email)).all() == [EMAIL.lower()]
    of_address = str(email_code._is_of(EMAIL).compile(compile_kwargs={"literal_binds": True}))
    assert of_address == f"email_code.email = '{EMAIL.lower()}'"


def test_the_code_itself_is_not_kept(site: Site) -> None:
    code = written(site)
    row = db.session.scalars(select(EmailCode)).one()
    digests = {tokens.digest(code), tokens.keyed(SECRET, code), code}
    assert row.digest not in digests
    assert not any(code == str(getattr(row, column.key)) for column in row.__table__.columns)


def test_a_proved_address_is_the_same_person_again(site: Site) -> None:
    found = set()
    for spelling in (EMAIL, EMAIL.lower(), EMAIL.upper()):
        profile = finish(written(site, verifier := tokens.new(), email=spelling), site, verifier)
        assert profile
        found.add(identities.recognised(profile)[0].id)
    assert len(found) == 1


@pytest.mark.parametrize("typed", ["", "x", "12345", "1234567", "١٢٣٤٥٦", "\x00"])
def test_what_is_no_code_is_a_wrong_one(site: Site, typed: str) -> None:
    written(site)
    assert finish(typed, site) is None


def test_there_are_five_tries(site: Site) -> None:
    code = written(site)
    for _ in range(email_code.MOST_TRIES):
        assert finish(another(code), site) is None
    with pytest.raises(Gone, match=r"code\.expired"):
        finish(code, site)


def test_the_fifth_try_may_be_the_right_one(site: Site) -> None:
    code = written(site)
    for _ in range(email_code.MOST_TRIES - 1):
        finish(another(code), site)
    assert finish(code, site)


def test_a_code_is_dead_after_ten_minutes(site: Site) -> None:
    code = written(site)
    with clock.turned_by(email_code.LIFE), pytest.raises(Gone, match=r"code\.expired"):
        finish(code, site)


def test_a_code_is_worth_nothing_in_another_frame(site: Site) -> None:
    code = written(site)
    other = tokens.new()
    assert written(site, other)
    for verifier in (tokens.challenge(VERIFIER), "", "\x00", "é"):
        with pytest.raises(Gone, match=r"code\.expired"):
            finish(code, site, verifier)
    assert finish(code, site, other) is None


def test_a_code_is_worth_nothing_on_another_site(site: Site) -> None:
    code = written(site)
    elsewhere = Site(name="other", origins=["https://other.test"])
    db.session.add(elsewhere)
    db.session.flush()
    with pytest.raises(Gone, match=r"code\.expired"):
        finish(code, elsewhere)
    assert finish(code, site)


def test_an_address_gets_three_mails_in_a_quarter_of_an_hour(site: Site) -> None:
    spellings = [EMAIL, "ada@example.org", "ADA@EXAMPLE.ORG", EMAIL, EMAIL]
    codes = [written(site, tokens.new(), email=email) for email in spellings]
    assert [bool(code) for code in codes] == [True, True, True, False, False]
    assert written(site, tokens.new(), email="ben@example.org")
    with clock.turned_by(email_code.WINDOW + timedelta(seconds=1)):
        assert written(site, tokens.new())


def test_an_address_gets_ten_mails_a_day(site: Site) -> None:
    written_at = [timedelta(minutes=16) * mail for mail in range(email_code.MOST_A_DAY + 1)]
    codes = []
    for ago in written_at:
        with clock.turned_by(ago):
            codes.append(bool(written(site, tokens.new())))
    assert codes == [True] * email_code.MOST_A_DAY + [False]
    with clock.turned_by(timedelta(days=1, seconds=1)):
        assert written(site, tokens.new())


def test_a_site_has_so_many_mails_sent_in_an_hour(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(email_code, "MOST_OF_SITE", 2)
    names = ("ada", "ben", "cleo")
    codes = [written(site, tokens.new(), email=f"{name}@example.org") for name in names]
    assert [bool(code) for code in codes] == [True, True, False]
    with clock.turned_by(timedelta(hours=1, seconds=1)):
        assert written(site, tokens.new())


def test_who_needs_many_tries_takes_up_no_invitation(site: Site) -> None:
    for tries, is_sure in ((email_code.MOST_TRIES - 1, True), (1, False)):
        code = written(site, verifier := tokens.new())
        for _ in range(tries):
            assert finish(another(code), site, verifier) is None
        profile = finish(code, site, verifier)
        assert profile
        assert profile.is_authoritative is is_sure


def test_who_asks_too_often_is_answered_like_everybody(site: Site) -> None:
    for _ in range(email_code.MOST_MAILS):
        written(site, tokens.new())
    assert written(site) == ""
    assert finish("123456", site) is None
    for _ in range(email_code.MOST_TRIES - 1):
        finish("123456", site)
    with pytest.raises(Gone, match=r"code\.expired"):
        finish("123456", site)


def test_a_challenge_is_used_once(site: Site) -> None:
    start(site)
    with pytest.raises(Conflict, match=r"challenge\.used"):
        start(site, email="ben@example.org")


def test_what_cannot_be_mailed_or_redeemed_is_refused(site: Site) -> None:
    with pytest.raises(Invalid, match=r"email\.invalid"):
        start(site, email="a@b")
    with pytest.raises(Malformed, match=r"challenge\.invalid"):
        email_code.start(EMAIL, challenge="short", site=site)


def test_a_mail_that_is_written_twice_bears_one_code(site: Site) -> None:
    code_id = start(site)
    assert email_code.write(code_id, secret=SECRET)
    assert email_code.write(code_id, secret=SECRET) is None
    assert email_code.write("x" * 22, secret=SECRET) is None


def test_the_mail_names_the_site_and_has_no_link(app: Flask, site: Site) -> None:
    postbox = Postbox()
    outbox.add("email_code.requested", code_id=start(site))
    work(app, postbox)
    [letter] = postbox.to(EMAIL.lower())
    assert letter.subject == "Your code for blog.test"
    for part in (letter.text, letter.html):
        found = re.findall(r"(?<![#\w])\d{6}(?!\w)", part)
        assert len(found) == 1
        assert "nobody will ask you for this code" in part
        assert "blog.test" in part
        assert "://" not in part
        assert "href" not in part
    assert finish(re.findall(r"\d{6}", letter.text)[0], site)


def test_a_mail_that_waits_holds_no_code(app: Flask, site: Site) -> None:
    outbox.add("email_code.requested", code_id=start(site))
    work(app, Postbox(is_away=True))
    [waiting] = db.session.scalars(select(Job).where(Job.done_at.is_(None)))
    assert not re.search(r"(?<!\w)\d{6}(?!\w)", str(waiting.payload))
    work(app, postbox := Postbox(), later=timedelta(minutes=1))
    [letter] = postbox.to(EMAIL.lower())
    assert finish(re.findall(r"\d{6}", letter.text)[0], site)


def test_a_mail_that_comes_too_late_is_not_sent(app: Flask, site: Site) -> None:
    outbox.add("email_code.requested", code_id=start(site))
    work(app, Postbox(is_away=True))
    work(app, postbox := Postbox(), later=email_code.LIFE + timedelta(minutes=5))
    assert not postbox.letters
    assert not list(db.session.scalars(select(Job).where(Job.done_at.is_(None))))


def test_guesses_at_once_are_all_counted(app: Flask) -> None:
    with app.app_context():
        begin_writing()
        site = Site(name="blog", origins=["https://blog.test"])
        db.session.add(site)
        db.session.flush()
        code = written(site)
        db.session.commit()
    guesses = [another(code)] * 9
    with ThreadPoolExecutor(4) as several:
        answers = list(several.map(lambda guess: _guess(app, guess), guesses))
    assert sorted(answers) == ["gone"] * 4 + ["wrong"] * 5


def test_of_two_who_type_the_right_code_at_once_one_is_logged_in(app: Flask) -> None:
    with app.app_context():
        begin_writing()
        site = Site(name="blog", origins=["https://blog.test"])
        db.session.add(site)
        db.session.flush()
        code = written(site)
        db.session.commit()
    with ThreadPoolExecutor(4) as several:
        answers = list(several.map(lambda guess: _guess(app, guess), [code] * 4))
    assert sorted(answers) == ["gone"] * 3 + ["right"]


def _guess(app: Flask, code: str) -> str:
    with app.app_context():
        begin_writing()
        try:
            found = finish(code, db.session.scalars(select(Site)).one())
        except Gone:
            return "gone"
        db.session.commit()
        return "right" if found else "wrong"
