"""`throughline metric … --power-for`: whether a change would be told from chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, now
from throughline.engine.conditions import joined
from throughline.engine.refusals import Refused

if TYPE_CHECKING:
    from throughline.measures.powers import Telling
    from throughline.series.models import Series


def show(
    metric: str, series: Series | None, ratio: str, words: dict[str, Any], *, as_json: bool, as_csv: bool
) -> None:
    """Answer what `--power-for` asks of a metric or of a series."""
    from throughline.measures.power_documents import cells, document, header
    from throughline.measures.powers import PLACE, ratio_of
    from throughline.site.exports import csv_lines

    asked = ratio_of(ratio)
    told = _of_metric(metric, words, asked) if series is None else _of_series(series, words, asked)
    if told.why_none:
        raise Refused(told.why_none, place=PLACE, code="no_events")
    if as_csv:
        return click.echo("".join(csv_lines(header(told), map(cells, told.found))), nl=False)
    found = document(metric, told)
    return emit(found, as_json=as_json, show=lambda: _show(found, is_all=told.is_all))


def _of_metric(metric: str, words: dict[str, Any], ratio: float) -> Telling:
    from throughline.accounts.access import EVERYTHING
    from throughline.cli.metric import question_of
    from throughline.measures.asker import Asker
    from throughline.measures.powers import telling

    return telling(question_of(metric, **words), Asker(EVERYTHING, now()), ratio=ratio)


def _of_series(series: Series, words: dict[str, Any], ratio: float) -> Telling:
    from throughline.series.powers import telling_of

    for name in ("where", "at", "by"):
        if words[name]:
            raise Refused(f"'{series.name}' is a series, without records to choose from", place=name)
    return telling_of(series, ratio=ratio, now=now())


def _show(found: dict[str, Any], *, is_all: bool) -> None:
    for row in found["rows"]:
        group = ", ".join(row["group"].values())
        click.echo(f"{group}: {row['said']}" if group else row["said"])
    if is_all:
        click.echo("Say a period with --from and --to, to have the events that one holds.")
    if found["left_out"]:
        names = joined([", ".join(each.values()) for each in found["left_out"]], "and")
        click.echo(f"Left out, since there is no figure above 0: {names}.")
