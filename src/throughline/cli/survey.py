"""`throughline survey`: scores of answers in a file, and the surveys of a data folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from throughline.cli.common import emit, home_option, json_option
from throughline.cli.given import content_of, name_of, rows_of, text_of
from throughline.cli.survey_waves import add, answers_import, close, list_, open_, show
from throughline.engine import surveys
from throughline.engine.refusals import Refused
from throughline.engine.surveys import HIGHEST, NetPromoter

MOST_ANSWERS = 1_000_000
COLUMNS = ("nps", "score", "answer", "rating", "value")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@click.group("survey")
def command() -> None:
    """Ask many people one question without a name, and score what they answer.

    \b
    Example:
      throughline survey nps answers.csv
    """


for each in (list_, show, add, open_, close, answers_import):
    command.add_command(each)


@command.command()
@click.argument("file", metavar="FILE.csv|-")
@click.option("--column", metavar="NAME", help="The column of answers, where there is more than one.")
@home_option
@json_option
def nps(file: str, column: str | None, home: Path | None, as_json: bool) -> None:
    """The net promoter score of a column of answers from 0 to 10, with its 95 % interval.

    Nine and ten promote, up to six detracts. Cells without an answer are left out. Needs no data folder.

    \b
    Example:
      throughline survey nps answers.csv --json
    """
    name = name_of(file)
    answers = _answers(text_of(content_of(file), name=name), name=name, column=column)
    found = surveys.net_promoter(answers)
    emit(document(found), as_json=as_json, show=lambda: _show(found))


def _answers(text: str, *, name: str, column: str | None) -> list[int]:
    rows = list(rows_of(text, name=name))
    if not rows:
        raise Refused("the file is empty: expected a column of answers", place=name, code="empty")
    has_header = column is not None or not _NUMBER.fullmatch(rows[0][1][0])
    place = _column(rows[0][1], column, name=f"{name}:{rows[0][0]}") if has_header else 0
    if not has_header and len(rows[0][1]) > 1:
        raise Refused(
            "expected one column, or a header that names the columns",
            place=f"{name}:{rows[0][0]}",
            code="header",
        )
    found = [
        _answer(cells[place], place=f"{name}:{line}")
        for line, cells in rows[1 if has_header else 0 :]
        if len(cells) > place and cells[place]
    ]
    if not found:
        raise Refused("there is no answer, so there is no score", place=name, code="empty")
    if len(found) > MOST_ANSWERS:
        raise Refused(f"expected at most {MOST_ANSWERS:,} answers, found {len(found):,}", place=name)
    return found


def _column(header: list[str], wanted: str | None, *, name: str) -> int:
    names = [cell.casefold() for cell in header]
    if wanted is not None:
        if names.count(wanted.strip().casefold()) == 1:
            return names.index(wanted.strip().casefold())
        raise Refused(
            f"expected one column '{wanted}', found {', '.join(header)}", place=name, code="unknown_column"
        )
    if len(names) == 1:
        return 0
    known = [names.index(each) for each in COLUMNS if names.count(each) == 1]
    if not known:
        raise Refused(
            f"which column holds the answers? Name it with --column: {', '.join(header)}",
            place=name,
            code="column",
        )
    return known[0]


def _answer(cell: str, *, place: str) -> int:
    if not _NUMBER.fullmatch(cell) or not float(cell).is_integer() or not 0 <= float(cell) <= HIGHEST:
        raise Refused(
            f"expected a whole number from 0 to {HIGHEST}, found '{cell[:40]}'",
            place=place,
            code="bad_answer",
        )
    return int(float(cell))


def document(found: NetPromoter) -> dict[str, Any]:
    """The score as JSON: three counts, and the score with its bounds."""
    return {
        "n": found.n,
        "nps": found.nps,
        "low": found.low,
        "high": found.high,
        "promoters": found.promoters,
        "passives": found.passives,
        "detractors": found.detractors,
    }


def _show(found: NetPromoter) -> None:
    answers = "1 answer" if found.n == 1 else f"{found.n} answers"
    click.echo(f"{found.nps:+.0f} ({found.low:+.0f} to {found.high:+.0f}), from {answers}")
    click.echo(f"{found.promoters} promote, {found.passives} are passive, {found.detractors} detract")
    if found.n < surveys.FEWEST_SHOWN:
        click.echo(f"Fewer than {surveys.FEWEST_SHOWN} answers: the page would show nothing yet.")
