"""Network addresses, made less than a person's own."""

import ipaddress
from typing import Final

_KEPT: Final = {4: 24, 6: 48}  # bits, by version of the protocol


def truncated(address: str) -> str:
    """Return an address without what tells one line from its neighbours; of none, nothing.

    IPv4 keeps its first 24 bits, IPv6 its first 48: `203.0.113.0`, `2001:db8:1::`.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    network = ipaddress.ip_network((ip.packed, _KEPT[ip.version]), strict=False)
    return str(network.network_address)
