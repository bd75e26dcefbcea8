"""What a site's filter has learned: a weight for each feature, and the chance they add up to.

An online logistic regression with AdaGrad steps (Duchi, Hazan and Singer, 2011). Each lesson is
learned once, in order, by operations that IEEE 754 fixes to the last bit, so that the same lessons
make the same model: what is taken back is unlearned by learning all others again.

The constants come from one coarse grid (rates 0.2, 0.5, 1 and 2; starts from 1e-8 to 0.1 by tens),
judged over all ways of splitting in `bench/spam.py` together. F1 hardly moves within it; at this
rate, chances came true as often as they said. They are the same for every site and every split.
"""

import math
import struct
import zlib
from array import array
from itertools import compress
from typing import Final

from commentbox.spam.features import SIZE, Features, lowest_first

_RATE: Final = 0.5
# AdaGrad's sums begin here. Without it, a comment that surprises nobody would teach as much about
# its new words as one that does, and spam could talk a site's own words ill.
_START: Final = 1e-4
_BIAS: Final = SIZE  # its place, after all others; every comment turns it on
_SUREST: Final = 30.0  # chances beyond cannot be told from 0 and 1

_FORMAT: Final = b"CB1"
_HEAD: Final = struct.Struct("<3sII")
_FAST: Final = 1  # zlib's level; weights hardly get smaller with more


class Model:
    """One site's filter; `spam` and `fine` count its lessons of either kind."""

    def __init__(self) -> None:
        self.spam = 0
        self.fine = 0
        self._weights = array("f", bytes(4 * (SIZE + 1)))
        self._squares = array("f", bytes(4 * (SIZE + 1)))  # of each weight's gradients, summed

    def score(self, features: Features) -> float:
        """Return the chance, 0 to 1, that a comment is spam; one half before any lesson."""
        weights = self._weights
        known = math.fsum(map(weights.__getitem__, features.numbers)) + weights[_BIAS]
        return _chance(known * share(features))

    def weight(self, number: int) -> float:
        """Return what a feature speaks with, above 0 for spam; a comment gets `share` of it."""
        return self._weights[number]

    def learn(self, features: Features, *, is_spam: bool) -> None:
        """Learn from one comment what a person said of it."""
        slope = (self.score(features) - is_spam) * share(features)
        square, step = slope * slope, slope * _RATE
        weights, squares, root = self._weights, self._squares, math.sqrt
        for number in (*features.numbers, _BIAS):
            squares[number] += square
            weights[number] -= step / root(squares[number] + _START)
        self.spam += is_spam
        self.fine += not is_spam

    def dumps(self) -> bytes:
        """Return the model as bytes, which are the same for the same lessons.

        One release of zlib may pack them otherwise than another.
        """
        touched = bytes(map(bool, self._squares))
        values = array("f", compress(self._weights, touched))
        values.extend(compress(self._squares, touched))
        packed = zlib.compress(touched + lowest_first(values).tobytes(), _FAST)
        return _HEAD.pack(_FORMAT, self.spam, self.fine) + packed

    @classmethod
    def loads(cls, content: bytes) -> "Model":
        """Return the model of these bytes, one without lessons for none.

        Raises `ValueError` for bytes of another kind, such as an older one: it can be made anew
        from its lessons.
        """
        model = cls()
        if content:
            model._restore(content)
        return model

    def _restore(self, content: bytes) -> None:
        try:
            kind, self.spam, self.fine = _HEAD.unpack_from(content)
            body = zlib.decompress(content[_HEAD.size :])
        except (struct.error, zlib.error) as problem:
            raise ValueError("not a model") from problem
        touched, values = body[: SIZE + 1], lowest_first(array("f", body[SIZE + 1 :]))
        places = list(compress(range(SIZE + 1), touched))
        if kind != _FORMAT or len(values) != 2 * len(places):
            raise ValueError("not a model of this kind")
        for place, weight, square in zip(places, values, values[len(places) :], strict=False):
            self._weights[place], self._squares[place] = weight, square


def share(features: Features) -> float:
    """Return the part of each weight that counts, so that long comments do not shout."""
    return 1 / math.sqrt(len(features.numbers) + 1)


def _chance(known: float) -> float:
    """Return the logistic function of what speaks for spam."""
    return 1 / (1 + _exponential(-max(-_SUREST, min(_SUREST, known))))


def _exponential(power: float) -> float:
    """Return e to the power, within 1e-10 of it.

    `math.exp` is the C library's, and its last bit differs from one to the next.
    """
    part, term, total = power / 64, 1.0, 1.0
    for place in range(1, 12):
        term *= part / place
        total += term
    for _ in range(6):
        total *= total
    return total
