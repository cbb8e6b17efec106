"""A file as it will be stored: its columns with their fields, the first rows, and what cannot be read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from throughline.engine.refusals import Refused
from throughline.sources import formats, mapping
from throughline.sources.doubts import Doubts
from throughline.sources.fields import BY_NAME, TARGETS
from throughline.sources.formats.tables import Table
from throughline.sources.models import Upload
from throughline.sources.reading import Options, Reading, prepare
from throughline.sources.rows import MOST_PROBLEMS, BadRows, Finding, Problem, fallback_title
from throughline.sources.uploads import Choices, choices_of, opened, wish_of
from throughline.sources.wishes import Wish, listings, refuse_nothing
from throughline.sources.wording import in_page, told_of
from throughline.vulnerabilities.models import Attribute
from throughline.vulnerabilities.queries import told

# Enough to judge a mapping by, and quick whatever the file's size; the import itself reads every row.
CHECKED = 2_000
SHOWN = 20
MOST_EXAMPLES = 3
LONGEST_CELL = 48


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """One column of the file: what it holds, which field it fills, and what is wrong with it."""

    index: int
    name: str
    examples: tuple[str, ...]
    field: str
    kept_as: str
    remark: str
    is_as_of: bool
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything the page shows of an upload. `refusal` is what is wrong with the file as a whole."""

    format: str
    columns: tuple[ColumnChoice, ...]
    headers: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    problems: tuple[Problem, ...]
    refusal: str
    refused_field: str
    checked: int
    is_whole: bool
    unit: str
    left_out: int = 0
    may_skip: bool = False
    has_clashes: bool = False
    notices: tuple[str, ...] = ()
    is_report: bool = False
    noun: str = "row"

    @property
    def is_good(self) -> bool:
        """Whether nothing speaks against importing it."""
        return not (self.refusal or self.has_clashes or (self.problems and not self.may_skip))


def preview(upload: Upload, *, now: datetime) -> Preview:
    """Read the first rows of an upload as its choices say."""
    with opened(upload) as stream:
        try:
            # What is no row is shown beside the others, and whether it may be left out is asked there.
            whole = formats.open_table(stream, name=upload.file_name, skip_invalid=True)
        except Refused as refused:
            return _unreadable(refused, upload.file_name)
        table = replace(
            whole,
            rows=lambda: islice(whole.rows(), CHECKED),
            passed_over=lambda _: whole.passed_over(CHECKED),
        )
        try:
            return _previewed(upload, table, now)
        except Refused as refused:
            # The file itself cannot be read on from somewhere: what was chosen stays on the page.
            return replace(_unreadable(refused, upload.file_name), format=whole.format, unit=whole.unit)


def _unreadable(refused: Refused, name: str) -> Preview:
    problems = tuple(refused.problems) if isinstance(refused, BadRows) else ()
    refusal = "" if problems else told_of(refused, name=name)
    return Preview("", (), (), (), problems, refusal, refused.code, 0, True, "line")


def _previewed(upload: Upload, table: Table, now: datetime) -> Preview:
    wish = wish_of(upload)
    if wish.as_of_column not in ("", *table.columns):
        wish = replace(wish, as_of_column="")
    choices = choices_of(upload, table, wish)
    found: list[Finding] = []
    problems: tuple[Problem, ...] = ()
    refusal = refused_field = ""
    reading = None
    left_out = 0
    notices: tuple[str, ...] = ()
    try:
        reading = _reading(upload, table, wish, now)
        refuse_nothing(reading, named=False)
        seen = _read(reading, now)
        found, problems, left_out = seen.found, seen.problems, seen.left_out
        notices = tuple(seen.doubts.notices(reading.maps, unit=table.unit)) if found else ()
    except Refused as refused:
        refusal, refused_field = told_of(refused, name=upload.file_name), refused.code
        problems = _beside(refused)
    checked = sum(1 for _ in table.rows()) if not refusal else 0
    headers = _headers(reading)
    return Preview(
        format=table.format,
        columns=_columns(table, choices, reading, problems, wish),
        headers=tuple(name for name, _ in headers),
        rows=tuple((f.line, _cells(f, [field for _, field in headers], reading)) for f in found),
        problems=problems,
        refusal="" if problems else refusal,
        refused_field=refused_field,
        checked=checked,
        is_whole=checked < CHECKED,
        unit=table.unit,
        left_out=left_out or len(problems),
        may_skip=wish.skip_invalid and not (refusal and problems),
        has_clashes=bool(choices.clashes),
        notices=notices,
    )


