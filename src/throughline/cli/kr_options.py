"""The fields of a key result as options of `throughline kr add` and `kr change`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

_SAME = (
    *("kind", "commitment", "weight", "metric", "where", "at", "window", "baseline", "target", "start"),
    *("due", "owner", "title", "objective", "acceptance", "judge", "scale", "why", "reason", "text"),
)
# Which option a refused field is about.
OPTIONS = {name: f"--{name}" for name in _SAME} | {
    "cadence_days": "--cadence",
    "phases": "--phase",
    "steps": "--step",
    "bound_low": "--low",
    "bound_high": "--high",
    "allowed_outside": "--allowed-outside",
    "why_target": "--why-target",
    "how_measured": "--how-measured",
}


def _given(context: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> list[str] | None:
    """What may be repeated, or None where it was not said at all."""
    return list(value) or None


def promise_options(*, required: bool) -> Callable[[Any], Any]:
    """The fields of a key result; a change takes the same ones, each optional."""
    options = [*_what(), *_how_far(), *_when(required=required), *_words()]

    def add(function: Any) -> Any:
        for option in reversed(options):
            function = option(function)
        return function

    return add


def _what() -> list[Callable[[Any], Any]]:
    return [
        click.option(
            "--kind",
            metavar="KIND",
            help="move (if left out), keep, milestone, binary, baseline or forecast.",
        ),
        click.option("--metric", metavar="EXPR|NAME", help="What is measured: a metric, or a series."),
        click.option("--where", metavar="COND", help="The slice, such as \"severity >= 'high'\"."),
        click.option("--at", metavar="FIELD", help="The date that puts a record in the window."),
        click.option(
            "--window", metavar="WINDOW", help="period (from the start until now), all, or '90 days'."
        ),
    ]


def _how_far() -> list[Callable[[Any], Any]]:
    return [
        click.option("--baseline", metavar="N|measured", help="Where it starts from; measured if left out."),
        click.option("--target", metavar="N|N%", help="12, or a change such as -30%."),
        click.option(
            "--phase", "phases", multiple=True, callback=_given, metavar="'DATE: N'",
            help="A target on the way, such as '2026-11-15: 30'; may repeat.",
        ),
        click.option("--low", "bound_low", metavar="N", help="keep: at least this."),
        click.option("--high", "bound_high", metavar="N", help="keep: at most this."),
        click.option("--allowed-outside", metavar="DAYS", help="keep: the days outside that are allowed."),
        click.option(
            "--step", "steps", multiple=True, callback=_given, metavar="'WEIGHT: TEXT'",
            help="milestone: a step such as '40: The pilot runs'; repeat, to 100.",
        ),
        click.option("--acceptance", metavar="TEXT", help="binary: the test by which anybody sees it."),
        click.option("--scale", metavar="SCALE", help="forecast: probability or log_odds."),
    ]  # fmt: skip


def _when(*, required: bool) -> list[Callable[[Any], Any]]:
    return [
        click.option("--start", required=required, metavar="DATE", help="The first day."),
        click.option("--due", required=required, metavar="DATE", help="The last day; it counts whole."),
        click.option("--owner", required=required, metavar="NAME", help="The one person who answers for it."),
        click.option(
            "--cadence", "cadence_days", type=int, metavar="DAYS", help="How often data should come."
        ),
    ]


def _words() -> list[Callable[[Any], Any]]:
    return [
        click.option("--commitment", metavar="WORD", help="committed (if left out) or aspirational."),
        click.option("--weight", metavar="N", help="What it counts in its objective; 1 if left out."),
        click.option("--judge", metavar="NAME", help="Who decides where a person has to."),
        click.option("--title", metavar="TEXT", help="A title instead of the sentence made from the fields."),
        click.option("--objective", metavar="TEXT", help="The objective that it serves."),
        click.option("--why", metavar="TEXT", help="Why this serves the objective."),
        click.option("--why-target", metavar="TEXT", help="Why this target."),
        click.option("--how-measured", metavar="TEXT", help="How it is measured, in plain words."),
    ]
