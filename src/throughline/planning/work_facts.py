"""How the later stages stand, from other teams to grades: what becomes of the ideas."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from throughline.accounts.models import Role
from throughline.objectives.models import Cycle
from throughline.planning.models import Stage
from throughline.planning.seeing import Seen
from throughline.planning.stages import Facts, Way, said, sentence, verb

Key = Stage.Key


def _other_teams(seen: Seen) -> Facts:
    counts = seen.counts
    stands = f"{sentence(said(counts.others, 'objective'))} of other teams "
    stands += f"{verb(counts.others, 'is', 'are')} known, {counts.bridged} bridged to ours; "
    agreed = counts.halves - counts.unconfirmed
    halves = f"{agreed} of {said(counts.halves, 'half', 'halves')} confirmed"
    stands += f"{halves if counts.halves else 'no half is asked of them'}."
    waits = ""
    if counts.unconfirmed:
        waits = f"{said(counts.unconfirmed, 'half', 'halves')} {verb(counts.unconfirmed)} for an answer"
    elif not counts.others:
        waits = "nothing of other teams is known yet"
    return Facts(
        needs=f"Objectives of ours to bridge to: there {verb(counts.objectives, 'is', 'are')} "
        f"{said(counts.objectives, 'objective')}.",
        is_ready=counts.objectives > 0,
        stands=stands,
        waits=waits,
        is_met=bool(counts.others) and not counts.unconfirmed,
        ways=(*_first_objective(seen), Way("Other teams", _of(seen.cycle, "cycle-other-teams"))),
    )


def _goals(seen: Seen) -> Facts:
    goals, counts = seen.goals, seen.counts
    planned = counts.objectives + counts.candidates
    known = len(goals.linked)
    stands = f"{goals.flagged or 'None'} of {planned} objectives and candidates "
    stands += f"{verb(goals.flagged, 'is', 'are')} without a goal; "
    stands += f"goals claim {goals.claimed:g} person-weeks."
    waits = f"{goals.flagged} {verb(goals.flagged)} for a goal" if goals.flagged else ""
    return Facts(
        needs=f"Company goals, and something planned: {said(known, 'goal')} so far.",
        is_ready=bool(goals.linked and planned),
        stands=stands if planned else f"Nothing is planned yet; goals claim {goals.claimed:g} person-weeks.",
        waits=waits if goals.linked else "no company goal is written yet",
        is_met=bool(goals.linked) and bool(planned) and not goals.flagged,
        ways=(Way("Goals of this cycle", _of(seen.cycle, "cycle-goals")), Way("All goals", reverse("goals"))),
    )


def _prioritise(seen: Seen) -> Facts:
    counts = seen.counts
    bare, alive = counts.without_ranges, counts.candidates
    became = f"{counts.from_clusters or 'none'} of {said(counts.clusters, 'cluster')} became "
    became += verb(counts.from_clusters, "a candidate", "candidates")
    needs = f"Candidates: {became if counts.clusters else 'no cluster could become one yet'}."
    stands = f"{sentence(said(alive, 'candidate'))}, {counts.chosen} taken into the plan; "
    stands += f"{said(bare, 'candidate')} {verb(bare, 'lacks', 'lack')} ranges; "
    stands += "the capacity is said." if counts.rules else "the capacity is not said yet."
    waits = ""
    if bare:
        waits = f"{said(bare, 'candidate')} {verb(bare)} for ranges"
    elif alive and not counts.chosen:
        waits = f"{said(alive, 'candidate')} {verb(alive)} for a choice"
    return Facts(
        needs=needs,
        is_ready=alive > 0,
        stands=stands,
        waits=waits or ("" if alive else "no candidate yet"),
        is_met=counts.chosen > 0 and not bare,
        ways=(
            *_first_objective(seen),
            Way("What to choose", _of(seen.cycle, "portfolio")),
            Way("New candidate", _of(seen.cycle, "candidate-new"), Role.MEMBER),
            Way("Initiatives", f"{reverse('initiatives')}?cycle={seen.cycle.key}"),
        ),
    )


def _document(seen: Seen) -> Facts:
    counts, gaps = seen.counts, seen.gaps
    has_any = counts.objectives > 0
    parts = f"{said(counts.objectives, 'objective')} and {said(counts.key_results, 'key result')}"
    stands = f"{sentence(said(gaps, 'answer'))} {verb(gaps, 'is', 'are')} missing."
    return Facts(
        needs=f"Objectives with key results: {parts}.",
        is_ready=has_any,
        stands=stands if has_any else "No objective is written yet.",
        waits=f"{said(gaps, 'answer')} {verb(gaps)}" if gaps else "" if has_any else "no objective yet",
        is_met=has_any and not gaps,
        ways=(
            *_first_objective(seen),
            Way("Read the document", _of(seen.cycle, "cycle-document")),
            *_cycle(seen.cycle),
        ),
    )


def _publish(seen: Seen) -> Facts:
    cycle, counts = seen.cycle, seen.counts
    state = Cycle.State(cycle.state)
    is_met = not cycle.is_planned
    stands = f"It is {state.label.lower()}; {said(counts.comments, 'comment')} "
    stands += f"{verb(counts.comments, 'is', 'are')} open."
    waits = {Cycle.State.DRAFT: "it is to be proposed", Cycle.State.PROPOSED: "it is to be set"}
    return Facts(
        needs="A document that is whole: "
        f"{said(seen.gaps, 'answer')} {verb(seen.gaps, 'is', 'are')} missing.",
        is_ready=counts.key_results > 0,
        stands=stands,
        waits=waits.get(state, ""),
        is_met=is_met,
        ways=(Way("What the gate asks", _of(cycle, "cycle-gate")), *_cycle(cycle)),
    )


def _assign(seen: Seen) -> Facts:
    counts = seen.counts
    idle = counts.without_people
    stands = f"{idle or 'None'} of {said(counts.initiatives, 'initiative')} "
    stands += f"{verb(idle, 'is', 'are')} without people."
    if not counts.initiatives:
        stands = "There is no initiative yet."
    waits = f"{said(idle, 'initiative')} {verb(idle)} for people" if idle else ""
    return Facts(
        needs=f"Initiatives: there {verb(counts.initiatives, 'is', 'are')} "
        f"{said(counts.initiatives, 'initiative')}.",
        is_ready=counts.initiatives > 0,
        stands=stands,
        waits=waits or ("" if counts.initiatives else "no initiative yet"),
        is_met=counts.initiatives > 0 and not idle,
        ways=(Way("Initiatives", f"{reverse('initiatives')}?cycle={seen.cycle.key}"),),
    )


def _execute(seen: Seen) -> Facts:
    counts, cycle = seen.counts, seen.cycle
    # What ran is over once nothing runs any more, graded or not.
    has_run = counts.key_results > counts.sketches and not counts.running
    is_over = cycle.state == Cycle.State.CLOSED or (not cycle.is_planned and has_run)
    stands = f"{sentence(said(counts.running, 'key result'))} {verb(counts.running, 'runs', 'run')}; "
    stands += f"{counts.silent or 'none'} {verb(counts.silent, 'waits', 'wait')} for a check-in."
    waits = (
        f"{said(counts.silent, 'key result')} {verb(counts.silent)} for a check-in" if counts.silent else ""
    )
    return Facts(
        needs="A quarter that is set." if cycle.is_planned else "A quarter that is set: it is.",
        is_ready=not cycle.is_planned,
        stands=stands,
        waits=waits,
        is_met=is_over,
        ways=(Way("Check-ins", reverse("check-ins")), Way("Monthly review", _of(cycle, "cycle-review"))),
    )


def _grade(seen: Seen) -> Facts:
    counts, cycle = seen.counts, seen.cycle
    in_force = counts.key_results - counts.sketches
    left = in_force - counts.graded
    graded = f"{counts.graded} of {said(in_force, 'key result')} in force {verb(counts.graded, 'is', 'are')}"
    to_close = f"; {cycle.title} is to be closed" if not left and cycle.state == Cycle.State.SET else ""
    return Facts(
        needs=f"Key results that have ended: {said(counts.running, 'key result')} still "
        f"{verb(counts.running, 'runs', 'run')}.",
        is_ready=in_force > 0 and not counts.running,
        stands=f"{graded} graded{to_close}." if in_force else "No key result is in force yet.",
        waits=f"{said(left, 'key result')} {verb(left)} for a grade" if left else "",
        is_met=in_force > 0 and not left,
        ways=(Way("Grades and lessons", _of(cycle, "cycle-grades")), *_cycle(cycle)),
    )


def _first_objective(seen: Seen) -> tuple[Way, ...]:
    """What bridges, ranges and the document are of, while there is none."""
    if seen.counts.objectives:
        return ()
    return (Way("Write the first objective", _of(seen.cycle, "objective-new"), Role.MANAGER),)


def _cycle(cycle: Cycle) -> tuple[Way, ...]:
    return (Way(f"The plan of {cycle.title}", _of(cycle, "cycle")),)


def _of(cycle: Cycle, name: str) -> str:
    return reverse(name, args=[cycle.key])


WORK_FACTS: Mapping[Key, Callable[[Seen], Facts]] = {
    Key.OTHER_TEAMS: _other_teams,
    Key.GOALS: _goals,
    Key.PRIORITISE: _prioritise,
    Key.DOCUMENT: _document,
    Key.PUBLISH: _publish,
    Key.ASSIGN: _assign,
    Key.EXECUTE: _execute,
    Key.GRADE: _grade,
}
