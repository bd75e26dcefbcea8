"""One's own account: what is saved, and that the page says so."""

from commentbox.accounts import people
from commentbox.extensions import db
from commentbox.models import Comment
from tests.desk import MIA, Desk


def test_what_was_saved_is_told(desk: Desk) -> None:
    answer = desk.post("/admin/account", name="Mia", wants_mail="on")
    page = desk.get(answer.location).text
    assert "Your account is saved." in page
    assert '<a class="skip" href="#main">Skip to the content</a>' in page
    assert '<main id="main" tabindex="-1" autofocus>' in page
    assert "autofocus" not in desk.get("/admin/account").text


def test_mail_about_held_comments_is_switched_off_and_on_again(desk: Desk) -> None:
    assert wants_mail(desk)
    desk.post("/admin/account", name="Mia")
    assert not wants_mail(desk)
    assert 'name="wants_mail" checked' not in desk.get("/admin/account").text
    desk.post("/admin/account", name="Mia", wants_mail="on")
    assert wants_mail(desk)
    assert 'name="wants_mail" checked' in desk.get("/admin/account").text


def test_held_comments_are_told_as_often_as_one_wants(desk: Desk) -> None:
    desk.post("/admin/account", name="Mia", wants_mail="on", held_mail="daily")
    assert '<option value="daily" selected>' in desk.get("/admin/account").text
    desk.post("/admin/account", name="Mia", wants_mail="on")
    assert '<option value="daily" selected>' in desk.get("/admin/account").text
    refused = desk.post("/admin/account", name="Mia", wants_mail="on", held_mail="never")
    assert refused.status_code == 422


def test_a_refused_name_changes_nothing_and_keeps_the_tick_as_it_was_set(desk: Desk) -> None:
    refused = desk.post("/admin/account", name=" ")
    assert (refused.status_code, 'name="wants_mail" checked' in refused.text) == (422, False)
    assert 'aria-describedby="name-wrong name-hint" aria-invalid="true" autofocus' in refused.text
    assert '<p class="error" id="name-wrong" role="alert">' in refused.text
    assert wants_mail(desk)


def test_d1_the_desk_takes_no_name_of_another_who_moderates(desk: Desk) -> None:
    with desk.written():
        people.invite("grace@example.org", name="Grace Hopper")
    refused = desk.post("/admin/account", name="Grace Hopper")
    assert refused.status_code == 422
    assert 'value="Grace Hopper"' in refused.text


def test_a_moderator_has_one_name_beside_all_that_they_wrote(desk: Desk) -> None:
    comment_id = desk.add_comment()
    with desk.written():
        mia = people.find(MIA)
        assert mia
        db.session.get_one(Comment, comment_id).account_id = mia.id
    desk.post("/admin/account", name="Mia Lee")
    with desk.app.app_context():
        assert db.session.get_one(Comment, comment_id).author_name == "Mia Lee"


def wants_mail(desk: Desk) -> bool:
    with desk.app.app_context():
        account = people.find(MIA)
        assert account
        return account.wants_mail
