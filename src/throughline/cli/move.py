"""`throughline metric … --why`: what groups did to a change, and what their mix did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, now, placed, show_table
from throughline.engine.refusals import Refused

if TYPE_CHECKING:
    from throughline.measures.moves import Moved
    from throughline.series.models import Series


def show(
    metric: str,
    series: Series | None,
    why: tuple[str, ...],
    against: str,
    power_for: str,
    words: dict[str, Any],
    *,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Answer what `--why` asks of a metric."""
    from throughline.accounts.access import EVERYTHING
    from throughline.cli.metric import question_of
    from throughline.measures.asker import Asker
    from throughline.measures.move_documents import document, header, table
    from throughline.measures.moves import moved
    from throughline.site.exports import csv_lines

    if series is not None:
        raise Refused(f"'{series.name}' is a series, without records to split by", place="why")
    _require(why, words, power_for)
    question = question_of(metric, **{**words, "by": why})
    with placed({"by": "--why"}):
        found = moved(question, Asker(EVERYTHING, now()), against=against)
    for warning in found.misnamed:
        click.echo(f"Warning: {warning.message} ({warning.code})", err=True)
    if as_csv:
        return click.echo("".join(csv_lines(header(found), table(found))), nl=False)
    return emit(document(found), as_json=as_json, show=lambda: _show(found))


def _require(why: tuple[str, ...], words: dict[str, Any], power_for: str) -> None:
    if not why:
        raise Refused("say by what to split the change, as in --why service", place="against")
    if words["by"]:
        raise Refused("leave it out: --why says by what the change is split", place="by")
    if power_for:
        said = "ask it apart: it says whether a change would show, and --why what did change"
        raise Refused(said, place="power-for")
    if words["known"]:
        raise Refused("leave it out: both periods are told with what is known now", place="known")


def _show(found: Moved) -> None:
    from rich.table import Table

    from throughline.measures.move_documents import left_out, sentence
    from throughline.ui.comparing import moved_by
    from throughline.ui.words import figure

    unit = found.unit
    parts = () if found.adds_up else ("itself", "mix")
    table = Table(", ".join(found.question.by), *found.spans, *parts, "adds", box=None, pad_edge=False)
    for term in found.split.terms:
        split = () if found.adds_up else (moved_by(term.rate, unit), moved_by(term.mix, unit))
        row = (figure(term.then, unit), figure(term.now, unit), *split, moved_by(term.total, unit))
        table.add_row(term.name, *row)
    click.echo(sentence(found))
    if found.split.terms:
        show_table(table)
    if said := left_out(found):
        click.echo(said)
