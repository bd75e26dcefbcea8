"""The pages about one site: which one is meant, and what leads from each of them to the others."""

from typing import Any, Final

from commentbox import policy
from commentbox.adapters.translations import N_, gettext
from commentbox.comments import sites
from commentbox.models import Site
from commentbox.policy import Action
from commentbox.web.admin import desk
from commentbox.web.admin.gate import visitor

_PARTS: Final = (
    ("admin.desk.settings.show", N_("Settings"), Action.SETTINGS),
    ("admin.desk.words.show", N_("Words"), Action.SETTINGS),
    ("admin.desk.blocks.show", N_("Blocks"), Action.BAN),
    ("admin.desk.people.show", N_("People"), Action.INVITE),
    ("admin.desk.keys.show", N_("Keys"), Action.KEYS),
)


def site(name: str, *, right: Action) -> Site:
    """Return the site of an address, for somebody who may do this there; see `sites.named`."""
    return sites.named(name, roles=visitor().roles, right=right)


def parts(site: Site) -> list[tuple[str, str]]:
    """Return the pages about the site that the visitor may see: endpoint and name."""
    return [
        (endpoint, gettext(words))
        for endpoint, words, right in _PARTS
        if policy.may(visitor().roles, right, site_id=site.id)
    ]


def page(template: str, site: Site | None, **values: Any) -> str:
    """Return a page about the site, or about all of them."""
    return desk.page(template, site=site, parts=parts(site) if site else [], **values)
