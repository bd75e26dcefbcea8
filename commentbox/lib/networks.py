"""Network addresses, made less than a person's own."""

import ipaddress
from typing import Final

_KEPT: Final = (24, 48)  # bits of IPv4 and of IPv6
_WHOLE: Final = (32, 128)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def around(address: str, *, bits: tuple[int, int]) -> Network | None:
    """Return the network of an address that shares so many bits of IPv4, or of IPv6.

    An IPv4 address that is written as IPv6 is one of IPv4. What is no address has no network.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    length = bits[isinstance(ip, ipaddress.IPv6Address)]
    return ipaddress.ip_network((ip.packed, length), strict=False)


def truncated(address: str) -> str:
    """Return an address without what tells one line from its neighbours; of none, nothing.

    IPv4 keeps its first 24 bits, IPv6 its first 48: `203.0.113.0`, `2001:db8:1::`.
    """
    network = around(address, bits=_KEPT)
    return str(network.network_address) if network else ""


def is_near(address: str) -> bool:
    """Say whether an address is this machine's or a private network's.

    Who has no address at all came through a socket of this machine.
    """
    network = around(address, bits=_WHOLE)
    return network is None or not network.is_global
