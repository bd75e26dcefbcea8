"""Being bound by the rights of files, as a service is, also where the tests are run by root."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_VERSION: Final = 0x20080522  # capabilities(7): that of two words for each set
_ABOVE_RIGHTS: Final = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
_libc = ctypes.CDLL(None, use_errno=True)


@contextmanager
def without_privileges() -> Iterator[None]:
    """Run the block in a thread that may write only what its user may."""
    header, sets = (ctypes.c_uint32 * 2)(_VERSION, 0), (ctypes.c_uint32 * 6)()
    assert _libc.capget(header, sets) == 0
    effective = sets[0]
    _set(header, sets, effective & ~_ABOVE_RIGHTS)
    try:
        yield
    finally:
        _set(header, sets, effective)


def _set(header: object, sets: "ctypes.Array[ctypes.c_uint32]", effective: int) -> None:
    sets[0] = effective
    assert _libc.capset(header, sets) == 0
