"""The questions that are asked of finished work, and what each grade from 1 to 5 means in words."""

from __future__ import annotations

from collections.abc import Mapping

QUESTIONS: Mapping[str, str] = {
    "impact": "What did it do for the business?",
    "engagement": "How absorbing was it to do?",
    "growth": "How much did you learn by it?",
    "overall": "Was it the right work?",
}
ANCHORS: Mapping[str, tuple[str, ...]] = {
    "impact": (
        "nothing that anybody noticed",
        "a little, for a few",
        "what we expected of it",
        "more than we expected",
        "the business can do something new",
    ),
    "engagement": (
        "it drained me",
        "I had to push myself",
        "neither the one nor the other",
        "I liked coming back to it",
        "I forgot the time",
    ),
    "growth": (
        "nothing new",
        "a trick or two",
        "something that I use now",
        "a skill that I am still unsure of",
        "I could teach it now",
    ),
    "overall": (
        "no, it should not have been done",
        "other work would have been better",
        "as good as other work",
        "yes, with few regrets",
        "yes, exactly this",
    ),
}


def anchor(name: str, grade: int | None) -> str:
    """A grade in words.

    >>> anchor("growth", 5), anchor("growth", None)
    ('I could teach it now', 'cannot tell')
    """
    return "cannot tell" if grade is None else ANCHORS[name][grade - 1]
