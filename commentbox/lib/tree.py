"""Putting replies under what they answer, without recursion."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar


class Node(Protocol):
    """Anything with an id and perhaps a parent."""

    @property
    def id(self) -> str:
        """Return its name, unlike any other's."""

    @property
    def parent_id(self) -> str | None:
        """Return the id of what it answers."""


N = TypeVar("N", bound=Node)


def depth_first(nodes: Sequence[N]) -> Iterator[tuple[N, int]]:
    """Yield each node with its depth, from 1, every reply right after what it answers.

    Nodes that answer the same keep the order given. One whose parent is not among them stands at
    depth 1, so that nothing is left out.
    """
    present = {node.id for node in nodes}
    below: defaultdict[str | None, list[N]] = defaultdict(list)
    for node in nodes:
        below[node.parent_id if node.parent_id in present else None].append(node)
    waiting = [(node, 1) for node in reversed(below[None])]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting.extend((reply, depth + 1) for reply in reversed(below[node.id]))
