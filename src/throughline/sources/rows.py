"""Rows into findings: keys, hashes, what follows from what, and every row that cannot be read. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from throughline.engine.cvss import rating
from throughline.engine.dates import SHAPES, is_epoch
from throughline.engine.refusals import Refused
from throughline.sources import values
from throughline.sources.doubts import Doubts
from throughline.sources.fields import DATE_BASES
from throughline.sources.formats.tables import BadFile, Row, shown

if TYPE_CHECKING:
    from throughline.sources.reading import Reading

MOST_PROBLEMS = 20
# Of rows that were left out on purpose, so many are listed.
MOST_LISTED = 1_000
LONGEST_ROW = 1_000_000
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """One row: what its source says about one record."""

    line: int
    key: str
    values: Values
    row_hash: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A row whose cells are not read yet: enough to see whether its source says the same as before."""

    line: int
    key: str
    row_hash: str
    cells: list[str]
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot be read: what was found and how to mend it.

    `message` also says where, for those who see it alone; `reason` does not.
    """

    line: int | None
    message: str
    column: str | None = None
    value: str | None = None
    reason: str = ""

    @classmethod
    def of(cls, error: BadFile) -> Problem:
        """What is wrong with a file at a place."""
        return cls(error.line, str(error), error.column, None, error.message)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {"line": self.line, "message": self.message, "column": self.column, "value": self.value}


class BadRows(Refused):
    """Some rows cannot be read, so nothing of the file is stored. Holds the first twenty problems."""

    def __init__(self, problems: list[Problem]) -> None:
        more = f" (and {len(problems) - 1} more problems in this file)" if len(problems) > 1 else ""
        super().__init__(problems[0].message + more, code="bad_rows")
        self.problems = problems


class Rows:
    """One pass over rows of a file.

    Take `drafts`, ask for the `finding` of those that are needed, and `finish`, which raises BadRows where
    any could not be read and they are not to be left out. `left_out` counts those, `misread` the drafts
    among them, and `unnamed` those of which not even the id can be read.
    """

    def __init__(self, reading: Reading, rows: Iterable[Row]) -> None:
        self.reading = reading
        self.rows = rows
        at = reading.table.columns.index
        self.key_at = at(reading.maps["key"]) if reading.has_keys else None
        self.state_at = at(reading.maps["state"]) if "state" in reading.maps else None
        self.seen: dict[str, int] = {}
        self.twins: Counter[str] = Counter()
        self.problems: list[Problem] = []
        self.doubts = Doubts(reading.options.known_at)
        self.skips = reading.options.skip_invalid
        self.left_out = self.misread = self.unnamed = 0

    def drafts(self) -> Iterator[Draft]:
        """The rows that can be told apart; stops at the twentieth problem."""
        try:
            for line, cells in self.rows:
                draft = self._draft(line, cells)
                if len(self.problems) >= MOST_PROBLEMS and not self.skips:
                    return
                if draft is not None:
                    yield draft
                elif not self._is_twin(cells):
                    self.unnamed += 1
        except BadFile as error:
            if self.skips:
                # Nothing behind it can be read: that is no row to leave out.
                raise
            self.problems.append(Problem.of(error))

    def finding(self, draft: Draft) -> Finding | None:
        """What a row says; None where it cannot be read, which `finish` will tell."""
        if draft.finding is not None:
            return draft.finding
        found = self._read(draft.line, draft.cells)
        if found is None:
            self.misread += 1
            return None
        self._complete(draft.line, found, draft.key)
        return Finding(draft.line, draft.key, found, draft.row_hash)

    def finish(self) -> None:
        """Raise BadRows with what could not be read, by line, unless it is to be left out."""
        if self.problems and not self.skips:
            raise BadRows(sorted(self.problems, key=lambda problem: problem.line or 0))

    @property
    def names_all(self) -> bool:
        """Whether every row of the file named its record, also those that are left out."""
        return not (self.unnamed or self.reading.passed_over)

    def findings(self) -> Iterator[Finding]:
        """Every row as a finding."""
        for draft in self.drafts():
            found = self.finding(draft)
            if found is not None:
                yield found
        self.finish()

    def _draft(self, line: int, cells: list[str]) -> Draft | None:
        row_hash = self._hash(line, cells)
        if row_hash is None:
            return None
        if self.key_at is not None:
            key = self._key(line, cells[self.key_at].strip())
            return None if key is None else Draft(line, key, row_hash, cells)
        found = self._read(line, cells)
        if found is None:
            return None
        key = self._derived(found)
        self._complete(line, found, None)
        return Draft(line, key, row_hash, cells, Finding(line, key, found, row_hash))

    def _complete(self, line: int, found: Values, key: str | None) -> None:
        _complete(found, key, titled="title" in self.reading.maps)
        self.doubts.look(line, found)

    def _is_twin(self, cells: list[str]) -> bool:
        return self.key_at is not None and cells[self.key_at].strip() in self.seen

    def _hash(self, line: int, cells: list[str]) -> str | None:
        joined = "\x1f".join(cells)
        try:
            content = joined.encode()
        except UnicodeEncodeError:
            self._refuse(line, "the row holds half a character (a lone surrogate): mend it", None, None)
            return None
        if len(content) > LONGEST_ROW:
            message = (
                f"the row holds {len(content):,} bytes, at most {LONGEST_ROW:,} are kept: shorten its cells"
            )
            self._refuse(line, message, None, None)
            return None
        if "\0" in joined:
            self._refuse(line, "the row holds a NUL character: is this a text file?", None, None)
            return None
        return blake2b(content, digest_size=16, key=self.reading.digest).hexdigest()

    def _read(self, line: int, cells: list[str]) -> Values | None:
        # One loop a kind of step, no call a cell beyond its reader: an import spends its time here.
        reading = self.reading
        found: Values = {}
        step = None
        try:
            for step in reading.single:
                cell = cells[step.position]
                if cell:
                    value = step.read(cell)
                    if value is not None and value != "" and value != []:
                        found[step.name] = value
            for step in reading.several:
                if cells[step.position]:
                    found.update(step.read(cells[step.position]))
            attributes = {}
            for step in reading.attribute_steps:
                if cells[step.position]:
                    value = step.read(cells[step.position])
                    if value is not None and value != "":
                        attributes[step.name] = value
        except values.NotAValue as error:
            assert step is not None
            self._refuse(line, str(error), step.column, cells[step.position])
            return None
        if attributes:
            found["attributes"] = attributes
        return found if self._is_dated(line, cells, found) else None

    def _is_dated(self, line: int, cells: list[str], found: Values) -> bool:
        """Whether a row that says it is closed says when."""
        mitigated = found.get("mitigated_at", "")
        says_when = mitigated and not is_epoch(mitigated)
        if self.state_at is None or says_when or not values.is_closed(cells[self.state_at]):
            return True
        maps = self.reading.maps
        if "mitigated_at" in maps:
            mend = f"fill '{maps['mitigated_at']}'"
        elif unread := next((u for u in self.reading.unread if u.field == "mitigated_at"), None):
            mend = f"write the dates of '{unread.column}', such as '{unread.cell}', as {SHAPES}"
        else:
            mend = "map the column that says when: --map mitigated=COLUMN"
        message = f"it would count as open without a date: {mend}, or keep the column as it is: --map state="
        self._refuse(line, message, maps["state"], cells[self.state_at])
        return False

    def _derived(self, found: Values) -> str:
        key = derived_key(found)
        self.twins[key] += 1
        return f"{key}-{self.twins[key]}"

    def _key(self, line: int, key: str) -> str | None:
        column = self.reading.maps["key"]
        if not key or len(key) > 240:
            wanted = "every row needs an id" if not key else "expected an id of at most 240 characters"
            self._refuse(line, f"{wanted}, or map another column: --map id=COLUMN", column, key)
            return None
        if key in self.seen:
            unit = self.reading.table.unit
            message = (
                f"the id is already on {unit} {self.seen[key]}: keep one, or map another column as id, "
                "or name the column that says when each row was known (--as-of-column)"
            )
            self._refuse(line, message, column, key)
            return None
        self.seen[key] = line
        return key

    def _refuse(self, line: int, message: str, column: str | None, value: str | None) -> None:
        said = message if value is None else f"found {shown(value)}, {message}"
        error = BadFile(said, name=self.reading.name, line=line, column=column, unit=self.reading.table.unit)
        self.left_out += 1
        if len(self.problems) < MOST_LISTED:
            self.problems.append(Problem(line, str(error), column, value, said))


def _complete(found: Values, key: str | None, *, titled: bool) -> None:
    """Fill what follows from the rest: bases of dates, severity of a score, the id in the key, a title."""
    for date, basis in DATE_BASES.items():
        if date not in found:
            found.pop(basis, None)
        elif basis not in found:
            found[basis] = "reported"
    if "introduced_at" not in found:
        found.pop("introduced_method", None)
    if "severity" not in found and "cvss_score" in found:
        found["severity"] = rating(found["cvss_score"], found.get("cvss_version", ""))
    identifier = values.identifier_in(key) if key else None
    if identifier:
        found["vulnerability_ids"] = list(dict.fromkeys([identifier, *found.get("vulnerability_ids", [])]))
    if titled and "title" not in found:
        found["title"] = fallback_title(found, key)


def fallback_title(found: Mapping[str, Any], key: str | None) -> str:
    """A title from what else is known: the id and the name of the weakness, or where it is."""
    weakness = found.get("attributes", {}).get("cwe_name") or found.get("cwe")
    named = (
        key or ", ".join(found.get("vulnerability_ids", [])) or found.get("component") or found.get("file")
    )
    parts = [str(part) for part in (named, weakness) if part]
    return ": ".join(parts)[:500] or "untitled"


def derived_key(found: Mapping[str, Any]) -> str:
    """A key for a row without id: from what stays when severity, wording of details or lines move."""
    identity = [
        found.get(name)
        for name in ("vulnerability_ids", "cwe", "component", "service", "file", "endpoint", "title")
    ]
    return "row-" + blake2b(json.dumps(identity).encode(), digest_size=10).hexdigest()
