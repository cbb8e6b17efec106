"""Terms worked out: bound to what decides them, in figures, or refused beside the field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from throughline.engine import promises
from throughline.engine.promises import OnTheWay, Promise
from throughline.engine.windows import Span, Window, due_text, parse_window
from throughline.objectives import aims, kinds
from throughline.objectives.baselines import baseline_of
from throughline.objectives.cautions import looked_at, said, too_short, warnings_of, window_notes
from throughline.objectives.figures import Figure
from throughline.objectives.kinds import Kind
from throughline.objectives.readable import unreadable, unreadable_slice
from throughline.objectives.subjects import Subject, figure_of_subject, is_known, is_name, subject_of
from throughline.objectives.terms import LONGEST_OWNER, LONGEST_TITLE, Terms, Undecidable, terms_from

USUAL_CADENCE = 7
NOT_YET = {
    "code": "not_defined_yet",
    "message": "Nothing has this name yet: a metric or series is to have it, with data, by the due date.",
}
LONGEST = {
    "owner": LONGEST_OWNER,
    "judge": LONGEST_OWNER,
    "title": LONGEST_TITLE,
    "objective": LONGEST_TITLE,
    "acceptance": 2000,
    "why": 2000,
    "why_target": 2000,
    "how_measured": 2000,
    "metric": 2000,
    "where": 2000,
    "at": 80,
}
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A key result that can be decided. What its kind does not have is empty or None."""

    terms: Terms
    window: Window
    unit: str
    better: str = ""
    cadence_days: int
    # None for steps and events, and for a metric that is still to be made.
    subject: Subject | None = None
    baseline: float | None = None
    baseline_figure: Figure | None = None
    target: float | None = None
    phases: tuple[OnTheWay, ...] = ()
    low: float | None = None
    high: float | None = None
    scale: str = ""
    warnings: tuple[dict[str, str], ...] = ()

    @property
    def sentence(self) -> str:
        """The promise, made from its fields."""
        subject, terms = self.subject, self.terms
        promise = Promise(
            kind=Kind(terms.kind).value,  # type: ignore[arg-type]
            measure=subject.measure if subject else "",
            title=subject.title if subject else terms.metric,
            where=terms.where,
            baseline=self.baseline,
            target=self.target,
            phases=self.phases,
            low=self.low,
            high=self.high,
            allowed_outside=terms.allowed_outside,
            steps=[(step.title, step.weight) for step in terms.steps],
            acceptance=terms.acceptance,
            scale=self.scale,
            unit=self.unit,
            start=terms.start,
            due=terms.due,
        )
        return promises.sentence(promise)


@dataclass(slots=True)
class Preview:
    """As much of a draft as the form allows so far, and what is wrong beside each field."""

    draft: Draft | None = None
    now_figure: Figure | None = None
    baseline: float | None = None
    baseline_figure: Figure | None = None
    unit: str = ""
    window_said: str = ""
    baseline_said: str = ""
    notes: list[dict[str, str]] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def warnings(self) -> list[dict[str, str]]:
        """What the figures and the direction warn of, each once."""
        found = [*(self.draft.warnings if self.draft else ()), *self.notes]
        for each in (self.now_figure, self.baseline_figure):
            found += [warning for warning in (each.warnings if each else ()) if warning not in found]
        return found

    def attempt(self, step: Callable[[], Found]) -> Found | None:
        """The step's result, or None with its refusal noted beside the field."""
        try:
            return step()
        except Undecidable as refused:
            self.problems.setdefault(refused.field, refused.message)
            return None


def draft(terms: Terms, *, now: datetime) -> Draft:
    """The terms worked out. Raises Undecidable with the first field that keeps it from being decided."""
    kinds.check_fields(terms)
    subject = subject_for(terms)
    window = window_of(terms)
    check_dates(terms)
    check_texts(terms)
    return _drafted(terms, subject, window=window, now=now)


def subject_for(terms: Terms) -> Subject | None:
    """What is measured, None where nothing is yet. Raises Undecidable."""
    if not kinds.is_measured(terms.kind):
        return None
    if _is_to_come(terms):
        return None
    return subject_of(terms.metric, where=terms.where, at=terms.at)


def _drafted(terms: Terms, subject: Subject | None, *, window: Window, now: datetime) -> Draft:
    """What the fields of its kind come to."""
    made = _begun(terms, subject, window)
    if terms.kind == Kind.MILESTONE:
        aims.check_steps(terms)
    elif terms.kind == Kind.BINARY:
        aims.check_test(terms)
    elif subject is None:
        return replace(made, unit="", warnings=(NOT_YET,))
    elif terms.kind in kinds.MOVING:
        return _moving(made, subject, baseline_of(terms, subject, window=window, now=now))
    else:
        return _standing(made, subject)
    return made


def _begun(terms: Terms, subject: Subject | None, window: Window) -> Draft:
    return Draft(
        terms=terms,
        window=window,
        unit=subject.unit if subject else "share",
        cadence_days=terms.cadence_days or (subject.cadence_days if subject else USUAL_CADENCE),
        subject=subject,
    )


