"""`throughline vote`: ranked five, counted from a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from throughline.cli.common import emit, home_option, json_option
from throughline.cli.given import content_of, name_of, rows_of, text_of
from throughline.engine import ballots
from throughline.engine.ballots import RANKED, Ballot, Tally
from throughline.engine.refusals import Refused

if TYPE_CHECKING:
    from pathlib import Path

MOST_BALLOTS, MOST_OPTIONS, LONGEST_NAME = 10_000, 500, 200


@click.group("vote")
def command() -> None:
    """Count votes in which everybody ranks five.

    \b
    Example:
      throughline vote tally ballots.csv
    """


@command.command()
@click.argument("file", metavar="FILE.csv|-")
@home_option
@json_option
def tally(file: str, home: Path | None, as_json: bool) -> None:
    """Count ballots by points and by Schulze, and say on what the two disagree.

    One ballot a line: the voter, then up to five options, best first. The first line is a header.
    With fewer than five options the first place is worth as many points as there are. Needs no data folder.

    \b
    Example:
      throughline vote tally ballots.csv --json
    """
    name = name_of(file)
    found = ballots.tally(_ballots(text_of(content_of(file), name=name), name=name))
    emit(ballots.document(found), as_json=as_json, show=lambda: _show(found))


def _ballots(text: str, *, name: str) -> list[Ballot]:
    lines: dict[str, int] = {}
    found: list[Ballot] = []
    for line, cells in _below_header(text, name=name):
        ballot = _ballot(cells, place=f"{name}:{line}")
        if ballot.voter in lines:
            raise Refused(
                f"{ballot.voter} voted on line {lines[ballot.voter]} already: keep the later ballot only",
                place=f"{name}:{line}",
                code="voter_twice",
            )
        lines[ballot.voter] = line
        found.append(ballot)
    _require_few(found, name=name)
    return found


def _below_header(text: str, *, name: str) -> Iterator[tuple[int, list[str]]]:
    rows = rows_of(text, name=name)
    if next(rows, None) is None:
        raise Refused("the file is empty: expected a header and a ballot a line", place=name, code="empty")
    yield from rows


def _ballot(cells: list[str], *, place: str) -> Ballot:
    voter, order = cells[0], [cell for cell in cells[1:] if cell]
    if not voter:
        raise Refused("the first column is empty: it names the voter", place=place, code="no_voter")
    if len(order) > RANKED:
        raise Refused(
            f"expected at most {RANKED} options behind the voter, found {len(order)}",
            place=place,
            code="ranks",
        )
    for rank, option in enumerate(order, start=1):
        if len(option) > LONGEST_NAME:
            raise Refused(
                f"an option has at most {LONGEST_NAME} characters, the {_ordinal(rank)} has {len(option)}",
                place=place,
                code="too_long",
            )
        if option in order[: rank - 1]:
            raise Refused(f"'{option}' is ranked twice: name it once", place=place, code="option_twice")
    return Ballot(voter, tuple(order))


def _ordinal(rank: int) -> str:
    return ("first", "second", "third", "fourth", "fifth")[rank - 1]


def _require_few(found: list[Ballot], *, name: str) -> None:
    options = {option for ballot in found for option in ballot.order}
    if not options:
        raise Refused("there is no ballot that ranks an option", place=name, code="empty")
    for what, count, most in (("ballots", len(found), MOST_BALLOTS), ("options", len(options), MOST_OPTIONS)):
        if count > most:
            raise Refused(f"expected at most {most:,} {what}, found {count:,}", place=name, code="size")


def _show(found: Tally) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    table = Table(box=None, pad_edge=False)
    for title in ("rank", "option", "points", "firsts", "Schulze", ""):
        table.add_column(title, justify="left" if title in ("option", "") else "right")
    place = _places(found)
    for each in found.standings:
        mark = "contested" if each.option in found.contested else ""
        table.add_row(
            str(each.rank), each.option, str(each.points), str(each.firsts), str(place[each.option]), mark
        )
    console.print(table)
    for warning in found.warnings:
        console.print(f"Note: {warning}.", style="yellow")


def _places(found: Tally) -> dict[str, int]:
    """The place of each option in the Schulze order; equals share the better one."""
    places: dict[str, int] = {}
    for group in found.schulze:
        places |= dict.fromkeys(group, len(places) + 1)
    return places
