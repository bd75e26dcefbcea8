"""The demonstration's blog: one article, on a host of its own."""

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from jinja2 import Environment, FileSystemLoader

from commentbox.app import folder

PATH = "/why-a-song-stays-in-your-head"


def server(port: int, *, article: str, service: str, site: str) -> ThreadingHTTPServer:
    """Return a server of the article, bound to the port of this machine but not yet serving."""
    templates = Environment(loader=FileSystemLoader(folder("templates")), autoescape=True)
    page = templates.get_template("demo/article.html").render(
        article=article, service=service, site=site
    )

    class Blog(BaseHTTPRequestHandler):
        """Answers with the article; every other address leads to it."""

        server_version, sys_version = "blog", ""

        def do_GET(self) -> None:
            """Send the page."""
            if self.path.partition("?")[0] == PATH:
                self.send_response(HTTPStatus.OK)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(page.encode())
            else:
                self.send_response(HTTPStatus.FOUND)
                self.send_header("Location", PATH)
                self.end_headers()

        def log_message(self, *_words: Any) -> None:
            """Say nothing: the addresses that matter are printed once."""

    return ThreadingHTTPServer(("127.0.0.1", port), Blog)
