"""A memory that forgets what was used longest ago."""

from commentbox.lib.lru import LRU


def test_the_value_used_longest_ago_is_forgotten() -> None:
    memory: LRU[str, int] = LRU(2)
    memory.put("a", 1)
    memory.put("b", 2)
    assert memory.get("a") == 1
    memory.put("c", 3)
    assert [memory.get(key) for key in "abc"] == [1, None, 3]


def test_weights_count_together() -> None:
    memory: LRU[str, int] = LRU(10)
    for number, key in enumerate("abcde"):
        memory.put(key, number, weight=4)
    assert len(memory) == 2
    memory.put("e", 9, weight=10)
    assert (len(memory), memory.get("e")) == (1, 9)


def test_what_is_too_heavy_is_not_kept() -> None:
    memory: LRU[str, int] = LRU(10)
    memory.put("a", 1)
    memory.put("a", 2, weight=11)
    assert memory.get("a") is None
    assert len(memory) == 0
