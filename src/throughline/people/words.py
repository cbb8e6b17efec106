"""The words in which people answer, and the numbers that they stand for."""

from __future__ import annotations

from throughline.engine.interests import REFUSED

# What the two plain answers stand for; a kind is liked from “gladly” on.
GLADLY, RATHER_NOT = 0.75, REFUSED

# Stated interest.
LIKINGS: tuple[tuple[float, str], ...] = (
    (1.0, "absorbs me"),
    (GLADLY, "gladly"),
    (0.5, "fine"),
    (RATHER_NOT, "rather not"),
    (0.0, "drains me"),
)

# What one can do.
LEVELS: tuple[tuple[float, str], ...] = (
    (0.0, "not yet"),
    (0.25, "with somebody beside me"),
    (0.5, "on my own"),
    (0.75, "others ask me"),
    (1.0, "I teach it"),
)

WISHES: tuple[tuple[str, str], ...] = (
    ("talk", "Give a talk"),
    ("paper", "Write a paper or an article"),
    ("mentoring", "Mentor somebody"),
    ("management", "Lead people"),
)

NOTHING_SAID = "Nothing was said, and nothing is kept."


def word_of(value: float, words: tuple[tuple[float, str], ...]) -> str:
    """The word nearest to a value.

    >>> word_of(0.8, LIKINGS), word_of(0.1, LEVELS)
    ('gladly', 'not yet')
    """
    return min(words, key=lambda each: (abs(each[0] - value), -each[0]))[1]
