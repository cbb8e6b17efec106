"""Writing scenarios and what is estimated of them. No estimate is edited: the newest of each stage counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from throughline.audit import actions as audit
from throughline.engine.losses import portfolio
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.objectives.keys import key_for
from throughline.objectives.models import KeyResult, Objective
from throughline.objectives.people import person_named
from throughline.risk.documents import entry
from throughline.risk.fields import checked
from throughline.risk.laws import scenario_from
from throughline.risk.models import Estimate, Link, Scenario
from throughline.risk.naming import series_name, series_title
from throughline.risk.periods import last_day
from throughline.series import actions as series_actions

REQUIRED = ("statement", "criteria", "judge", "start")
# What is asked: it may not change under those who answered.
ASKED = ("statement", "criteria", "period", "start", "steps")
LONGEST_NOTE = 500
ABOUT_THE_SERIES = "The chance of the scenario within its period, as panels said it round by round."


def add_scenario(actor: str, *, key: str = "", now: datetime, **given: Any) -> Scenario:
    """A scenario with its series of forecasts.

    `given` holds statement, criteria, judge (a name), start (the first day), and may hold period (month,
    quarter or year), tags, steps and owner (a name). Raises Refused with the field.
    """
    fields = checked({**dict.fromkeys(REQUIRED, ""), "period": Scenario.Period.QUARTER, **given})
    with transaction.atomic():
        made = key_for(Scenario, key, title=fields["statement"])
        series = series_actions.define(
            actor,
            series_name(made),
            now=now,
            title=series_title(fields["statement"]),
            description=ABOUT_THE_SERIES,
            unit="share",
            better="lower",
            cadence_days=100,
        )
        scenario = Scenario(key=made, series=series, author=actor, created_at=now)
        _fill(scenario, fields)
        _require_ahead(scenario, now=now)
        scenario.save()
        _audit(actor, "scenario added", scenario, {"key": made, **_plain(fields)}, now=now)
    return scenario


def change_scenario(actor: str, scenario: Scenario, *, now: datetime, **given: Any) -> bool:
    """Replace what is given; whether anything changed. Raises Refused with the field.

    What is asked stands from the first forecast on.
    """
    fields = checked(given)
    with transaction.atomic():
        Scenario.objects.select_for_update().get(pk=scenario.pk)
        # Whoever was faster is not overwritten with what was read before.
        scenario.refresh_from_db()
        old = {name: value_of(scenario, name) for name in fields}
        new = {name: value for name, value in fields.items() if value != old[name]}
        if not new:
            return False
        _require_unasked(scenario, new)
        _fill(scenario, new)
        if {"start", "period"} & set(new):
            _require_ahead(scenario, now=now)
        scenario.save()
        if "statement" in new:
            title = series_title(scenario.statement)
            series_actions.redefine(actor, scenario.series, title=title, now=now)
        detail = {"old": _plain({name: old[name] for name in new}), "new": _plain(new)}
        _audit(actor, "scenario changed", scenario, detail, now=now)
    return True


def archive(actor: str, scenario: Scenario, *, now: datetime) -> None:
    """Take a scenario out of the register; its estimates and forecasts stay.

    Raises Refused while a room asks about it: people would answer what nobody looks at any more.
    """
    if scenario.rooms.filter(closed_at=None, cancelled_at=None).exists():
        raise Refused("a room asks about it: close the room or call it off first", code="room_open")
    _set_archived(actor, scenario, now, "scenario archived", now=now)


def restore(actor: str, scenario: Scenario, *, now: datetime) -> None:
    """Take an archived scenario up again."""
    _set_archived(actor, scenario, None, "scenario taken up again", now=now)


def link(actor: str, scenario: Scenario, to: Objective | KeyResult, *, now: datetime) -> bool:
    """Say that a scenario bears on an objective or a key result; whether that is new."""
    with transaction.atomic():
        _, made = Link.objects.get_or_create(scenario=scenario, **_end_of(to), defaults={"created_at": now})
        if made:
            _audit(actor, "scenario linked", scenario, {"to": _named(to)}, now=now)
    return made


def unlink(actor: str, scenario: Scenario, to: Objective | KeyResult, *, now: datetime) -> bool:
    """Take that back; whether there was a link."""
    with transaction.atomic():
        gone, _ = Link.objects.filter(scenario=scenario, **_end_of(to)).delete()
        if gone:
            _audit(actor, "scenario unlinked", scenario, {"to": _named(to)}, now=now)
    return bool(gone)


def add_estimate(
    actor: str,
    scenario: Scenario,
    *,
    stage: str = Estimate.Stage.RESIDUAL,
    frequency: Mapping[str, Any] | None = None,
    loss: Mapping[str, Any] | None = None,
    beliefs: Sequence[Mapping[str, Any]] = (),
    source: str = "",
    author: str = "",
    note: str = "",
    now: datetime,
) -> Estimate:
    """How often and how dear as of now, in the words of `risk curve`; or a panel's beliefs instead of both.

    `author` is named where it is not who does it, such as a panel. Raises Refused with the field.
    """
    if stage not in Estimate.Stage.values:
        raise Refused(f"expected {', '.join(Estimate.Stage.values)}, found '{stage}'", place="stage")
    if bool(beliefs) == bool(frequency and loss):
        raise Refused("say how often and how dear, or what each of a panel believes", place="frequency")
    if len(note.strip()) > LONGEST_NOTE:
        raise Refused(f"expected at most {LONGEST_NOTE} characters, found {len(note.strip())}", place="note")
    require_readable(note, place="note")
    made = Estimate(
        scenario=scenario,
        stage=stage,
        frequency=dict(frequency or {}),
        loss=dict(loss or {}),
        beliefs=[dict(each) for each in beliefs],
        source=source,
        note=note.strip(),
        author=author or actor,
        at=now,
    )
    _require_figures(entry(scenario, made))
    with transaction.atomic():
        made.save()
        _audit(actor, "scenario estimated", scenario, _said(made), now=now)
    return made


def is_asked(scenario: Scenario) -> bool:
    """Whether somebody has answered already: with an estimate, or with a forecast in a room."""
    return (
        scenario.estimates.exists()
        or Scenario.objects.filter(pk=scenario.pk, rooms__rounds__forecasts__isnull=False).exists()
    )


def value_of(scenario: Scenario, name: str) -> Any:
    """A field by the name that it is given by."""
    return getattr(scenario, f"{name}_name" if name in ("judge", "owner") else name)


def _require_figures(said: Mapping[str, Any]) -> None:
    """What cannot be worked out is refused before it is kept."""
    try:
        portfolio([scenario_from(said)])
    except Refused as refused:
        raise Refused(refused.message, place=refused.place or "loss", code=refused.code) from None


def _require_unasked(scenario: Scenario, new: Mapping[str, Any]) -> None:
    standing = [name for name in ASKED if name in new]
    if standing and is_asked(scenario):
        raise Refused(
            "it is forecast already, and what is asked may not change under those who answered: "
            "archive this scenario and write another",
            place=standing[0],
            code="forecast_already",
        )


def _require_ahead(scenario: Scenario, *, now: datetime) -> None:
    if scenario.end < now.date():
        raise Refused(
            f"its period ended on {scenario.end:%-d %b %Y}: nobody could forecast it",
            place="start",
            code="ended",
        )


def _fill(scenario: Scenario, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        if name in ("judge", "owner"):
            setattr(scenario, f"{name}_name", value)
            setattr(scenario, name, person_named(value))
        else:
            setattr(scenario, name, value)
    scenario.end = last_day(scenario.start, scenario.period)


def _set_archived(actor: str, scenario: Scenario, at: datetime | None, done: str, *, now: datetime) -> None:
    with transaction.atomic():
        scenario.archived_at = at
        scenario.save(update_fields=["archived_at"])
        _audit(actor, done, scenario, {"statement": scenario.statement}, now=now)


def _end_of(to: Objective | KeyResult) -> dict[str, Any]:
    return {"objective" if isinstance(to, Objective) else "key_result": to}


def _named(to: Objective | KeyResult) -> str:
    return f"{'objective' if isinstance(to, Objective) else 'key result'}:{to.key}"


def _said(estimate: Estimate) -> dict[str, Any]:
    # What a panel's members believe is nameless and long: the entry says how many there are.
    said = {"stage": estimate.stage, "source": estimate.source, "note": estimate.note}
    if estimate.beliefs:
        return {**said, "beliefs": len(estimate.beliefs)}
    return {**said, "frequency": estimate.frequency, "loss": estimate.loss}


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, date) else value for name, value in fields.items()}


def _audit(actor: str, action: str, scenario: Scenario, detail: dict[str, Any], *, now: datetime) -> None:
    audit.record(actor, action, object_type="scenario", object_id=scenario.pk, detail=detail, now=now)
