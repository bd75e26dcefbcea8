"""The conversation: in a frame on the article's page, and as a page of its own."""

from flask import Blueprint

from commentbox.web.embed import (
    first_party,
    fragments,
    me,
    moderating,
    pages,
    pictures,
    posting,
    reporting,
)

blueprint = Blueprint("embed", __name__)

for _rule, _view in (
    ("/embed/<site_name>", pages.page),
    ("/embed/<site_name>/comments", fragments.branches),
    ("/embed/<site_name>/replies", fragments.replies),
    ("/embed/<site_name>/token", fragments.token),
    ("/embed/<site_name>/mine", fragments.mine),
    ("/embed/<site_name>/me", me.me),
    ("/embed/<site_name>/moderating", moderating.tools),
    ("/c/<comment_id>", pages.permalink),
    ("/c/<comment_id>/report", reporting.ask),
    ("/avatar/<avatar_id>", pictures.picture),
    ("/t", first_party.place),
    ("/t/<thread_id>", first_party.thread),
):
    blueprint.add_url_rule(_rule, view_func=_view, methods=["GET"])

for _rule, _view in (
    ("/embed/<site_name>/comments", posting.post),
    ("/embed/<site_name>/moderating", moderating.act),
    ("/t", first_party.post_to_place),
    ("/t/<thread_id>", first_party.post_to_thread),
    ("/c/<comment_id>/report", reporting.send),
):
    blueprint.add_url_rule(_rule, view_func=_view, methods=["POST"])
