"""The way of a cycle from draft to closed, and the one step that comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from throughline.objectives.models import Cycle
from throughline.objectives.planned import Plan

State = Cycle.State
WAY: Sequence[State] = (State.DRAFT, State.PROPOSED, State.SET, State.CLOSED)


@dataclass(frozen=True, slots=True)
class Step:
    """One of the four states, as the bar shows it."""

    name: str
    is_done: bool
    is_here: bool


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next: a sentence, and the button that does it for those who may."""

    sentence: str
    label: str = ""
    # The name of the address that the button posts to, or that the link opens.
    post: str = ""
    link: str = ""


def steps(cycle: Cycle) -> list[Step]:
    """The four states with where the cycle is.

    >>> [step.name for step in steps(Cycle(state="set")) if step.is_here]
    ['Set']
    """
    here = WAY.index(State(cycle.state))
    closed = cycle.state == State.CLOSED
    return [
        Step(state.label, is_done=number < here or closed, is_here=number == here and not closed)
        for number, state in enumerate(WAY)
    ]


def next_step(plan: Plan, *, today: date) -> Next:
    """The one next step of a cycle."""
    cycle = plan.cycle
    match cycle.state:
        case State.DRAFT if not plan.objectives:
            return Next(
                "Write the first objective: what the quarter is to reach.",
                "New objective",
                link="objective-new",
            )
        case State.DRAFT if not plan.key_results:
            return Next("Sketch what would show that an objective is reached.")
        case State.DRAFT:
            return Next(
                "When it reads well, publish it for comments. Nothing is promised by that.",
                "Propose",
                post="cycle-propose",
            )
        case State.PROPOSED:
            return Next(
                "People comment and other teams confirm their halves. Setting it puts every key result "
                "into force.",
                "Set the quarter" if _is_quarter(cycle) else "Set the cycle",
                post="cycle-set",
            )
        case State.SET if today <= cycle.end:
            return Next(f"It runs until {cycle.end.day} {cycle.end:%b %Y}; then it is graded and closed.")
        case State.SET:
            return Next(
                "It is over. Close it when every key result is graded or past its day.",
                "Close it",
                post="cycle-close",
            )
    return Next("It is closed, and stays as it ended.")


def _is_quarter(cycle: Cycle) -> bool:
    return 80 <= (cycle.end - cycle.start).days <= 100
