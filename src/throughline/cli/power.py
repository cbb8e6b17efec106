"""`throughline metric … --power-for`: whether a change would be told from chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, now
from throughline.engine.refusals import Refused

if TYPE_CHECKING:
    from throughline.measures.powers import Power
    from throughline.series.models import Series


def show(
    metric: str, series: Series | None, ratio: str, words: dict[str, Any], *, as_json: bool, as_csv: bool
) -> None:
    """Answer what `--power-for` asks of a metric or of a series."""
    from throughline.measures.powers import COLUMNS, cells, document, ratio_of
    from throughline.site.exports import csv_lines

    asked = ratio_of(ratio)
    unit, found = _of_metric(metric, words, asked) if series is None else _of_series(series, words, asked)
    if as_csv:
        groups = list(found[0].group)
        lines = csv_lines([*groups, *COLUMNS], (cells(each) for each in found))
        return click.echo("".join(lines), nl=False)
    told = document(metric, found, ratio=asked, unit=unit)
    return emit(told, as_json=as_json, show=lambda: _show(told["rows"]))


def _of_metric(metric: str, words: dict[str, Any], ratio: float) -> tuple[str, list[Power]]:
    from throughline.accounts.access import EVERYTHING
    from throughline.cli.metric import question_of
    from throughline.measures.powers import powers
    from throughline.measures.shown import Asker, answer

    question, asker = question_of(metric, **words), Asker(EVERYTHING, now())
    result = answer(question, asker)
    return result.unit, powers(question, result, asker, ratio=ratio)


def _of_series(series: Series, words: dict[str, Any], ratio: float) -> tuple[str, list[Power]]:
    from throughline.measures.powers import of_values
    from throughline.series.queries import values

    for name in ("where", "at", "by"):
        if words[name]:
            raise Refused(f"'{series.name}' is a series, without records to choose from", place=name)
    known = [each.value for each in values(series, known_at=now()) if each.at <= now()]
    return series.unit, [of_values(known, ratio=ratio)]


def _show(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        group = ", ".join(row["group"].values())
        click.echo(f"{group}: {row['said']}" if group else row["said"])
