"""The words that a site looks out for: kept as their owner wrote them, and made ready once."""

from typing import Any, Final

from sqlalchemy import bindparam, select

from commentbox import policy
from commentbox.accounts import people
from commentbox.errors import Invalid
from commentbox.extensions import db, insert_new
from commentbox.lib.lru import LRU
from commentbox.lib.words import WordList, entries_of, fault
from commentbox.models import Account, Effect, Site, Words
from commentbox.moderation import log
from commentbox.policy import Action

# Bytes of lists kept ready in each process. 100,000 words take some 10 to 20 MB, as many phrases of
# 100 Cyrillic letters 230 MB. Any four lists stay whatever they weigh, as both of a site are looked
# through for each comment, and reading one takes seconds: so this may become 1 GB at the very most.
_KEPT: Final = 512 * 2**20
_HEAVIEST: Final = _KEPT // 4
NOTED: Final = 20  # entries of a change that the log keeps
_REVISIONS: Final = select(Words.id, Words.effect, Words.revision).where(
    Words.site_id == bindparam("site")
)
_ready: Final[LRU[tuple[str, int], WordList]] = LRU(_KEPT)


def of(site_id: str) -> dict[Effect, WordList]:
    """Return the site's lists, ready for looking up. One query, unless one has changed."""
    known = db.session.execute(_REVISIONS, {"site": site_id})
    return {row.effect: _made(row.id, row.revision) for row in known}


def text(site_id: str, effect: Effect) -> str:
    """Return a list as its owner wrote it, an entry a line."""
    query = select(Words.entries).where(Words.site_id == site_id, Words.effect == effect)
    return db.session.scalar(query) or ""


def save(site: Site, effect: Effect, entries: str, *, by: Account) -> None:
    """Replace a list; raise the codes of `WordList.parse`, `fault` and `policy.require`."""
    policy.require(people.roles(by), Action.SETTINGS, site_id=site.id, code="site.unknown")
    entries = entries.replace("\r\n", "\n").replace("\0", "")
    if entries == text(site.id, effect):  # a long list takes long to parse
        return
    if found := fault(entries):
        line, code = found
        raise Invalid(code, fields={f"{effect.value}.{line}": code})
    WordList.parse(entries)
    words = _held(site, effect)
    if entries == words.entries:
        return
    before, words.entries = words.entries, entries
    words.revision += 1
    db.session.flush()
    log.note("words", site_id=site.id, by=by, effect=effect.value, **_told(before, entries))


def _held(site: Site, effect: Effect) -> Words:
    """Return the list as it is now, and let nobody else change it until the commit."""
    insert_new(Words, site_id=site.id, effect=effect)
    now = select(Words).where(Words.site_id == site.id, Words.effect == effect).with_for_update()
    return db.session.scalars(now.execution_options(populate_existing=True)).one()


def _made(words_id: str, revision: int) -> WordList:
    made = _ready.get((words_id, revision))
    if made is None:
        entries = db.session.scalar(select(Words.entries).where(Words.id == words_id)) or ""
        made = WordList.parse(entries)
        _ready.put((words_id, revision), made, weight=min(made.weight, _HEAVIEST))
    return made


def _told(before: str, after: str) -> dict[str, Any]:
    """Return what the log keeps of a change: the first entries that came and went, and how many."""
    old, new = dict.fromkeys(entries_of(before)), dict.fromkeys(entries_of(after))
    added = [entry for entry in new if entry not in old]
    removed = [entry for entry in old if entry not in new]
    return {
        "added": added[:NOTED],
        "added_in_all": len(added),
        "removed": removed[:NOTED],
        "removed_in_all": len(removed),
    }
