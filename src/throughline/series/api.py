"""Series for programs: read, define, push values, correct and take back."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Path, Query

from throughline.api.comparing import BeforeOf
from throughline.api.paging import Asked, Page, page_of_records, page_of_rows
from throughline.api.problems import placed
from throughline.api.subject import Figure, Instant, Key, Sent, Subject, Told, actor
from throughline.engine.refusals import AllRefused, Refused, each_of, together
from throughline.jobs.actions import enqueue
from throughline.measures import power_documents
from throughline.measures.powers import ratio_of
from throughline.measures.ranges import day_start
from throughline.measures.schemas import TellingOf, place_of
from throughline.series import actions, comparing, documents
from throughline.series import values as written
from throughline.series.access import require_define, require_enter, series_for, visible
from throughline.series.files import Row
from throughline.series.models import Reading, Series
from throughline.series.powers import telling_of
from throughline.series.queries import values
from throughline.site.plain import plain

router = Subject("series")
MOST_AT_ONCE = 10_000
WRITE = "series:write"
# What may become a name says itself what is wrong with it; a name of nothing is absent.
NewName = Annotated[str, Path(min_length=1, max_length=120, description="snake_case, as build_minutes.")]


class SeriesSummary(Told):
    """What a series is, with its newest value."""

    name: str
    title: str
    description: str
    unit: str
    better: str
    cadence_days: int
    value: Figure
    at: Instant | None


class Value(Told):
    """A dated value that counts: of several of one instant the one recorded last."""

    at: Instant
    value: float
    note: str
    origin: str
    author: str
    recorded_at: Instant


class ValueBeside(Value):
    """A value beside the one at its place of the quarter before."""

    before: BeforeOf | None = Field(description="None where nothing was entered near that day.")


class About(Sent):
    """What is said of a series; what is left out stays, or is what a new one begins with."""

    title: str = Field("", max_length=240)
    description: str = Field("", max_length=2000)
    unit: str = Field("", max_length=20, description="days, share, count, or any word such as minutes.")
    better: Literal["", "lower", "higher"] = ""
    cadence_days: int | None = Field(None, ge=1, le=366)


class NewSeries(About):
    """A series that is to be defined."""

    name: str = Field(max_length=80, description="snake_case, and no name of a metric.")


class NewValue(Sent):
    """A value of an instant. A day is its beginning in UTC; a share may be written 85%."""

    at: str = Field(max_length=40, description="2026-11-20, or 2026-11-20T17:00Z.")
    value: float | str = Field(description="A number.")
    note: str = Field("", max_length=500)


class NewValues(Sent):
    """Values to enter: all of them, or none where one cannot be read."""

    values: list[NewValue] = Field(min_length=1, max_length=MOST_AT_ONCE)
    about: About | None = Field(None, description="What the series is, where these are its first values.")


class Entered(Told):
    """How many values were new or corrected, and how many were known already."""

    added: int
    unchanged: int
    created: bool = Field(description="Whether the series is new: so it is where a name was mistyped.")
    series: SeriesSummary


class TakenBack(Sent):
    """Which value is taken back, and why."""

    at: str = Field(max_length=40)
    reason: str = Field(min_length=1, max_length=500)


class OfPeriod(Asked):
    """Values from one day up to, not including, another."""

    since: str = Field("", max_length=40)
    until: str = Field("", max_length=40)
    as_known_at: str = Field("", max_length=40, description="What was known then.")


class OfChange(Sent):
    """The ratio of a change."""

    ratio: str = Field(max_length=20, description="0.5 is a halving, 1.1 a tenth more; 0.001 to 1000.")


@router.reads("/series", answer=Page[SeriesSummary])
def list_series(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """All series by name, each with its newest value."""
    return page_of_records(request, asked, visible(request.user), by="name", show=documents.summary)


@router.writes("POST", "/series", scope=WRITE, answer=SeriesSummary, status=201)
def define_series(request: HttpRequest, given: NewSeries) -> dict[str, Any]:
    """Define a series without values yet.

    Pushing a first value makes a series too, so this is needed only to say what it is. Managers.
    """
    require_define(request.user)
    said = _said(given)
    return documents.summary(actions.define(actor(request), said.pop("name"), now=_now(), **said))


@router.reads("/series/{name}", answer=SeriesSummary)
def read_series(request: HttpRequest, name: Key) -> dict[str, Any]:
    """One series with its newest value."""
    return documents.summary(series_for(request.user, name))


@router.writes("PATCH", "/series/{name}", scope=WRITE, answer=SeriesSummary)
def change_series(request: HttpRequest, name: Key, given: About) -> dict[str, Any]:
    """Change what is said of a series. Managers.

    Its unit stands once it has values.
    """
    require_define(request.user)
    found = series_for(request.user, name)
    before = {field: getattr(found, field) for field in About.model_fields}
    actions.redefine(actor(request), found, now=_now(), **{**before, **_said(given)})
    found.refresh_from_db()
    return documents.summary(found)


@router.reads("/series/{name}/values", answer=Page[ValueBeside])
def list_values(request: HttpRequest, name: Key, asked: Query[OfPeriod]) -> dict[str, Any]:
    """The values of a series in order of time, as corrected, each beside that of the quarter before."""
    found = series_for(request.user, name)
    period = {field: _day(asked, field) for field in ("since", "until", "as_known_at")}
    known_at = period.pop("as_known_at")
    known = values(found, known_at=known_at)
    rows = [each for each in known if _is_within(each, **period)]

    def shown(reading: Reading) -> dict[str, Any]:
        [was] = comparing.beside(found, [reading], known)
        return documents.value_beside(reading, was)

    return page_of_rows(request, asked, rows, key=_instant, show=shown)


@router.reads("/series/{name}/power", answer=TellingOf)
def tell_change_of_series(request: HttpRequest, name: Key, asked: Query[OfChange]) -> dict[str, Any]:
    """Whether a true change of a series by a ratio would be told from chance, and the smallest that would.

    From its newest value: the score of a survey by its answers, all else by how far its newest values moved.
    """
    found = series_for(request.user, name)
    with placed(place_of):
        told = telling_of(found, ratio=ratio_of(asked.ratio), now=_now())
    return dict(plain(power_documents.document(found.name, told)))


@router.writes("POST", "/series/{name}/values", scope=WRITE, answer=Entered)
def push_values(request: HttpRequest, name: NewName, given: NewValues) -> dict[str, Any]:
    """Enter values, all or none; another value of a known instant corrects it, the same one changes nothing.

    A manager's first values make the series, as `about` says it is. What panels or surveys write nobody else
    enters.
    """
    require_enter(request.user)
    now, about = _now(), _said(given.about) if given.about else {}
    found = visible(request.user).filter(name=name).first()
    if found is None:
        require_define(request.user)
        written.name_of(name)
    else:
        _require_same(found, about)
    rows = _rows(given, unit=actions.unit_for(name, about.get("unit")), now=now)
    entered = actions.push_all(actor(request), name, rows, now=now, **({} if found else about))
    _measure_again(now, entered.added)
    return {
        "added": entered.added,
        "unchanged": entered.unchanged,
        "created": entered.made,
        "series": documents.summary(entered.series),
    }


@router.writes("POST", "/series/{name}/withdrawals", scope=WRITE, answer=SeriesSummary)
def withdraw_value(request: HttpRequest, name: Key, given: TakenBack) -> dict[str, Any]:
    """Take back the value of an instant; what was written stays, crossed out."""
    require_enter(request.user)
    found, now = series_for(request.user, name), _now()
    actions.withdraw(actor(request), found, at=given.at, reason=given.reason, now=now)
    _measure_again(now, 1)
    return documents.summary(found)


def _said(given: About) -> dict[str, Any]:
    return given.model_dump(exclude_unset=True)


def _require_same(found: Series, about: dict[str, Any]) -> None:
    """A job may say every night what its series is, but it changes that with PATCH."""
    for field, value in about.items():
        known = getattr(found, field)
        if value not in ("", None, known):
            raise Refused(
                f"the series is there, and its {field} is '{known}': PATCH /series/{found.name} changes that",
                place=f"about/{field}",
                code="defined_already",
            )


def _rows(given: NewValues, *, unit: str, now: datetime) -> list[Row]:
    """The values as they will be stored, one an instant. Raises what is wrong with any, all at once."""
    rows: dict[datetime, Row] = {}
    refused = []
    for number, each in enumerate(given.values):
        try:
            at, value = together(
                partial(written.instant_of, each.at, now=now),
                partial(written.value_of, each.value, unit=unit),
            )
            row = Row(at=at, value=value, note=each.note)
            if rows.setdefault(row.at, row).value != row.value:
                raise Refused("another value of the same instant stands above", place="at", code="twice")
        except Refused as no:
            refused += [
                Refused(one.message, place=f"values/{number}/{one.place}", code=one.code)
                for one in each_of(no)
            ]
    if refused:
        raise AllRefused(refused)
    return list(rows.values())


def _measure_again(now: datetime, changed: int) -> None:
    # Whatever is promised on the series is measured anew.
    if changed:
        enqueue("measure key results", {}, asked_by=None, now=now)


def _is_within(reading: Reading, *, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or reading.at >= since) and (until is None or reading.at < until)


def _instant(reading: Reading) -> str:
    return f"{reading.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def _day(asked: OfPeriod, field: str) -> datetime | None:
    text = getattr(asked, field)
    return day_start(text, place=field) if text else None


def _now() -> datetime:
    return datetime.now(UTC)