def _moving(made: Draft, subject: Subject, baseline: tuple[float, Figure | None]) -> Draft:
    terms, (value, measured) = made.terms, baseline
    target = aims.target_of(terms, subject, baseline=value)
    better = "lower" if target < value else "higher"
    phases = aims.on_the_way(terms.phases, baseline=value, unit=subject.unit, better=better)
    aims.check_phases(phases, terms)
    places = [("baseline", value), ("target", target), *(("phases", each.target) for each in phases)]
    scale = aims.check_scale(terms, subject, places) if terms.kind == Kind.FORECAST else ""
    warnings = warnings_of(subject, baseline=value, target=target)
    return replace(
        made,
        better=better,
        baseline=value,
        baseline_figure=measured,
        target=target,
        phases=phases,
        scale=scale,
        warnings=(*warnings, *too_short(subject, made.window, start=terms.start, due=terms.due)),
    )


def _standing(made: Draft, subject: Subject) -> Draft:
    terms = made.terms
    warnings = tuple(too_short(subject, made.window, start=terms.start, due=terms.due))
    if terms.kind != Kind.KEEP:
        return replace(made, better=subject.better, warnings=warnings)
    bound = aims.bound_of(terms, subject)
    sides = {(True, False): "higher", (False, True): "lower"}
    better = sides.get((bound.low is not None, bound.high is not None), "")
    return replace(made, better=better, low=bound.low, high=bound.high, warnings=warnings)


def preview(given: Mapping[str, Any], *, now: datetime) -> Preview:
    """What the form says so far: today's figure, the baseline, the sentence, and every refusal at once."""
    found = Preview()
    terms = found.attempt(lambda: terms_from(given))
    for name, message in unreadable(given).items():
        found.problems.setdefault(name, message)
    subject = None
    if terms is None or kinds.is_measured(terms.kind):
        to_come = terms is not None and _is_to_come(terms)
        subject = None if to_come else found.attempt(lambda: _asked_for(given))
        if subject is None and not to_come:
            for name, message in unreadable_slice(given).items():
                found.problems.setdefault(name, message)
            return found
    if terms is None:
        return found
    found.attempt(lambda: kinds.check_fields(terms))
    found.attempt(lambda: check_texts(terms))
    window = found.attempt(lambda: window_of(terms))
    if window is None or found.attempt(lambda: _checked(terms)) is None:
        return found
    if subject is not None:
        _look(found, terms, subject, window=window, now=now)
    if subject is None or terms.kind not in kinds.MOVING:
        drafted = found.attempt(lambda: _drafted(terms, subject, window=window, now=now))
        found.draft = None if found.problems else drafted
    return found


def _asked_for(given: Mapping[str, Any]) -> Subject:
    text, where, at = (str(given.get(name) or "") for name in ("metric", "where", "at"))
    return subject_of(text, where=where, at=at)


def _is_to_come(terms: Terms) -> bool:
    return terms.kind == Kind.BASELINE and is_name(terms.metric) and not is_known(terms.metric)


def _look(found: Preview, terms: Terms, subject: Subject, *, window: Window, now: datetime) -> None:
    """Measure what there is to measure by."""
    found.unit = subject.unit
    span = window.span(terms.start, terms.due, now=now)
    found.now_figure, found.window_said = figure_of_subject(subject, span, now=now), looked_at(subject, span)
    if terms.kind not in kinds.MOVING:
        return
    found.notes = window_notes(terms, subject, window, now=now)
    baseline = found.attempt(lambda: baseline_of(terms, subject, window=window, now=now))
    if baseline is not None:
        found.baseline, found.baseline_figure = baseline
        measured = baseline[1]
        found.baseline_said = said(Span(measured.since, measured.until)) if measured else ""
        made = _begun(terms, subject, window)
        drafted = found.attempt(lambda: _moving(made, subject, baseline))
        found.draft = None if found.problems else drafted


def _checked(terms: Terms) -> bool:
    check_dates(terms)
    return True


def window_of(terms: Terms) -> Window:
    """The window of the terms. Raises Undecidable."""
    return aims.beside("window", lambda: parse_window(terms.window))


def check_dates(terms: Terms) -> None:
    """Refuse a due date that is not after the start."""
    if terms.due <= terms.start:
        raise Undecidable(
            f"the due date {due_text(terms.due)} is not after the start {terms.start:%Y-%m-%d}: "
            "choose a later due date",
            field="due",
            code="due_before_start",
        )


def check_texts(terms: Terms) -> None:
    """Refuse a key result without an owner, and texts that do not fit."""
    if not terms.owner:
        raise Undecidable("a key result has one owner: name a person", field="owner", code="no_owner")
    for name, limit in LONGEST.items():
        if len(getattr(terms, name)) > limit:
            raise Undecidable(f"expected at most {limit:,} characters", field=name, code="too_long")
