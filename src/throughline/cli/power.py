"""`throughline metric … --power-for`: whether a change would be told from chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, now
from throughline.engine.conditions import joined
from throughline.engine.refusals import Refused

if TYPE_CHECKING:
    from throughline.measures.powers import Power
    from throughline.series.models import Series

    # The unit, a row for each group that something can be told of, and the other groups.
    Answer = tuple[str, list[Power], list[dict[str, str]]]


def show(
    metric: str, series: Series | None, ratio: str, words: dict[str, Any], *, as_json: bool, as_csv: bool
) -> None:
    """Answer what `--power-for` asks of a metric or of a series."""
    from throughline.measures.powers import COLUMNS, cells, document, ratio_of
    from throughline.site.exports import csv_lines

    asked = ratio_of(ratio)
    unit, found, left_out = (
        _of_metric(metric, words, asked) if series is None else _of_series(series, words, asked)
    )
    if as_csv:
        groups = list(found[0].group)
        lines = csv_lines([*groups, *COLUMNS], (cells(each) for each in found))
        return click.echo("".join(lines), nl=False)
    by_events = not any(each.periods for each in found)
    is_all = series is None and by_events and not (words["since"] or words["until"])
    told = document(metric, found, ratio=asked, unit=unit, is_all=is_all, left_out=left_out)
    return emit(told, as_json=as_json, show=lambda: _show(told["rows"], left_out, is_all=is_all))


def _of_metric(metric: str, words: dict[str, Any], ratio: float) -> Answer:
    from throughline.accounts.access import EVERYTHING
    from throughline.cli.metric import question_of
    from throughline.measures.powers import powers, without
    from throughline.measures.shown import Asker, answer

    question, asker = question_of(metric, **words), Asker(EVERYTHING, now())
    result = answer(question, asker)
    found = powers(question, result, asker, ratio=ratio)
    return result.unit, found, without(result, found)


def _of_series(series: Series, words: dict[str, Any], ratio: float) -> Answer:
    from throughline.measures.powers import of_values
    from throughline.series.queries import values

    for name in ("where", "at", "by"):
        if words[name]:
            raise Refused(f"'{series.name}' is a series, without records to choose from", place=name)
    known = [each.value for each in values(series, known_at=now()) if each.at <= now()]
    return series.unit, [of_values(known, ratio=ratio)], []


def _show(rows: list[dict[str, Any]], left_out: list[dict[str, str]], *, is_all: bool) -> None:
    for row in rows:
        group = ", ".join(row["group"].values())
        click.echo(f"{group}: {row['said']}" if group else row["said"])
    if is_all:
        click.echo("Say a period with --from and --to, to have the events that one holds.")
    if left_out:
        names = joined([", ".join(each.values()) for each in left_out], "and")
        click.echo(f"Left out, since there is no figure above 0: {names}.")
