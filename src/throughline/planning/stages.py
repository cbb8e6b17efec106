"""The fourteen stages in words: what each is for, what it gives, and how its state is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from throughline.accounts.models import Role
from throughline.planning.models import Stage

Key = Stage.Key


@dataclass(frozen=True, slots=True)
class Way:
    """Where something of a stage is done, and the least role that may do it."""

    label: str
    address: str
    least: Role = Role.VIEWER


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the records say of a stage: what it needs, how it stands, whether anything waits, where to go."""

    # A sentence of what the stages before it gave, and whether that is enough to start.
    needs: str
    is_ready: bool = True
    stands: str
    # What is named after "Next:", such as "6 clusters wait".
    waits: str = ""
    # Whether the records themselves show that it is over.
    is_met: bool = False
    ways: tuple[Way, ...] = ()


# What happens in a stage, and what comes out of it.
ABOUT: Mapping[Key, tuple[str, str]] = {
    Key.POST_MORTEM: (
        "Look back on the last quarter: what worked, what did not, and why.",
        "A lesson and a cause for each key result; what is kept, changed or dropped.",
    ),
    Key.RISKS: (
        "Write down what could go wrong, and how likely and how dear it is.",
        "Scenarios with a baseline, which a key result can lower.",
    ),
    Key.INSPIRATION: (
        "Read what others did, each of us something else.",
        "Takeaways that go to the board as notes.",
    ),
    Key.BRAINSTORM: (
        "Write ideas, each alone; nobody sees another's note before the reveal.",
        "Notes, with the key result that each would move.",
    ),
    Key.CLUSTER: ("Put together what says the same.", "Clusters with a title."),
    Key.VOTE: ("Everybody ranks five clusters.", "An order, as advice, and where methods disagree."),
    Key.OTHER_TEAMS: (
        "Learn what other teams want to reach, and agree on shared work.",
        "Bridges to our objectives, and halves that are confirmed.",
    ),
    Key.GOALS: (
        "Link what we plan to what the company wants; a goal may take some of our weeks.",
        "Links, and the capacity that is left.",
    ),
    Key.PRIORITISE: (
        "Say in ranges what each candidate takes and moves, and draw the line at capacity.",
        "The work of the quarter, and the reason why the rest is not.",
    ),
    Key.DOCUMENT: (
        "Write why this, why not the others, how it is measured, and why this target.",
        "A document that somebody outside security can read.",
    ),
    Key.PUBLISH: (
        "Publish it for comments, answer them, then set it.",
        "A published quarter that does not change any more.",
    ),
    Key.ASSIGN: ("Say who does which work.", "People on every initiative."),
    Key.EXECUTE: (
        "Check in every month; the value is already there.",
        "Confidences, and changes with their reasons.",
    ),
    Key.GRADE: ("Grade what ended, and learn from it.", "Grades, which the next post-mortem starts from."),
}


def said(count: int, one: str, many: str = "") -> str:
    """A number with its word.

    >>> said(1, "note"), said(0, "note"), said(3, "half", "halves")
    ('1 note', 'no note', '3 halves')
    """
    if count == 0:
        return f"no {one}"
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def verb(count: int, one: str = "waits", many: str = "wait") -> str:
    """The verb after a number.

    >>> verb(1), verb(0), verb(2, "is", "are")
    ('waits', 'waits', 'are')
    """
    return one if count in (0, 1) else many


def sentence(text: str) -> str:
    """The same with a capital first letter.

    >>> sentence("no note")
    'No note'
    """
    return text[:1].upper() + text[1:]
