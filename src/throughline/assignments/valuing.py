"""What work is worth to the business, in words beside the numbers that they stand for."""

from __future__ import annotations

VALUES: tuple[tuple[float, str], ...] = (
    (1.0, "a company goal fails without it"),
    (0.8, "an objective of the quarter fails without it"),
    (0.6, "a key result hangs on it"),
    (0.4, "it makes what we promised easier"),
    (0.2, "nice to have"),
)
ANCHORS = dict(VALUES)


def said_of(value: float | None) -> str:
    """A value in words, nearest first; between two anchors it is said to be between them.

    >>> said_of(0.8), said_of(0.1)
    ('an objective of the quarter fails without it', 'less than “nice to have”')
    >>> said_of(0.7)
    'between “a key result hangs on it” and “an objective of the quarter fails without it”'
    """
    if value is None:
        return ""
    if value in ANCHORS:
        return ANCHORS[value]
    above = [words for anchor, words in VALUES if anchor > value]
    below = [words for anchor, words in VALUES if anchor < value]
    return f"between “{below[0]}” and “{above[-1]}”" if below else f"less than “{above[-1]}”"
