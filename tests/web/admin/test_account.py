"""One's own account: what is saved, and that the page says so."""

from commentbox.accounts import people
from tests.desk import MIA, Desk


def test_what_was_saved_is_told(desk: Desk) -> None:
    answer = desk.post("/admin/account", name="Mia", wants_mail="on")
    page = desk.get(answer.location).text
    assert "Your account is saved." in page
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


def test_a_refused_name_changes_nothing_and_keeps_the_tick_as_it_was_set(desk: Desk) -> None:
    refused = desk.post("/admin/account", name=" ")
    assert (refused.status_code, 'name="wants_mail" checked' in refused.text) == (422, False)
    assert wants_mail(desk)


def wants_mail(desk: Desk) -> bool:
    with desk.app.app_context():
        account = people.find(MIA)
        assert account
        return account.wants_mail
