"""What a site's learned filter says of a comment, and why."""

import random
from collections.abc import Callable

import pytest
from sqlalchemy import event, update

from commentbox.extensions import db
from commentbox.lib.lru import LRU
from commentbox.models import Comment, Policy, Site, SpamModel
from commentbox.spam import judging, training
from commentbox.spam.features import features
from commentbox.spam.judging import Judgement
from commentbox.spam.model import Model
from commentbox.spam.verdict import Band

Post = Callable[..., Comment]
SPAM = "cheap watches order now at our shop with great prices"
FINE = "thank you for this article about old bridges in my town"


def learned(lessons: int) -> Model:
    """Return a filter that knows some texts: every other one was spam."""
    model, chance = Model(), random.Random(20)
    for number in range(lessons):
        is_spam = number % 2 == 0
        text = " ".join(chance.choices((SPAM if is_spam else FINE).split(), k=8))
        model.learn(features(text, hosts=["shop.example"] * is_spam), is_spam=is_spam)
    return model


def keep(site: Site, model: Model, *, revision: int = 1) -> None:
    """Store a filter as if it had been learned on the site."""
    values = {"content": model.dumps(), "spam": model.spam, "fine": model.fine, "digest": "some"}
    db.session.merge(SpamModel(site_id=site.id, revision=revision, **values))
    db.session.flush()


def asked(question: Callable[[], object]) -> list[str]:
    """Return what the database is asked meanwhile."""
    seen: list[str] = []
    engine = db.engine

    @event.listens_for(engine, "before_cursor_execute")
    def note(_c: object, _u: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    question()
    event.remove(engine, "before_cursor_execute", note)
    return seen


def test_a_filter_that_was_never_taught_says_nothing(site: Site) -> None:
    assert judging.judge(site.id, SPAM, hosts=[]) == Judgement(None, Band.UNSURE)


def test_a_filter_that_has_learned_little_only_says_what_it_thinks(site: Site) -> None:
    keep(site, learned(40))
    judgement = judging.judge(site.id, SPAM, hosts=[])
    assert judgement.score is not None
    assert judgement.score > 0.5
    assert judgement.band is Band.UNSURE


def test_a_filter_that_has_learned_enough_decides(site: Site) -> None:
    model = learned(400)
    keep(site, model)
    spam = judging.judge(site.id, SPAM, hosts=["shop.example"])
    assert spam == Judgement(model.score(features(SPAM, hosts=["shop.example"])), Band.SPAM)
    assert judging.judge(site.id, FINE, hosts=[]).band is Band.PUBLISH
    assert judging.judge(site.id, "something quite different", hosts=[]).band is Band.HOLD


def test_sites_are_judged_by_their_own_filters(site: Site) -> None:
    other = Site(name="other", origins=["https://other.test"], policy=Policy.PUBLISH)
    db.session.add(other)
    db.session.flush()
    keep(site, learned(400))
    assert judging.judge(other.id, SPAM, hosts=[]) == Judgement(None, Band.UNSURE)


def test_a_comment_is_judged_with_one_cheap_question(site: Site) -> None:
    keep(site, learned(40))
    judging.judge(site.id, SPAM, hosts=[])
    [question] = asked(lambda: judging.judge(site.id, FINE, hosts=[]))
    assert "content" not in question


def test_what_was_learned_since_is_known_at_the_next_comment(site: Site) -> None:
    keep(site, learned(40))
    before = judging.judge(site.id, SPAM, hosts=[])
    keep(site, learned(80), revision=2)
    after = judging.judge(site.id, SPAM, hosts=[])
    assert after.score == learned(80).score(features(SPAM)) != before.score


def test_what_is_unlearned_is_known_at_the_next_comment(site: Site, post: Post) -> None:
    comment = post(SPAM)
    training.note([comment], is_spam=True, batch="a")
    training.learn(site.id)
    assert judging.judge(site.id, SPAM, hosts=[]).score is not None
    training.withdraw("a", by="b")
    training.learn(site.id)
    assert judging.judge(site.id, SPAM, hosts=[]).score is None


def test_a_filter_of_another_version_says_nothing(site: Site) -> None:
    keep(site, learned(40))
    db.session.execute(update(SpamModel).values(content=b"of another version"))
    assert judging.judge(site.id, SPAM, hosts=[]) == Judgement(None, Band.UNSURE)


def test_the_filters_of_few_sites_are_kept(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = LRU[str, tuple[int, Model]](2)
    monkeypatch.setattr(judging, "_kept", kept)
    for number in range(3):
        other = Site(name=f"site-{number}", origins=[], policy=Policy.PUBLISH)
        db.session.add(other)
        db.session.flush()
        for revision in (1, 2):
            keep(other, learned(2), revision=revision)
            judging.judge(other.id, SPAM, hosts=[])
    assert len(kept) == 2


def test_a_moderator_is_told_what_speaks_loudest(site: Site, post: Post) -> None:
    keep(site, learned(400))
    comment = post("Cheap watches!")
    comment.link_hosts = " shop.example "
    found = judging.explain(site.id, comment)
    assert len(found) == 5
    words = [str(each) for each in found]
    assert {"cheap", "watches", "link to shop.example"} <= set(words)
    assert all(each.weight > 0 for each in found if str(each) in {"cheap", "watches"})


def test_nothing_speaks_in_a_comment_that_is_erased(site: Site, post: Post) -> None:
    keep(site, learned(400))
    comment = post(SPAM)
    comment.source = ""
    assert judging.explain(site.id, comment) == []


def test_a_filter_that_knows_nothing_explains_nothing(site: Site, post: Post) -> None:
    assert judging.explain(site.id, post(SPAM)) == []
