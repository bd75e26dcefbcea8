"""The one way out to the network.

`fetch` is for addresses that anybody may have given. `Door` carries a `requests` session to the
addresses that the owner of the service has set.
"""

import functools
import ipaddress
import socket
import ssl
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from typing import Any, Final
from urllib.parse import urlsplit

from ada_url import URL
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from commentbox.adapters import bounded_exchange
from commentbox.adapters.bounded_exchange import Deadline, Unreachable

__all__ = ["Deadline", "Door", "Fetched", "Unreachable", "fetch", "is_public"]

AGENT: Final = "Commentbox"
MOST_BYTES: Final = 1024 * 1024
"""What is read of a provider's answer at most."""

_PORTS: Final = frozenset({80, 443, 8443})
_REDIRECTS: Final = range(300, 400)
_TOO_MANY: Final = 429
_BROKEN: Final = 500  # from here on the fault is the server's

# `is_global` of Python 3.11 says yes to these; 168.63.129.16 is the inside of Azure's machines.
_NOT_PUBLIC: Final = [
    ipaddress.ip_network(network)
    for network in """
    192.0.0.0/24 192.88.99.0/24 168.63.129.16/32 224.0.0.0/3
    2001::/23 2001:db8::/32 2002::/16 3fff::/20
    """.split()
]
# The others carry an IPv4 address inside (mapped, NAT64), or lead to this network.
_UNICAST: Final = ipaddress.ip_network("2000::/3")


@dataclass(frozen=True)
class Fetched:
    """What an address answered; `content_type` is lower-case, without parameters."""

    status: int
    content_type: str
    body: bytes = field(repr=False)


def fetch(url: str, *, most_bytes: int, seconds: float) -> Fetched:
    """Return what a public https address answers, in at most so many bytes and seconds.

    The name is resolved once, and the connection goes to the address that was checked. Redirects
    are not followed. Raises `Unreachable`; its code tells why.
    """
    deadline = Deadline(seconds)
    target = _public_target(url)
    host = target.hostname.strip("[]")
    port = int(target.port or 443)
    addresses = _checked(_resolved(host, port, deadline, _lookups_for_anybody))
    with bounded_exchange.opened(
        addresses, port, host=host, tls=_context(), deadline=deadline
    ) as opened:
        connection = HTTPConnection(host, port)
        connection.sock = opened
        headers = {"Host": target.host, **_HEADERS}
        answer = bounded_exchange.exchanged(
            connection, "GET", f"{target.pathname}{target.search}", headers
        )
        if answer.status in _REDIRECTS:
            raise Unreachable("answer.redirect")
        kind = answer.getheader("Content-Type", "").partition(";")[0].strip().lower()
        return Fetched(answer.status, kind, bounded_exchange.whole_body(answer, most_bytes))


def is_public(address: str) -> bool:
    """Say whether an IP address is one of the public internet, for every machine the same."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if any(ip.version == network.version and ip in network for network in _NOT_PUBLIC):
        return False
    return ip.is_global and (ip.version == 4 or ip in _UNICAST)  # noqa: PLR2004 -- IPv4


class Door(BaseAdapter):
    """Carries the requests of a session to the endpoints of a provider.

    Those are https, or http on this very machine; they may be in a private network. An answer that
    says that the provider cannot answer now, or leads elsewhere, raises `Unreachable` like silence.
    All requests together have until `deadline`, each of them `seconds`.
    """

    def __init__(self, deadline: Deadline, *, seconds: float = 8.0) -> None:
        super().__init__()
        self._deadline, self._seconds = deadline, seconds

    def send(self, request: PreparedRequest, *_args: Any, **_options: Any) -> Response:
        """Return the answer, with its body read to the end."""
        target = urlsplit(request.url or "")
        deadline = self._deadline.at_most(self._seconds)
        host, is_tls = target.hostname or "", target.scheme == "https"
        port = target.port or (443 if is_tls else 80)
        addresses = _resolved(host, port, deadline, _lookups_for_owner)
        if not is_tls and not all(ipaddress.ip_address(each).is_loopback for each in addresses):
            raise Unreachable("address.not_https")
        tls = _context() if is_tls else None
        with bounded_exchange.opened(
            addresses, port, host=host, tls=tls, deadline=deadline
        ) as opened:
            connection = HTTPConnection(host, port)
            connection.sock = opened
            headers = {**request.headers, **_HEADERS, "Host": target.netloc.rpartition("@")[2]}
            answer = bounded_exchange.exchanged(
                connection, request.method or "GET", request.path_url, headers, request.body
            )
            return _response(request, answer)

    def close(self) -> None:
        """Do nothing: every exchange closes its own line."""


_HEADERS: Final = {"User-Agent": AGENT, "Accept-Encoding": "identity", "Connection": "close"}


def _public_target(url: str) -> URL:
    try:
        target = URL(url)
    except ValueError as problem:
        raise Unreachable("address.invalid") from problem
    if target.protocol != "https:" or target.username or target.password:
        raise Unreachable("address.invalid")
    if int(target.port or 443) not in _PORTS:
        raise Unreachable("address.port")
    return target


# Looking up a name cannot be told to stop; so it happens beside, and is not waited for too long.
# Names that anybody gave, which may be slow on purpose, take no place from those of the owner.
_lookups_for_anybody = ThreadPoolExecutor(max_workers=4, thread_name_prefix="lookup")
_lookups_for_owner = ThreadPoolExecutor(max_workers=8, thread_name_prefix="lookup")


def _resolved(host: str, port: int, deadline: Deadline, pool: ThreadPoolExecutor) -> list[str]:
    """Return the IP addresses of a host; at least one."""
    asked: Future[list[str]] = pool.submit(_look_up, host, port)
    try:
        addresses = asked.result(timeout=deadline.left())
    except TimeoutError as problem:
        raise Unreachable("host.slow") from problem
    except (OSError, UnicodeError, ValueError) as problem:
        raise Unreachable("host.unknown") from problem
    return addresses


def _look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def _checked(addresses: list[str]) -> list[str]:
    """Return the addresses, if they may be connected to: one that is not public spoils all."""
    if not all(is_public(address) for address in addresses):
        raise Unreachable("address.not_public")
    return addresses


@functools.cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _response(request: PreparedRequest, answer: HTTPResponse) -> Response:
    if answer.status == _TOO_MANY or answer.status >= _BROKEN:
        raise Unreachable("answer.unavailable")
    if answer.status in _REDIRECTS:
        raise Unreachable("answer.redirect")
    response = Response()
    response.status_code = answer.status
    response.headers = CaseInsensitiveDict(answer.getheaders())
    response.request, response.url, response.encoding = request, request.url or "", "utf-8"
    response._content = bounded_exchange.whole_body(answer, MOST_BYTES)
    return response
