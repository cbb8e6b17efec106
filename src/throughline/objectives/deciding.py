"""The decidability box: what two people need to agree on the day, each with what is there and what lacks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from throughline.engine.linting import Fields, Finding
from throughline.engine.sentences import amount, day_text, unit_word
from throughline.objectives.drafts import Draft, Preview
from throughline.objectives.people import person_named
from throughline.objectives.telling import Telling

SURE = 0.99
Tone = Literal["good", "warn", "bad", "open"]


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the box."""

    name: str
    said: str
    tone: Tone
    note: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, with the finding about its words if there is one."""

    text: str
    finding: Finding | None = None


def marked(text: str, findings: Iterable[Finding]) -> list[Piece]:
    """The text cut where findings point; of two that overlap the first is marked. Empty without any."""
    spans = sorted(
        ((each.span, each) for each in findings if each.span and each.span[1] > each.span[0]),
        key=lambda pair: pair[0],
    )
    pieces, at = [], 0
    for (start, end), finding in spans:
        if start < at or end > len(text):
            continue
        pieces += [Piece(text[at:start])] if start > at else []
        pieces.append(Piece(text[start:end], finding))
        at = end
    return [*pieces, Piece(text[at:])] if pieces else []


def checks_of(
    preview: Preview, fields: Fields, findings: Sequence[Finding], telling: Telling | None
) -> list[Check]:
    """Metric, scope, baseline, target, date, owner, noise and history, in the order one decides them."""
    wrong = {each.field: each for each in findings if each.severity == "error" and each.field}
    draft = preview.draft

    def line(name: str, said: str, *places: str, note: str = "") -> Check:
        problem = next((wrong[each] for each in places if each in wrong), None)
        if problem is not None:
            return Check(name, problem.message[:1].upper() + problem.message[1:], "bad")
        if name == "Owner" and said and person_named(said) is None:
            return Check(name, said, "warn", "nobody with an account has this name")
        return Check(name, said or "not said yet", "good" if said else "open", note)

    if draft is None:
        return [line(name, said, *places) for name, said, places in _so_far(preview, fields)]
    ended = [
        line("Date", f"end of {day_text(draft.terms.due)}", "due", "start"),
        line("Owner", draft.terms.owner, "owner"),
    ]
    if draft.subject is None:
        return [*(line(name, said, *places) for name, said, places in _by_hand(draft)), *ended]
    scope = draft.terms.where or "everything"
    return [
        line("Metric", draft.subject.title or draft.terms.metric, "metric"),
        line("Scope", scope, "where", "at", "window", note=_looked_at(preview)),
        *(line(name, said, *places) for name, said, places in _way(draft)),
        *ended,
        _verdict(preview, draft),
        *_noise(telling, draft),
        *_history(telling, draft.unit),
    ]


def _by_hand(draft: Draft) -> list[tuple[str, str, tuple[str, ...]]]:
    terms = draft.terms
    if terms.steps:
        steps = ", ".join(f"{each.title} ({each.weight:g} %)" for each in terms.steps)
        return [("Steps", steps, ("steps",)), ("Judge", terms.judge, ("judge",))]
    if terms.kind == "baseline":
        return [("Metric", f"{terms.metric}, still to be made", ("metric",))]
    return [("Test", terms.acceptance, ("acceptance",)), ("Judge", terms.judge, ("judge",))]


def _way(draft: Draft) -> list[tuple[str, str, tuple[str, ...]]]:
    """From where to where, or inside of what."""
    unit = draft.unit
    if draft.baseline is not None and draft.target is not None:
        how = "measured" if draft.baseline_figure else "given"
        return [
            ("Baseline", f"{_with_unit(draft.baseline, unit)}, {how}", ("baseline",)),
            ("Target", _with_unit(draft.target, unit), ("target",)),
        ]
    sides = (("at least", draft.low), ("at most", draft.high))
    said = " and ".join(f"{word} {_with_unit(side, unit)}" for word, side in sides if side is not None)
    return [("Bound", said, ("bound_low", "bound_high"))] if said else []


def _so_far(preview: Preview, fields: Fields) -> list[tuple[str, str, tuple[str, ...]]]:
    metric = fields.metric if fields.metric_is_known else ""
    baseline = "" if preview.baseline is None else _with_unit(preview.baseline, preview.unit)
    aims = {
        "keep": [("Bound", fields.target_text, ("bound_low", "bound_high", "allowed_outside"))],
        "baseline": [],
    }
    way = [("Baseline", baseline, ("baseline",)), ("Target", fields.target_text, ("target", "phases"))]
    by_metric = [
        ("Metric", metric, ("metric",)),
        ("Scope", (fields.where or "everything") if metric else "", ("where", "at", "window")),
        *aims.get(fields.kind, way),
    ]
    by_hand = {
        "milestone": [("Steps", "", ("steps",)), ("Judge", fields.judge, ("judge",))],
        "binary": [("Test", fields.acceptance_test, ("acceptance",)), ("Judge", fields.judge, ("judge",))],
    }
    return [
        *by_hand.get(fields.kind, by_metric),
        ("Date", f"end of {fields.due.day} {fields.due:%b %Y}" if fields.due else "", ("due", "start")),
        ("Owner", ", ".join(fields.owners), ("owner",)),
    ]


def _looked_at(preview: Preview) -> str:
    return f"today: {preview.window_said}" if preview.window_said else ""


def _verdict(preview: Preview, draft: Draft) -> Check:
    value = preview.now_figure.value if preview.now_figure else None
    if value is None:
        return Check("Verdict today", "open: no value yet", "open")
    at = _with_unit(value, draft.unit)
    if draft.terms.kind == "baseline":
        said = "would be a hit: it has data"
    elif draft.target is None:
        inside = (draft.low is None or value >= draft.low) and (draft.high is None or value <= draft.high)
        said = f"{'inside' if inside else 'outside'} at {at}"
    else:
        reached = value <= draft.target if draft.better == "lower" else value >= draft.target
        said = f"{'would be a hit' if reached else 'not a hit'} at {at}"
    return Check("Verdict today", said, "good")


def _noise(telling: Telling | None, draft: Draft) -> list[Check]:
    if draft.target is None:
        return []
    found = telling.noise if telling else None
    if found is None or found.power is None:
        return [Check("Noise", "cannot be said: too little is known of its spread", "open")]
    expected = f"about {amount(found.expected, 'count')} events expected" if found.expected else ""
    smallest = ""
    if found.smallest is not None:
        smallest = f"the smallest that would show is {_with_unit(found.smallest, draft.unit)}"
    percent = "more than 99" if found.power > SURE else f"{found.power * 100:.0f}"
    said = f"{percent} % chance to tell it from chance"
    tone: Tone = "warn" if found.is_too_weak else "good"
    return [Check("Noise", said, tone, note="; ".join(filter(None, (expected, smallest))))]


def _history(telling: Telling | None, unit: str) -> list[Check]:
    values = telling.history if telling else ()
    if len(values) < 2:
        return []
    said = " → ".join(amount(value, unit) for value in values)
    return [Check("History", said, "good", note="the same length of time, before the start")]


def _with_unit(value: float, unit: str) -> str:
    return f"{amount(value, unit)}{unit_word(unit)}"
