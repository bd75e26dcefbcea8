"""What an article is called, and where it is: said by strangers, so shown with care."""

from commentbox.extensions import db
from commentbox.models import Comment, Status, Subscription, Thread
from commentbox.moderation import status
from commentbox.notify.links import Links
from tests.conftest import BASE, SECRET
from tests.reader import ARTICLE, Reader

LIE = "Free money at evil.test"


def test_a_title_is_shown_no_sooner_than_the_comment_that_came_with_it(patient: Reader) -> None:
    patient.write(page_title=LIE)
    patient.write(comment="Honest words", page_title="An article")
    assert not any(LIE in text for text in _public(patient))
    _move(patient, 0, Status.SPAM)
    _move(patient, 1, Status.PUBLISHED)
    assert _thread(patient).title == "An article"
    assert all("An article" in text for text in _public(patient))


def test_the_comment_that_is_published_first_gives_the_title(patient: Reader) -> None:
    patient.write(page_title=LIE)
    patient.write(comment="Honest words", page_title="An article")
    _move(patient, 1, Status.PUBLISHED)
    _move(patient, 0, Status.PUBLISHED)
    assert _thread(patient).title == "An article"


def test_a_title_goes_with_the_comment_that_it_came_with(reader: Reader) -> None:
    reader.write(page_title=LIE)
    assert _thread(reader).title == LIE
    _move(reader, 0, Status.SPAM)
    assert not any(LIE in text for text in _public(reader))
    reader.write(comment="Honest words", page_title="An article")
    assert _thread(reader).title == "An article"


def test_an_address_under_an_owners_id_is_that_of_a_published_comment(patient: Reader) -> None:
    patient.write(page_id="post-1", page_url=f"{ARTICLE}/lie")
    patient.write(comment="Honest words", page_id="post-1")
    _move(patient, 1, Status.PUBLISHED)
    assert _thread(patient).url == ARTICLE


def test_moderators_see_what_the_sender_calls_the_article(patient: Reader) -> None:
    patient.write(page_title="An article")
    assert _thread(patient).title == ""
    assert patient.comments()[0].page_title == "An article"


def test_no_address_puts_words_onto_a_page(reader: Reader) -> None:
    """Neither where nobody has commented nor where somebody has."""
    for _ in range(2):
        for path in ("/t", "/embed/blog"):
            asked = {"site": "blog", "url": ARTICLE, "title": LIE}
            page = reader.client.get(path, query_string=asked, follow_redirects=True)
            assert (page.status_code, LIE in page.text) == (200, False)
        reader.write()


def test_a_question_by_mail_does_not_pass_on_the_words_of_a_stranger(patient: Reader) -> None:
    patient.write(page_title=LIE, subscribe="1")
    with patient.app.app_context():
        asked = db.session.query(Subscription).one().id
    page = patient.client.get(Links(BASE, SECRET).confirm(asked), base_url=BASE)
    assert (page.status_code, LIE in page.text, ARTICLE in page.text) == (200, False, True)


def _public(reader: Reader) -> list[str]:
    """Return every public page that says what the article is called."""
    thread = _thread(reader)
    paths = [f"/t/{thread.id}", f"/feeds/t/{thread.id}.atom"]
    paths.append(f"/api/v1/sites/blog/threads?url={ARTICLE}")
    return [reader.client.get(path).text for path in paths]


def _thread(reader: Reader) -> Thread:
    with reader.app.app_context():
        return db.session.query(Thread).one()


def _move(reader: Reader, number: int, to: Status) -> None:
    comment = reader.comments()[number].id
    reader.change(lambda: status.move(db.session.get_one(Comment, comment), to))
