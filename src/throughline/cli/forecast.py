"""`throughline forecast`: a panel's forecasts from a file, pooled and scored; base rates from files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.base_rate import base_rate
from throughline.cli.common import emit, home_option, json_option
from throughline.cli.given import content_of, name_of
from throughline.cli.resolving import resolve

if TYPE_CHECKING:
    from throughline.forecasts.panels import Panel


@click.group("forecast")
def command() -> None:
    """Pool and score a panel's forecasts, find base rates, and say what came of a scenario.

    Only `resolve` needs a data folder.

    \b
    Example:
      throughline forecast pool panel.csv
    """


command.add_command(base_rate)
command.add_command(resolve)


def _panel_options(function: Any) -> Any:
    """What says how to read the file of a panel."""
    options: list[Callable[[Any], Any]] = [
        click.option("--map", "maps", multiple=True, metavar="FIELD=COLUMN", help="Which column is a field."),
        click.option("--round", "only_round", default="", metavar="NAME", help="One round only."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


@command.command()
@click.argument("file", metavar="FILE.csv|-")
@_panel_options
@home_option
@json_option
def pool(file: str, *, maps: tuple[str, ...], only_round: str, home: Path | None, as_json: bool) -> None:
    """Pool each question's forecasts: the headline, and the other averages beside it.

    One forecast a line: question, panelist, and p (a probability) or lo and hi (a 90 % interval). The
    headline is the geometric mean of the odds; of intervals it is the pool of the experts' distributions.
    Where there is a column round, each round is pooled by itself. - is standard input.

    \b
    Examples:
      throughline forecast pool panel.csv
      throughline forecast pool panel.csv --map p=Probability --round second --json
    """
    from throughline.cli.forecast_tables import show_pools
    from throughline.forecasts.pooled import pool_document

    document = pool_document(_panel(file, maps, only_round))
    emit(document, as_json=as_json, show=lambda: show_pools(document))


@command.command()
@click.argument("file", metavar="FILE.csv|-")
@_panel_options
@home_option
@json_option
def score(file: str, *, maps: tuple[str, ...], only_round: str, home: Path | None, as_json: bool) -> None:
    """Score each way of pooling, and the single forecasts, against what came.

    The file of `pool` with a column outcome: 1 or 0 of a probability, the number that came of an interval;
    empty while a question is open. Brier scores are one-sided, from 0 to 1, and lower is better in all of
    them but coverage. Where there are rounds, each is scored by itself too.

    \b
    Example:
      throughline forecast score panel.csv
      throughline forecast score panel.csv --json
    """
    from throughline.cli.forecast_tables import show_scores
    from throughline.engine.refusals import Refused
    from throughline.forecasts.pooled import score_document

    panel = _panel(file, maps, only_round, with_outcome=True)
    if all(question.outcome is None for question in panel.questions):
        message = "no question has an outcome yet: fill the column for those that are resolved"
        raise Refused(message, place=name_of(file), code="no_outcome")
    document = score_document(panel)
    emit(document, as_json=as_json, show=lambda: show_scores(document))


def _panel(file: str, maps: tuple[str, ...], only_round: str, *, with_outcome: bool = False) -> Panel:
    from throughline.forecasts.panels import read_panel

    return read_panel(
        content_of(file), name=name_of(file), maps=maps, only_round=only_round, with_outcome=with_outcome
    )
