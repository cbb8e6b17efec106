"""Which short texts say the same: groups by their words and parts of words, as suggestions to people.

Texts become vectors of words and of four letters at a time, weighted by how rare they are (tf-idf, Salton
and Buckley 1988), are compared by cosine, and joined while two groups are alike on average (average
linkage, Sokal and Michener 1958). The same texts in the same order give the same groups.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

Likeness = NDArray[np.float64]

ALIKE = 0.12
LETTERS = 4
# Comparing grows with the square; the rest waits until these are sorted.
MOST_TEXTS = 400
# Words that join others: two notes are not alike because both say "we should".
_JOINING = (
    "a about after all also an and any are as at be because been before but by can could did do does "
    "for from get had has have how i if in into is it its just like make many may more most much must "
    "need needs no not of on one only or our out over so some such than that the their them then "
    "there these they this to too up us use very was we were what when where which who why will with "
    "would you your should "
)
JOINING = frozenset(_JOINING.split())


def suggest(texts: Sequence[str], *, alike: float = ALIKE) -> list[list[int]]:
    """Groups of two or more of the texts, each as places in `texts`; the largest group first.

    >>> suggest(["Rotate the keys", "Backups were never tested", "Keys are not rotated", "Test the backups"])
    [[0, 2], [1, 3]]
    """
    likeness = likenesses(texts[:MOST_TEXTS])
    groups = [group for group in _joined(likeness, alike) if len(group) > 1]
    return sorted(groups, key=lambda group: (-len(group), group))


def likenesses(texts: Sequence[str]) -> Likeness:
    """How alike each two texts are, from 0 to 1: the cosine of their weighted features."""
    counts = [Counter(_features(text)) for text in texts]
    holders: dict[str, list[int]] = defaultdict(list)
    for place, features in enumerate(counts):
        for feature in features:
            holders[feature].append(place)
    n = len(texts)
    likeness, squares = np.zeros((n, n)), np.zeros(n)
    for feature, places in sorted(holders.items()):
        rarity = log((1 + n) / (1 + len(places))) + 1
        weights = np.array([rarity * (1 + log(counts[place][feature])) for place in places])
        squares[places] += weights**2
        if len(places) > 1:
            likeness[np.ix_(places, places)] += np.outer(weights, weights)
    lengths = np.where(squares > 0, np.sqrt(squares), 1.0)
    found: Likeness = likeness / np.outer(lengths, lengths)
    np.fill_diagonal(found, 1.0)
    return found


def _features(text: str) -> Iterator[str]:
    """The words that carry meaning, and what they are made of, so that rotate and rotated meet."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    for word in re.findall(r"[^\W_]+", plain):
        if word in JOINING:
            continue
        yield word
        padded = f" {word} "
        for start in range(max(len(padded) - LETTERS + 1, 1)):
            yield f"…{padded[start : start + LETTERS]}"


def _joined(likeness: Likeness, alike: float) -> list[list[int]]:
    """Join the two groups that are most alike on average, again and again, until none are alike enough."""
    groups = [[place] for place in range(len(likeness))]
    left = likeness.copy()
    np.fill_diagonal(left, -1.0)
    while len(groups) > 1:
        first, second = sorted(divmod(int(left.argmax()), len(groups)))
        if left[first, second] < alike:
            break
        a, b = len(groups[first]), len(groups[second])
        row = (a * left[first] + b * left[second]) / (a + b)
        left[first], left[:, first] = row, row
        left[first, first] = -1.0
        left = np.delete(np.delete(left, second, axis=0), second, axis=1)
        groups[first] = sorted(groups[first] + groups.pop(second))
    return groups
