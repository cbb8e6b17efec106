"""`throughline metric push`, `import` and `withdraw`: values that come from elsewhere."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, home_option, json_option, made, now, placed, there
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.series.actions import Entered
    from throughline.series.models import Series

ACTOR = "command line"
# A hundred thousand rows, which is as many as are taken, with a line of a note each.
MOST_BYTES = 16 * 2**20
OPTIONS = {name: f"--{name}" for name in ("at", "unit", "better", "title", "note", "reason")}
OPTIONS |= {"name": "NAME", "value": "VALUE", "cadence_days": "--cadence"}


def _about_options(function: Any) -> Any:
    """What the first value of a series says of it."""
    options: list[Callable[[Any], Any]] = [
        click.option("--unit", metavar="WORD", help="days, share, count, or any word; count if left out."),
        click.option("--better", metavar="lower|higher", help="Which way is better."),
        click.option("--title", metavar="TEXT", help="What it is, in plain words."),
        click.option("--cadence", "cadence_days", metavar="DAYS", help="How often a value should come."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


@click.command()
@click.argument("name")
@click.argument("value")
@click.option("--at", required=True, metavar="DATE", help="The day or instant of the value.")
@click.option("--note", default="", metavar="TEXT", help="A line beside the value.")
@_about_options
@home_option
@json_option
def push(
    name: str, value: str, *, at: str, note: str, home: Path | None, as_json: bool, **about: Any
) -> None:
    """Push one value of a series; the first one makes the series.

    The same value again changes nothing. Another value of the same instant corrects it: both are kept, and
    the newest counts. Write `--` in front of a negative value.

    \b
    Example:
      throughline metric push build_minutes 11.5 --at 2026-11-20 --unit minutes --better lower
    """
    open_home(made(home))
    from throughline.series import actions
    from throughline.series.queries import series_named

    if not about["unit"] and re.fullmatch(r"[\d.]+\s*%", value.strip()) and series_named(name) is None:
        message = f"expected a number, found '{value}' (a share: give --unit share)"
        raise Refused(message, place="VALUE", code="bad_value")
    with placed(OPTIONS):
        entered = actions.push(ACTOR, name, value, at=at, note=note, now=now(), **about)
    _answer(entered, as_json=as_json)


@click.command("import")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.csv")
@_about_options
@home_option
@json_option
def import_(name: str, file: Path, *, home: Path | None, as_json: bool, **about: Any) -> None:
    """Import the values of a series from a CSV file with the columns at, value and, if any, note.

    All rows or none: what cannot be read is named by file and line. `-` reads standard input.

    \b
    Example:
      throughline metric import build_minutes builds.csv --unit minutes
    """
    content = _content(file)
    open_home(made(home))
    from throughline.series import actions
    from throughline.series.files import rows_of

    moment, file_name = now(), "stdin" if str(file) == "-" else file.name
    with placed(OPTIONS):
        rows = rows_of(content, file_name=file_name, unit=actions.unit_for(name, about["unit"]), now=moment)
        entered = actions.add_all(ACTOR, name, rows, file_name=file_name, now=moment, **about)
    _answer(entered, as_json=as_json)


@click.command()
@click.argument("name")
@click.option("--at", required=True, metavar="DATE", help="The day or instant of the value.")
@click.option("--reason", required=True, metavar="TEXT", help="Why there is no value of it after all.")
@home_option
@json_option
def withdraw(name: str, *, at: str, reason: str, home: Path | None, as_json: bool) -> None:
    """Take back a value that was wrong and has no right one; what was written stays in the record.

    A right value needs no taking back: push it, and it corrects the wrong one.

    \b
    Example:
      throughline metric withdraw build_minutes --at 2026-11-20 --reason "The job measured another branch."
    """
    open_home(there(home))
    from throughline.series import actions
    from throughline.series.documents import summary
    from throughline.series.queries import series_named

    series = series_named(name)
    if series is None:
        raise Refused(f"there is no series '{name}'", place="NAME", code="no_series")
    with placed(OPTIONS):
        taken = actions.withdraw(ACTOR, series, at=at, reason=reason, now=now())
    said = (
        f"{series.name} has no value of {taken.at:%Y-%m-%d} any more; {taken.value:g} stays in its history."
    )
    emit({**summary(series), "withdrawn": taken.at}, as_json=as_json, show=lambda: click.echo(said))


def _content(file: Path) -> bytes:
    try:
        # One byte more than is taken, so that what is too large says so without being read.
        with sys.stdin.buffer if str(file) == "-" else file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise Refused(f"cannot be read: {error.strerror or error}", place=str(file), code="no_file") from None
    if len(content) > MOST_BYTES:
        message = f"expected at most {MOST_BYTES // 2**20} MB of values: split the file"
        raise Refused(message, place=str(file), code="too_large")
    return content


def _answer(entered: Entered, *, as_json: bool) -> None:
    from throughline.series.documents import summary

    answer = {
        **summary(entered.series),
        "made": entered.made,
        "added": entered.added,
        "unchanged": entered.unchanged,
    }
    emit(answer, as_json=as_json, show=lambda: click.echo(_said(answer)))


def _said(answer: dict[str, Any]) -> str:
    new = "new series, " if answer["made"] else ""
    kept = f", {answer['unchanged']} known already" if answer["unchanged"] else ""
    unit = "" if answer["unit"] in ("count", "share") else f" {answer['unit']}"
    return (
        f"{answer['name']}: {new}{answer['added']} added{kept}; "
        f"{answer['value']:g}{unit} on {answer['at']:%Y-%m-%d} is the newest."
    )


def show(series: Series, *, as_json: bool, as_csv: bool, **asked: str) -> None:
    """Answer what `throughline metric NAME` asks of a series."""
    from throughline.measures.asking import NO_COMPARISON
    from throughline.measures.ranges import day_start, known_at_of
    from throughline.series.documents import COLUMNS, document, table
    from throughline.site.exports import csv_lines

    for name in ("where", "at"):
        if asked[name]:
            raise Refused(f"'{series.name}' is a series, without records to choose from", place=name)
    since, until = (
        day_start(asked[name], place=place) if asked[name] else None
        for name, place in (("since", "from"), ("until", "to"))
    )
    known_at = known_at_of(asked["known"], now=now())
    compares = asked["compare"] != NO_COMPARISON
    answer = document(series, since=since, until=until, known_at=known_at, now=now(), compares=compares)
    if as_csv:
        return click.echo("".join(csv_lines(COLUMNS, table(answer))), nl=False)
    return emit(answer, as_json=as_json, show=lambda: _show(answer))


def _show(answer: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("at", answer["unit"], "note", box=None, pad_edge=False)
    for each in answer["values"]:
        table.add_row(f"{each['at']:%Y-%m-%d %H:%M}", f"{each['value']:g}", each["note"])
    console = Console(highlight=False, markup=False)
    console.print(table if answer["values"] else "No values.")
    console.print(f"{answer['title']}: a series of {answer['n']} values", style="dim")
