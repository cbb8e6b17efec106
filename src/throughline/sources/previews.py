"""A file as it will be stored: its columns with their fields, the first rows, and what cannot be read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from throughline.engine.refusals import Refused
from throughline.sources import formats, mapping
from throughline.sources.fields import BY_NAME, TARGETS
from throughline.sources.formats.tables import Table
from throughline.sources.models import Upload
from throughline.sources.reading import Options, Reading, prepare
from throughline.sources.rows import MOST_PROBLEMS, BadRows, Finding, Problem, fallback_title
from throughline.sources.uploads import Choices, choices_of, opened, wish_of
from throughline.sources.wishes import Wish, listings
from throughline.vulnerabilities.models import Attribute
from throughline.vulnerabilities.queries import told

# Enough to judge a mapping by, and quick whatever the file's size; the import itself reads every row.
CHECKED = 2_000
SHOWN = 20
MOST_EXAMPLES = 3


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
    is_report: bool = False

    @property
    def is_good(self) -> bool:
        """Whether nothing speaks against importing it."""
        return not (self.problems or self.refusal or any(column.problems for column in self.columns))


def preview(upload: Upload, *, now: datetime) -> Preview:
    """Read the first rows of an upload as its choices say."""
    with opened(upload) as stream:
        try:
            whole = formats.open_table(stream, name=upload.file_name)
        except Refused as refused:
            return _unreadable(refused)
        table = replace(whole, rows=lambda: islice(whole.rows(), CHECKED))
        try:
            return _previewed(upload, table, now)
        except Refused as refused:
            # The file itself cannot be read on from somewhere: what was chosen stays on the page.
            return replace(_unreadable(refused), format=whole.format, unit=whole.unit)


def _unreadable(refused: Refused) -> Preview:
    problems = tuple(refused.problems) if isinstance(refused, BadRows) else ()
    refusal = "" if problems else str(refused)
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
    try:
        reading = _reading(upload, table, wish, now)
        found, problems = _read(reading, now)
    except Refused as refused:
        refusal, refused_field = str(refused), refused.code
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
    )
    stored = dict(Attribute.objects.values_list("name", "type"))
    return prepare(table, name=upload.file_name, options=options, stored_types=stored)


def _read(reading: Reading, now: datetime) -> tuple[list[Finding], tuple[Problem, ...]]:
    """The first rows that can be read, and those of all that cannot."""
    found: list[Finding] = []
    problems: list[Problem] = []
    for listing in listings(reading, now=now):
        rows = listing.rows(reading)
        for draft in rows.drafts():
            finding = rows.finding(draft)
            if finding is not None and len(found) < SHOWN:
                found.append(finding)
        problems += rows.problems
    return found, tuple(sorted(problems, key=lambda problem: problem.line or 0)[:MOST_PROBLEMS])


def _beside(refused: Refused) -> tuple[Problem, ...]:
    column = getattr(refused, "column", None)
    line = getattr(refused, "line", None)
    return (Problem(line, str(refused), column, None, refused.message),) if column else ()


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
    order = {target.name: at for at, target in enumerate(TARGETS)}
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
        told("", attributes.get(field.removeprefix("attributes.")))
        if field.startswith("attributes.")
        else told(field, values.get(field))
        for field in fields
    )
