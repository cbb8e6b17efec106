"""A chart with what stands on it: drawn with a number, and listed under the same number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from throughline.accounts.models import User
from throughline.annotations.access import may_annotate, may_remove
from throughline.annotations.forms import AnnotateForm
from throughline.annotations.queries import Happening
from throughline.charts import Chart
from throughline.charts.marks import Mark, drawn, span_of, within


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list under a chart."""

    number: int
    happening: Happening
    may_remove: bool


@dataclass(frozen=True, slots=True)
class Annotated:
    """Charts with what stands on them; `form` is None where the person may not write."""

    charts: tuple[Chart, ...]
    lines: tuple[Line, ...]
    form: AnnotateForm | None

    @property
    def chart(self) -> Chart:
        """The one chart."""
        return self.charts[0]


def standing(
    charts: Sequence[Chart], happenings: Sequence[Happening], *, now: datetime, of_instants: bool = False
) -> tuple[tuple[Chart, ...], list[tuple[int, Happening]]]:
    """The charts with those of the happenings that fall into them, and these with their numbers.

    `of_instants` says that the points of a chart are readings, and no periods.
    """
    last = now.date() if of_instants else None
    fitting = within(charts, [_mark(each) for each in happenings], last=last)
    marks = [Mark(mark.start, mark.end, mark.text, number) for number, (_, mark) in enumerate(fitting, 1)]
    told = [(number, happenings[place]) for number, (place, _) in enumerate(fitting, 1)]
    return tuple(drawn(chart, marks, of_instants=of_instants) for chart in charts), told


def annotated(
    charts: Sequence[Chart],
    happenings: Sequence[Happening],
    user: User | AnonymousUser,
    *,
    subject: str,
    now: datetime,
    of_instants: bool = False,
) -> Annotated:
    """The charts with what stands on them, and the form for another."""
    shown, told = standing(charts, happenings, now=now, of_instants=of_instants)
    lines = tuple(Line(number, each, _removable(user, each)) for number, each in told)
    span = span_of(charts, last=now.date() if of_instants else None)
    shows = {"first": span[0], "last": span[1]} if span else {}
    form = AnnotateForm(initial={"subject": subject, "start": now.date(), **shows}, auto_id="annotate_%s")
    return Annotated(shown, lines, form if may_annotate(user) else None)


def _mark(happening: Happening) -> Mark:
    return Mark(happening.start, happening.end, happening.text)


def _removable(user: User | AnonymousUser, happening: Happening) -> bool:
    return happening.annotation is not None and may_remove(user, happening.annotation)
