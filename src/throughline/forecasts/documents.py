"""A room as JSON and as a table: the same for the command line and the page, as one person sees it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.forecasts.models import Forecast
from throughline.forecasts.queries import Listed, Seen, Shown
from throughline.forecasts.sentences import sentence
from throughline.site.plain import plain

LISTED = (
    "id",
    "title",
    "scenario",
    "state",
    "mode",
    "answered",
    "asked",
    "waits_for_you",
    "headline",
    "address",
)
ANSWERS = ("round", "what", "probability", "loss_low", "loss_high", "rationale")


def summary(each: Listed) -> dict[str, Any]:
    """A room in a list."""
    room = each.room
    return {
        "id": room.pk,
        "title": room.title,
        "scenario": room.scenario.key,
        "state": each.stand.word,
        "mode": room.mode,
        "answered": each.answered,
        "asked": each.asked,
        "waits_for_you": each.waits,
        "headline": each.headline,
        "address": f"/rooms/{room.pk}/",
    }


def document(seen: Seen) -> dict[str, Any]:
    """The whole room: numbers of others from their reveal on, by value and without names."""
    room, scenario = seen.room, seen.room.scenario
    found: dict[str, Any] = plain(
        {
            "id": room.pk,
            "title": room.title,
            "state": seen.stand.word,
            "sentence": sentence(seen),
            "mode": room.mode,
            "asks_loss": room.asks_loss,
            "closes_at": room.closes_at,
            "facilitator": room.facilitator.name,
            "repeats": room.repeats_id,
            "scenario": {
                name: getattr(scenario, name)
                for name in ("key", "statement", "criteria", "judge_name", "period", "start", "end", "steps")
            },
            "panel": [
                {"name": seat.name, "answered": seat.is_in, "note": seat.came_late} for seat in seen.seats
            ],
            "mine": _answer(seen.mine) if seen.mine else None,
            "rounds": [_round(each) for each in seen.shown],
            "messages": [
                {"author": each.author_name, "at": each.at, "text": each.text} for each in seen.messages
            ],
        }
    )
    return found


def without_own(found: dict[str, Any]) -> dict[str, Any]:
    """The same without what the person said herself."""
    return {**found, "mine": None, "rounds": [{**each, "mine": None} for each in found["rounds"]]}


def table(seen: Seen) -> Iterator[tuple[Any, ...]]:
    """The revealed rounds as rows: each answer, then each way to pool them."""
    for each in seen.shown:
        for answer in each.answers:
            loss = (answer.loss_low, answer.loss_high)
            yield each.round.number, "answer", answer.probability, *loss, answer.rationale
        pooled = each.round.result
        range = pooled.get("loss") or {}
        for name in ("headline", "extremised", "mean", "median"):
            loss = (range.get("low"), range.get("high")) if name == "headline" else (None, None)
            yield each.round.number, name, pooled["probability"][name], *loss, ""


def _round(shown: Shown) -> dict[str, Any]:
    return {
        "number": shown.round.number,
        "revealed_at": shown.round.revealed_at,
        "revealed_by": shown.round.revealed_by,
        # Without what each believes: a weight beside a number would tell somebody's track record.
        "result": {name: each for name, each in shown.round.result.items() if name != "beliefs"},
        "answers": [_answer(each) for each in shown.answers],
        "mine": _answer(shown.own) if shown.own else None,
    }


def _answer(forecast: Forecast) -> dict[str, Any]:
    return {
        "probability": forecast.probability,
        "steps": forecast.steps,
        "loss": None if forecast.loss_low is None else [forecast.loss_low, forecast.loss_high],
        "rationale": forecast.rationale,
    }
