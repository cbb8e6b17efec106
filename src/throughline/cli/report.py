"""`throughline report`: the quarter as files that leave the house."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from throughline.cli.common import emit, home_option, json_option, now, there
from throughline.cli.finding import cycle_of
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.objectives.models import Cycle
    from throughline.reports.queries import Told

ENDINGS = ("pdf", "pptx", "md", "xlsx")
STANDARD_OUTPUT = "-"


@click.group()
def command() -> None:
    """Write the report of a quarter for those who pay for it.

    \b
    Example:
      throughline report quarter --pdf friday.pdf
    """


@command.command()
@click.option("--cycle", "key", metavar="KEY", help="Which quarter (default: the one that runs).")
@click.option("--pdf", metavar="FILE|-", help="The one page as PDF; with --full the whole document.")
@click.option("--pptx", metavar="FILE|-", help="Slides.")
@click.option("--md", metavar="FILE|-", help="The whole document as Markdown.")
@click.option("--xlsx", metavar="FILE|-", help="A sheet with every figure.")
@click.option("--full", is_flag=True, help="The whole document instead of the one page.")
@click.option(
    "--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Of the PDF."
)
@home_option
@json_option
def quarter(
    home: Path | None, as_json: bool, key: str | None, full: bool, paper: str, **files: str | None
) -> None:
    """Write a quarter's report as files; without a file, say how it goes.

    The report of a closed quarter is the one that was frozen when it was closed. `-` is standard output.

    \b
    Example:
      throughline report quarter --cycle 2026-q4 --pdf friday.pdf --pptx friday.pptx
    """
    wanted = {ending: file for ending in ENDINGS if (file := files.get(ending))}
    _require_one_to_standard_output(wanted, as_json=as_json)
    open_home(there(home))
    from throughline.reports import queries
    from throughline.reports.files import FORMS, Asked, document
    from throughline.reports.renderings.pdf import PAPERS

    told = queries.told(_cycle(key), now=now())
    asked = Asked(full, PAPERS[paper])
    # All are made before any is written: a half of what was asked for is none of it.
    made = {ending: FORMS[ending].made(told, asked) for ending in wanted}
    for ending, file in wanted.items():
        _write(file, made[ending], option=f"--{ending}")
    if STANDARD_OUTPUT not in wanted.values():
        emit(document(told), as_json=as_json, show=lambda: _show(told, wanted))


def _require_one_to_standard_output(wanted: dict[str, str], *, as_json: bool) -> None:
    there_too = [f"--{ending}" for ending, file in wanted.items() if file == STANDARD_OUTPUT]
    there_too += ["--json"] if as_json else []
    if len(there_too) > 1:
        message = f"{there_too[0]} goes to standard output already: give a file to one of them"
        raise Refused(message, place=there_too[1])


def _cycle(key: str | None) -> Cycle:
    from throughline.reports.access import told_first

    if key is not None:
        return cycle_of(key, place="--cycle")
    found = told_first(now().date())
    if found is None:
        message = "no quarter has begun: name one with --cycle; `throughline cycle list` has them"
        raise Refused(message, place="--cycle", code="unknown")
    return found


def _write(file: str, content: bytes, *, option: str) -> None:
    if file == STANDARD_OUTPUT:
        sys.stdout.buffer.write(content)
        return
    try:
        Path(file).write_bytes(content)
    except OSError as error:
        message = f"{file} cannot be written ({error.strerror or error})"
        raise Refused(message, place=option, code="unwritable") from error


def _show(told: Told, written: dict[str, str]) -> None:
    report = told.report
    click.echo(f"Security in {report.title}: {report.headline}")
    if report.compared:
        click.echo(report.compared)
    for each in report.figures:
        click.echo(f"  {each.name}: {each.value}{f' ({each.note})' if each.note else ''}")
    for file in written.values():
        click.echo(f"Written: {file}")
