"""`throughline metric`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click

from throughline.cli import move, power, series
from throughline.cli.common import emit, home_option, json_option, now, placed, there
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.measures.asking import Question
    from throughline.measures.comparing import Compared
    from throughline.measures.evaluation.answers import Result, Row
    from throughline.series.models import Series

OPTIONS = {name: f"--{name}" for name in ("where", "at", "by", "from", "to", "compare")}
OPTIONS |= {
    "known": "--as-known-at",
    "measure": "metric",
    "power-for": "--power-for",
    "against": "--against",
    "range": "--from",
    "why": "--why",
}


class Metric(click.Command):
    """One command with a metric for its argument, where `push` and `import` write values instead.

    No metric and no series is called either of them.
    """

    commands: ClassVar[Mapping[str, click.Command]] = {
        "push": series.push,
        "import": series.import_,
        "withdraw": series.withdraw,
    }

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        if args and (command := self.commands.get(args[0])):
            return command.make_context(f"{info_name} {args[0]}", args[1:], parent=parent, **extra)
        return super().make_context(info_name, args, parent=parent, **extra)


@click.command("metric", cls=Metric)
@click.argument("metric", metavar="EXPR|NAME", required=False)
@click.option("--where", default="", metavar="COND", help="Only these: \"severity >= 'high'\".")
@click.option("--at", default="", metavar="DATE_FIELD", help="The date that puts a record in a period.")
@click.option(
    "--by", multiple=True, metavar="DIM", help="A dimension, or year, quarter, month, week; may repeat."
)
@click.option("--from", "since", default="", metavar="D", help="From this day on.")
@click.option("--to", "until", default="", metavar="D", help="Up to this day, not included.")
@click.option(
    "--as-known-at", "known", default="", metavar="D", help="With what was known at the end of that day."
)
@click.option("--compare", default="", metavar="WHAT", help="none: without the figures of the period before.")
@click.option(
    "--power-for",
    "power_for",
    default="",
    metavar="RATIO",
    help="Would a change by this ratio show? 0.5: half.",
)
@click.option(
    "--why", multiple=True, metavar="DIM", help="Why did it move? Split the change by DIM; may repeat."
)
@click.option("--against", default="", metavar="PERIOD", help="With --why: 2026-Q1, or two days as D..D.")
@click.option("--csv", "as_csv", is_flag=True, help="Answer with CSV.")
@json_option
@home_option
def command(
    metric: str | None,
    home: Path | None,
    *,
    as_json: bool,
    as_csv: bool,
    power_for: str,
    why: tuple[str, ...],
    against: str,
    **words: Any,
) -> None:
    """Measure: one figure, or one for each slice and period.

    EXPR is a measure such as "mean(mitigated - identified)"; NAME is one of the ready-made metrics, which
    `throughline metric` without one lists, or a series of values from elsewhere. Every figure comes with its
    95 % interval and its n. `throughline metric push` and `throughline metric import` bring values in.

    \b
    Examples:
      throughline metric time_to_remediate --by severity
      throughline metric "count()" --where "service = 'web'" --by month --from 2026-01-01
      throughline metric "average_latent()" --by year --as-known-at 2024-12-12 --json
      throughline metric time_to_remediate --from 2026-01-01 --to 2026-04-01 --power-for 0.8
      throughline metric time_to_remediate --why service --from 2026-04-01 --to 2026-07-01 --against 2025-Q2
    """
    if metric is None:
        return _list(as_json=as_json)
    open_home(there(home))
    from throughline.accounts.access import EVERYTHING
    from throughline.measures.asker import Asker
    from throughline.measures.comparing import beside
    from throughline.measures.documents import annotated, header, table
    from throughline.measures.evaluation.unknown_values import misnamed
    from throughline.measures.shown import answer
    from throughline.series.queries import series_named
    from throughline.site.exports import csv_lines

    found = series_named(metric)
    with placed(OPTIONS):
        if why or against:
            return move.show(metric, found, why, against, power_for, words, as_json=as_json, as_csv=as_csv)
        if power_for:
            return power.show(metric, found, power_for, words, as_json=as_json, as_csv=as_csv)
        if found is not None:
            return _of_series(found, words, as_json=as_json, as_csv=as_csv)
        question, asker = question_of(metric, **words), Asker(EVERYTHING, now())
        result = answer(question, asker)
        earlier = beside(question, result, asker)
    if as_csv or as_json:
        # A program that reads the figures alone would take those of a misspelt name for a fact.
        for warning in misnamed(result.warnings):
            click.echo(f"Warning: {warning.message} ({warning.code})", err=True)
    if as_csv:
        return click.echo("".join(csv_lines(header(result), table(result, earlier, metric))), nl=False)
    return emit(
        annotated(result, earlier, metric), as_json=as_json, show=lambda: _show(result, earlier, question)
    )


def _of_series(found: Series, words: dict[str, Any], *, as_json: bool, as_csv: bool) -> None:
    from throughline.measures.asking import compared_with

    words["compare"] = compared_with(words["compare"])
    if words.pop("by"):
        raise Refused(f"'{found.name}' is a series, without records to group", place="by")
    series.show(found, as_json=as_json, as_csv=as_csv, **words)


def question_of(
    metric: str, *, where: str, at: str, by: tuple[str, ...], since: str, until: str, known: str, compare: str
) -> Question:
    """The question that the options ask."""
    from throughline.measures.asking import Question, compared_with
    from throughline.measures.ranges import Range, day_start, known_at_of

    instant = now()
    period = (
        day_start(text, place=place) if text else None for text, place in ((since, "from"), (until, "to"))
    )
    return Question(
        metric=metric,
        where=where,
        at=at,
        by=by,
        range=Range("custom" if since or until else "all", *period),
        known=known,
        known_at=known_at_of(known, now=instant),
        compare=compared_with(compare),
    )


def _show(result: Result, earlier: Compared, question: Question) -> None:
    from rich.console import Console
    from rich.table import Table

    from throughline.measures.comparing import unit_of
    from throughline.measures.documents import dimensions
    from throughline.measures.ranges import cut

    table = Table(box=None, pad_edge=False)
    for dimension in dimensions(result):
        table.add_column(dimension, overflow="fold")
    for heading in (result.unit, "95 % interval", "n", "open"):
        table.add_column(heading, justify="right")
    beside = any(earlier.rows) and bool(dimensions(result))
    if beside:
        table.add_column("before", justify="right")
        table.add_column("change", justify="right")
        table.add_column("clearly")
    for row, was in zip(result.rows, earlier.rows, strict=True):
        before = ("", "", "")
        if was:
            before = (_figure(was.value, result.unit), was.change_said, was.change.word)
        table.add_row(*row.group.values(), *_cells(row, result.unit), *(before if beside else ()))
    console = Console(highlight=False, markup=False)
    console.print(table if result.rows else "No rows.")
    if not beside:
        was = next((each for each in earlier.rows if each), None)
        console.print(was.sentence if was else earlier.why_none)
    unit = unit_of(result)
    if said := cut(unit, question.range) if unit and result.rows else "":
        console.print(said)
    for warning in result.warnings:
        console.print(f"! {warning.message} ({warning.code})", style="yellow")
    console.print(_definition(result), style="dim")


def _cells(row: Row, unit: str) -> tuple[str, str, str, str]:
    interval = _interval(row.low, row.high, unit) or row.why_none
    if row.wide_low is not None:
        # Below it, since a column more would break the lines of a terminal of the usual width.
        interval += f"\n({_interval(row.wide_low, row.wide_high, unit)})"
    return _figure(row.value, unit), interval, f"{row.n:,}", f"{row.n_open:,}"


def _interval(low: float | None, high: float | None, unit: str) -> str:
    return "" if low is None and high is None else f"{_figure(low, unit)} to {_figure(high, unit)}"


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return "?"
    if unit == "share":
        return f"{value:.1%}"
    if unit == "count":
        return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
    return f"{value:,.1f}" if unit == "days" else f"{value:,.2f}"


def _definition(result: Result) -> str:
    said = result.definition
    at = f", by its date {said['at']}" if said["at"] else ""
    known = f", as known at {result.as_known_at:%Y-%m-%d}" if result.as_known_at else ""
    return f"{said['measure']} where {said['where']}{at}{known}"


def _list(*, as_json: bool) -> None:
    from throughline.engine.catalogue import READY_MADE

    listed = [
        {"name": name, "title": each.title, "measure": each.measure, "description": each.description}
        for name, each in READY_MADE.items()
    ]

    def show() -> None:
        for name, each in READY_MADE.items():
            click.echo(f"{name:<36} {each.title}")

    emit({"metrics": listed}, as_json=as_json, show=show)