def _reading(upload: Upload, table: Table, wish: Wish, now: datetime) -> Reading:
    said = wish_of(upload, table)
    options = Options(
        known_at=now,
        maps=said.maps,
        zone=wish.zone,
        order=wish.order,
        state=wish.state,
        as_of_column=wish.as_of_column or None,
        skip_invalid=True,
    )
    stored = dict(Attribute.objects.values_list("name", "type"))
    return prepare(table, name=upload.file_name, options=options, stored_types=stored)


@dataclass(frozen=True, slots=True)
class _Seen:
    found: list[Finding]
    problems: tuple[Problem, ...]
    left_out: int
    doubts: Doubts


def _read(reading: Reading, now: datetime) -> _Seen:
    """The first rows that can be read, the first of all that cannot, and what is doubtful."""
    found: list[Finding] = []
    problems = [Problem.of(passed) for passed in reading.passed_over]
    left_out, doubts = len(problems), Doubts(reading.options.known_at)
    for listing in listings(reading, now=now):
        rows = listing.rows(reading)
        for draft in rows.drafts():
            finding = rows.finding(draft)
            if finding is not None and len(found) < SHOWN:
                found.append(finding)
        problems += rows.problems
        left_out += rows.left_out
        doubts.add(rows.doubts)
    first = sorted(problems, key=lambda problem: problem.line or 0)[:MOST_PROBLEMS]
    return _Seen(found, tuple(map(spoken, first)), left_out, doubts)


def spoken(problem: Problem) -> Problem:
    """The problem in the words of the page."""
    return replace(problem, reason=in_page(problem.reason or problem.message))


def _beside(refused: Refused) -> tuple[Problem, ...]:
    column = getattr(refused, "column", None)
    line = getattr(refused, "line", None)
    return (Problem(line, str(refused), column, None, in_page(refused.message)),) if column else ()


def _columns(
    table: Table, choices: Choices, reading: Reading | None, problems: tuple[Problem, ...], wish: Wish
) -> tuple[ColumnChoice, ...]:
    rows = [cells for _, cells in islice(table.rows(), 200)]
    return tuple(
        ColumnChoice(
            index=index,
            name=name,
            examples=tuple(dict.fromkeys(cells[index][:60] for cells in rows if cells[index]))[
                :MOST_EXAMPLES
            ],
            field=choices.fields.get(name, ""),
            kept_as=_kept_as(name, reading),
            remark=_remark(name, reading),
            is_as_of=name == wish.as_of_column,
            problems=_problems_of(name, choices, problems, unit=table.unit.capitalize()),
        )
        for index, name in enumerate(table.columns)
    )


def _kept_as(name: str, reading: Reading | None) -> str:
    attribute = mapping.attribute_name(name)
    if reading is None or attribute not in reading.attributes:
        return ""
    return f"{attribute} ({reading.attributes[attribute]})"


def _remark(name: str, reading: Reading | None) -> str:
    said = (str(unread) for unread in reading.unread if unread.column == name) if reading else ()
    return next(iter(said), "")


def _problems_of(name: str, choices: Choices, problems: tuple[Problem, ...], *, unit: str) -> tuple[str, ...]:
    said = [
        f"{unit} {problem.line}: {problem.reason}" if problem.line else problem.reason
        for problem in problems
        if problem.column == name
    ]
    if name in choices.clashes:
        field = BY_NAME[choices.clashes[name]].titled
        said.insert(0, f"Another column already fills {field}: choose one of the two.")
    return tuple(said[:3])


def _headers(reading: Reading | None) -> list[tuple[str, str]]:
    """The fields that a preview shows, as (title, field): always id, title, severity and state."""
    if reading is None:
        return []
    shown = dict.fromkeys(["key", "title", "severity", "state", *reading.maps])
    # What decides about figures stands where it is seen without scrolling.
    first = (
        "key",
        "severity",
        "state",
        *(target.name for target in TARGETS if target.reads == "date"),
        "title",
    )
    order = {name: at for at, name in enumerate(dict.fromkeys([*first, *BY_NAME]))}
    fields = sorted(shown, key=lambda field: order[field])
    return [(BY_NAME[field].titled, field) for field in fields] + [
        (name, f"attributes.{name}") for name in reading.attributes
    ]


def _cells(finding: Finding, fields: list[str], reading: Reading | None) -> tuple[str, ...]:
    values = {"key": finding.key, **finding.values}
    if reading is not None:
        values.setdefault("state", reading.options.state)
        values.setdefault("title", fallback_title(values, finding.key if reading.has_keys else None))
    attributes = values.get("attributes", {})
    return tuple(
        short(told("", attributes.get(field.removeprefix("attributes."))))
        if field.startswith("attributes.")
        else short(told(field, values.get(field)))
        for field in fields
    )


def short(cell: str) -> str:
    """The beginning of a long cell."""
    return cell if len(cell) <= LONGEST_CELL else f"{cell[: LONGEST_CELL - 1]}…"
