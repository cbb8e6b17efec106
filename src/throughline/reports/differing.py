"""What a frozen report would say otherwise today: the records went on, the report does not."""

from __future__ import annotations

from collections.abc import Iterator

from throughline.reports.content import Report, Result
from throughline.risk import amounts


def differences(frozen: Report, today: Report) -> list[str]:
    """Sentences, in the order of the report."""
    return [*_results(frozen, today), *_risk(frozen, today), *_around(frozen, today)]


def _results(frozen: Report, today: Report) -> Iterator[str]:
    now = {each.id: each for each in today.results}
    for then in frozen.results:
        found = now.get(then.id)
        if found is None:
            yield f"{then.name} is no longer among its key results."
        elif said := _moved(then, found):
            yield f"{then.name}: {said}."
    known = {each.id for each in frozen.results}
    yield from (f"{each.name} is new." for each in today.results if each.id not in known)


def _moved(then: Result, now: Result) -> str:
    parts = (
        ("the value was", then.now, now.now),
        ("the score was", then.score_said, now.score_said),
        ("it was", then.said, now.said),
    )
    said = [f"{words} {old} and is {new} today" for words, old, new in parts if old != new]
    if now.lesson != then.lesson:
        said.append("its post-mortem was written since" if then.lesson is None else "its post-mortem changed")
    return ", ".join(said)


def _risk(frozen: Report, today: Report) -> Iterator[str]:
    then, now = frozen.risk, today.risk
    if then is None or now is None:
        if (then is None) != (now is None):
            yield "The register of risks was estimated since." if now else "No risk is estimated any more."
        return
    if amounts.shown(then.mean) != amounts.shown(now.mean):
        yield (
            f"Risk on that day was {amounts.rough(then.mean)} a year on average, and is "
            f"{amounts.rough(now.mean)} by the register of today."
        )


def _around(frozen: Report, today: Report) -> Iterator[str]:
    if frozen.work.sentence != today.work.sentence:
        yield f"Work: {today.work.sentence}"
    if frozen.title != today.title:
        yield f"The quarter was called {frozen.title} and is called {today.title} today."
