"""Trying a site's learned filter on a file, and making it anew."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, select, update

from commentbox.accounts import people
from commentbox.cli.main import commands
from commentbox.comments import threads
from commentbox.extensions import begin_writing, db
from commentbox.models import Comment, SpamLabel, SpamModel
from commentbox.moderation import actions, recalling
from commentbox.moderation.actions import Seen
from commentbox.spam import training
from commentbox.spam.features import features
from commentbox.spam.model import Model
from tests.reader import Reader

Run = Callable[..., Result]
SPAM = "Cheap watches, order now at our shop!!!"
FINE = "Thank you, the picture of the bridge explains it."
CSV = f'text,label\n"{SPAM}",spam\n"{FINE}",fine\n"{SPAM} Now!",spam\n'


@pytest.fixture
def taught(run: Run, reader: Reader) -> None:
    """Let the filter of `blog` know enough of the two texts to decide."""
    model = Model()
    for number in range(400):
        is_spam = number % 2 == 0
        model.learn(features(SPAM if is_spam else FINE), is_spam=is_spam)
    with reader.app.app_context():
        begin_writing()
        values = {"content": model.dumps(), "spam": model.spam, "fine": model.fine}
        site = threads.site_named("blog")
        db.session.add(SpamModel(site_id=site.id, revision=1, digest="some", **values))
        db.session.commit()


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., str]:
    """Return a function that writes a file: `file(text, name="comments.txt")`."""

    def write(content: str | bytes, name: str = "comments.txt") -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return name

    return write


def test_each_line_is_judged_and_the_verdicts_are_counted(
    run: Run, taught: None, file: Callable[..., str]
) -> None:
    result = run("spam", "test", file(f"{SPAM}\n\n{FINE}\n"), "--site", "blog")
    assert result.exit_code == 0
    first, second, counts = (line.split("\t") for line in result.stdout.splitlines())
    assert (first[1:], float(first[0]) > 0.98) == (["spam", SPAM], True)
    assert (second[1:], float(second[0]) < 0.1) == (["published", FINE], True)
    assert counts == ["2 comments: 1 spam, 1 published."]


def test_what_a_comment_says_cannot_steer_the_terminal(
    run: Run, reader: Reader, file: Callable[..., str]
) -> None:
    result = run("spam", "test", file("red \x1b[31m and a bell\a\n"), "--site", "blog")
    assert result.stdout.splitlines()[0] == "-\tnot decided\tred [31m and a bell"


def test_what_is_piped_in_is_judged_too(run: Run, taught: None) -> None:
    piped = run("spam", "test", "-", "--site", "blog", typed=f"\ufeff{SPAM}\n{FINE}\n")
    assert piped.exit_code == 0
    assert piped.stdout.splitlines()[-1] == "2 comments: 1 spam, 1 published."
    nothing = run("spam", "test", "-", "--site", "blog")
    assert (nothing.exit_code, nothing.stderr) == (
        1,
        "Error: There are no comments in standard input.\n",
    )


def test_what_is_piped_in_is_text_or_is_refused(run: Run, reader: Reader) -> None:
    result = CliRunner().invoke(commands, ("spam", "test", "-", "--site", "blog"), input=b"\xff\n")
    assert (result.exit_code, result.stderr) == (1, "Error: standard input is not text in UTF-8.\n")


def test_with_labels_it_tells_how_often_the_filter_is_right(
    run: Run, taught: None, file: Callable[..., str]
) -> None:
    mistaken = f'{CSV}"{SPAM}",fine\n"{FINE}",SPAM\n"no idea",\n'
    result = run("spam", "test", file(mistaken, "comments.csv"), "--site", "blog")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-2:] == [
        "Of what is spam: precision 0.667 (2 of 3), recall 0.667 (2 of 3).",
        "Of what is spam or held: precision 0.667 (2 of 3), recall 0.667 (2 of 3).",
    ]


def test_a_filter_that_knows_nothing_decides_nothing(
    run: Run, reader: Reader, file: Callable[..., str]
) -> None:
    result = run("spam", "test", file(CSV, "comments.csv"), "--site", "blog")
    assert result.stdout.splitlines() == [
        f"-\tnot decided\t{SPAM}",
        f"-\tnot decided\t{FINE}",
        f"-\tnot decided\t{SPAM} Now!",
        "3 comments: 3 not decided.",
        "The filter has not learned enough to decide, so it is not measured.",
    ]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("comments.txt", "\n \n", "There are no comments in comments.txt."),
        ("comments.csv", "text,label\n", "There are no comments in comments.csv."),
        ("comments.csv", b"text\nGr\xfc\xdfe", "comments.csv is not text in UTF-8."),
        ("comments.csv", "words\nx", "comments.csv has no column named text in its first line."),
        ("comments.csv", "", "comments.csv has no column named text in its first line."),
        (
            *("comments.csv", "text,label\nx,maybe"),
            "comments.csv, line 2: maybe is neither spam nor fine.",
        ),
        (
            *("comments.csv", "text,label\nx,\x1b]0;Mine\x07\x1b[2J"),
            "comments.csv, line 2: ]0;Mine [2J is neither spam nor fine.",
        ),
        (
            *("comments.csv", 'text,label\n"x'),
            "comments.csv cannot be read as CSV: unexpected end of data.",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(
    run: Run, file: Callable[..., str], name: str, content: str | bytes, sentence: str
) -> None:
    result = run("spam", "test", file(content, name), "--site", "blog")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Error: {sentence}\n"


def test_a_file_or_a_site_that_is_not_there_is_one_sentence(
    run: Run, reader: Reader, file: Callable[..., str]
) -> None:
    missing = run("spam", "test", "nowhere.txt", "--site", "blog")
    assert missing.stderr == "Error: nowhere.txt cannot be used: No such file or directory.\n"
    for words in (("test", file("Hello")), ("retrain",)):
        result = run("spam", *words, "--site", "nowhere")
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == "Error: There is no such site here.\n"


def test_making_it_anew_says_whether_it_was_so_already(run: Run, reader: Reader) -> None:
    reader.write(comment=SPAM)
    reader.write(comment=FINE)
    with reader.app.app_context():
        begin_writing()
        comments = db.session.scalars(select(Comment).order_by(Comment.id)).all()
        for comment in comments:
            comment.cluster = comments[0].id
        training.note(comments, is_spam=True, batch="a")
        db.session.commit()
    lines = ["Learned 1 of 2 labels.", "Comments that say nearly the same count once."]
    same, other = "The filter is the same as before.", "Before, the filter had learned otherwise."
    assert run("spam", "retrain", "--site", "blog").stdout.splitlines() == [*lines, other]
    assert run("spam", "retrain", "--site", "blog").stdout.splitlines() == [*lines, same]
    with reader.app.app_context():
        begin_writing()
        db.session.execute(update(SpamModel).values(content=b"of another version"))
        db.session.commit()
    assert run("spam", "retrain", "--site", "blog").stdout.splitlines() == [*lines, other]
    assert run("spam", "retrain", "--site", "blog").stdout.splitlines() == [*lines, same]


def test_what_was_decided_before_there_was_a_filter_is_learned_too(
    run: Run, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalling, "AT_ONCE", 2)
    for said in ("Cheap watches", "Easy money", "A fine bridge", "So it is", "Oh no"):
        reader.write(comment=said)
    with reader.app.app_context():
        begin_writing()
        mia = people.invite("mia@example.org")
        written = db.session.scalars(select(Comment).order_by(Comment.id)).all()
        one, two, three, four, five = map(Seen.of, written)
        actions.mark_spam([one, two], by=mia)
        actions.mark_spam([three], by=mia)
        actions.approve([three, four], by=mia)
        actions.trash([five], by=mia)
        db.session.execute(delete(SpamLabel))
        db.session.commit()
    first = run("spam", "retrain", "--site", "blog")
    assert first.stdout.splitlines()[:2] == [
        "Found 3 decisions that nothing was learned from yet.",
        "Learned 3 of 3 labels.",
    ]
    assert "Found" not in run("spam", "retrain", "--site", "blog").stdout
