"""Risk scenarios, what is estimated of them, and what panels said that was revealed."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from throughline.exports.declared import (
    Column,
    Table,
    day,
    identity,
    instant,
    json,
    number,
    stored,
    text,
    texts,
    whole,
)

_MONEY = "the organisation's currency"
_REVEALED = Q(revealed_at__isnull=False)


def _scenario(of: str = "") -> Column:
    return whole("scenario_id", "The scenario.", of, to="scenarios.id")


def _said() -> tuple[Column, ...]:
    return (text("author", "Who wrote it."), instant("at", "When it was written."))


def _revealed() -> Any:
    from throughline.forecasts.access import revealed_forecasts
    from throughline.forecasts.models import Round

    return revealed_forecasts(Round.objects.filter(_REVEALED).order_by())


FORETOLD = (
    Table(
        "scenarios",
        "A statement with a period and a judge, of which will be seen whether it came true.",
        (
            identity(),
            text("key", "The name by which files and addresses call it."),
            text("statement", "What may happen."),
            text("criteria", "How the judge will tell."),
            text("judge_name", "Who will say whether it happened."),
            text("owner_name", "Who answers for it."),
            text("period", "year, quarter or month."),
            day("start", "The first day of its period."),
            day("end", "The last day of its period, which counts whole."),
            texts("tags", "Its tags."),
            texts("steps", "A chain of conditions, each given the ones before it."),
            whole("series_id", "The series of what panels said of it.", to="series.id"),
            text("author", "Who wrote it."),
            instant("created_at", "When it was written."),
            instant("archived_at", "When it was given up; null while it is pursued."),
        ),
        stored("risk.Scenario"),
    ),
    Table(
        "estimates",
        "How often and how dear a scenario is, as of one moment; the newest of each stage counts.",
        (
            identity(),
            _scenario(),
            text("stage", "inherent, residual or target."),
            json("frequency", "How often, in the words of `throughline risk curve`."),
            json("loss", f"How dear, in {_MONEY}, in the words of `throughline risk curve`."),
            text("source", "Where it came from: null for a typed one, round:12 for a panel's."),
            text("note", "A line beside it."),
            *_said(),
        ),
        stored("risk.Estimate"),
    ),
    Table(
        "scenario_links",
        "An objective or a key result that a scenario bears on.",
        (
            identity(),
            _scenario(),
            whole("objective_id", "The objective.", to="objectives.id"),
            whole("key_result_id", "The key result.", to="key_results.id"),
            instant("created_at", "When they were joined."),
        ),
        stored("risk.Link"),
    ),
    Table(
        "treatments",
        "What an initiative is expected to leave of a scenario: factors, each a 90 % range.",
        (
            identity(),
            whole("initiative_id", "The initiative.", to="initiatives.id"),
            _scenario(),
            number("frequency_low", "The least that remains of how often.", unit="factor"),
            number("frequency_high", "The most that remains of how often.", unit="factor"),
            number("loss_low", "The least that remains of how dear.", unit="factor"),
            number("loss_high", "The most that remains of how dear.", unit="factor"),
            *_said(),
        ),
        stored("risk.Treatment"),
    ),
    Table(
        "resolutions",
        "What the judge says came of a scenario; the newest counts.",
        (
            identity(),
            _scenario(),
            text("outcome", "happened, did_not or void."),
            day("on", "The day on which it happened."),
            number("loss", "What it cost.", unit=_MONEY),
            text("evidence", "How one can see it."),
            text("reason", "Of a correction: why what was said before is not so."),
            *_said(),
        ),
        stored("forecasts.Resolution"),
    ),
    Table(
        "base_rates",
        "What happened elsewhere or before, beside the question.",
        (
            identity(),
            _scenario(),
            text("kind", "gamma_poisson, beta_binomial or scores."),
            text("title", "What was counted."),
            whole("events", "How many happened."),
            number("exposure", "Among how much: years, or cases watched."),
            number("chance", "The chance, where scores say it.", unit="0 to 1"),
            text("source", "Where it was read."),
            *_said(),
            instant("withdrawn_at", "When it was taken back."),
        ),
        stored("forecasts.BaseRate"),
    ),
    Table(
        "forecast_rounds",
        "A round of a forecast room that was revealed, with what was pooled of it.",
        (
            identity(),
            _scenario("room__scenario_id"),
            whole("room_id", "The room: rounds of one room have the same."),
            text("room", "What the room is called.", "room__title"),
            whole("number", "Its number within the room, from 1."),
            instant("opened_at", "When it was opened."),
            instant("revealed_at", "When it was revealed."),
            json("result", "The pooled figures of every method, with weights and warnings."),
        ),
        stored("forecasts.Round", _REVEALED),
    ),
    Table(
        "forecasts",
        "A number of a revealed round, without a name; rows are in order of value, so that none tells whose.",
        (
            whole("round_id", "The round.", to="forecast_rounds.id"),
            number("probability", "The chance within the scenario's whole period.", unit="0 to 1"),
            number("loss_low", "The lower end of a 90 % range of the loss.", unit=_MONEY),
            number("loss_high", "The upper end of a 90 % range of the loss.", unit=_MONEY),
            json("steps", "The chances of the scenario's steps."),
            text("rationale", "Why, as it was shown at the reveal."),
        ),
        _revealed,
        key=(),
    ),
)
