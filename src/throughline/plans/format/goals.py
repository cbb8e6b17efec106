"""Company goals as CSV and as Markdown: they live outside security, and often in another tool."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from throughline.engine.language.fields import nearest
from throughline.engine.refusals import Refused
from throughline.plans.format.nodes import PLAN
from throughline.plans.format.problems import Place, Problem, Problems, refuse_all
from throughline.plans.format.reading import Block, Plan
from throughline.plans.format.things import GOAL
from throughline.plans.format.types import LONGEST_KEY, Key, Text

COLUMNS = ("key", "title", "owner", "source", "description")
MOST_GOALS = 2_000
_HEADING = re.compile(r"(#{1,6})\s+(.*?)(?:\s+#+)?\s*")
_ITEM = re.compile(r"(?:[-*+]|[0-9]{1,9}[.)])\s+(.*)")
_KEY = re.compile(r"(.*?)\s*\{#([^}\s]*)\}")
_SAID = re.compile(r"(Owner|Source):\s*(.*)")
# A line of a description that would be read as something else stands behind a backslash.
_OTHER = re.compile(r"\\|#{1,6}(\s|$)|[-*+]\s|[0-9]{1,9}[.)]\s|(Owner|Source):|\s")

# What a spreadsheet would run is held back by an apostrophe, which reading takes away again:
# https://owasp.org/www-community/attacks/CSV_Injection
_RUN = re.compile(r"'*[=+\-@\t\r\n]")

Goals = Iterable[Mapping[str, Any]]


@dataclass(slots=True)
class _Found:
    """A goal as far as a file says it: its texts, and where each stands."""

    place: Place
    said: dict[str, str]
    places: dict[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Written:
    """A text as the types of fields read it."""

    text: str
    is_plain: bool = False


def csv_text(goals: Goals) -> str:
    """The goals as a table."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_guarded(goal[name]) for name in COLUMNS] for goal in goals)
    return file.getvalue()


def markdown_text(goals: Goals) -> str:
    """The goals as a text that people read, and that reads back as it was."""
    lines = ["# Company goals"]
    for goal in goals:
        lines += ["", f"## {' '.join(goal['title'].split())} {{#{goal['key']}}}"]
        said = [f"{name.capitalize()}: {_line(goal[name])}" for name in ("owner", "source") if goal[name]]
        lines += ["", *said] if said else []
        if goal["description"]:
            lines += ["", *(_escaped(line) for line in goal["description"].split("\n"))]
    return "\n".join(lines) + "\n"


def read_csv(content: bytes, *, file: str, stored: Goals) -> Plan:
    """The goals of a table with the columns key, title, owner, source, description. Raises Problems.

    A column that is missing leaves what is stored as it is; a goal without a key is known by its title.
    """
    text = _text(content, file)
    try:
        delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
        rows = list(_rows(csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)))
    except csv.Error as error:
        raise Problems([Problem(Place(file, 1, 1), f"this is no CSV: {error}", "csv")]) from error
    if not rows:
        raise Problems([Problem(Place(file, 1, 1), f"expected the columns {', '.join(COLUMNS)}", "empty")])
    header = [name.strip().lower() for name in rows[0][1]]
    refuse_all(_wrong_columns(header, file))
    found = [_of_row(line, cells, header, file) for line, cells in rows[1:]]
    return _plan(found, file=file, stored=stored)


def read_markdown(content: bytes, *, file: str, stored: Goals) -> Plan:
    """The goals of a text: its headings, or the items of its list, with what follows. Raises Problems.

    One heading of the first level above all others is the title of the text.
    """
    lines = _text(content, file).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    starts = list(_starts(lines))
    ends = [*(number for number, _, _ in starts), len(lines)][1:]
    found = [
        _of_lines(number, column, title, lines[number + 1 : end], file)
        for (number, column, title), end in zip(starts, ends, strict=True)
    ]
    return _plan(found, file=file, stored=stored)


def _text(content: bytes, file: str) -> str:
    place = Place(file, 1, 1)
    if len(content) > PLAN.bytes:
        raise Problems([Problem(place, f"expected at most {PLAN.bytes:,} bytes, found more", "size")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = "expected UTF-8, found another encoding: save the file as UTF-8"
        raise Problems([Problem(Place(file, line, 1), message, "encoding")]) from error
    if "\0" in text:
        line = text.partition("\0")[0].count("\n") + 1
        raise Problems(
            [Problem(Place(file, line, 1), "the character U+0000 is no part of a text", "character")]
        )
    return text


def _rows(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Each row that says something, with the line on which it starts."""
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def _wrong_columns(header: list[str], file: str) -> Iterator[Problem]:
    for number, name in enumerate(header, 1):
        place = Place(file, 1, number)
        if name not in COLUMNS:
            expected = f"expected {', '.join(COLUMNS)}"
            yield Problem(
                place, f"there is no column '{name[:60]}'{nearest(name, COLUMNS)}: {expected}", "column"
            )
        elif name in header[: number - 1]:
            yield Problem(place, f"the column '{name}' stands there twice: keep one", "twice")
    if "title" not in header:
        yield Problem(Place(file, 1, 1), "a column title is missing", "missing")


def _of_row(line: int, cells: list[str], header: list[str], file: str) -> _Found:
    # What lies beyond the header is refused as a field that no goal has.
    names = [header[index] if index < len(header) else f"column {index + 1}" for index in range(len(cells))]
    said = {
        name: _unguarded(cell)
        for name, cell in zip(names, cells, strict=True)
        if cell.strip() or name in COLUMNS
    }
    places = {name: Place(file, line, number) for number, name in enumerate(names, 1)}
    return _Found(Place(file, line, 1), said, places)


def _starts(lines: list[str]) -> Iterator[tuple[int, int, str]]:
    """Where each goal starts: line, column of its title, and the title."""
    headings = [
        (number, len(match[1]), match.start(2), match[2])
        for number, line in _outside_code(lines)
        if (match := _HEADING.fullmatch(line))
    ]
    tops = [each for each in headings if each[1] == min(level for _, level, _, _ in headings)]
    below = [each for each in headings if each[1] > tops[0][1]] if tops else []
    items = [
        (number, match.start(1), match[1].strip())
        for number, line in _outside_code(lines)
        if (match := _ITEM.fullmatch(line))
    ]
    if len(tops) == 1 and below:
        level = min(each[1] for each in below)
        tops = [each for each in below if each[1] == level]
    elif len(tops) <= 1 and items:
        yield from items
        return
    yield from ((number, column, title) for number, _, column, title in tops)


def _outside_code(lines: list[str]) -> Iterator[tuple[int, str]]:
    is_code = False
    for number, line in enumerate(lines):
        if line.startswith(("```", "~~~")):
            is_code = not is_code
        elif not is_code:
            yield number, line


def _of_lines(number: int, column: int, title: str, rest: list[str], file: str) -> _Found:
    place = Place(file, number + 1, column + 1)
    keyed = _KEY.fullmatch(title)
    said = {"title": keyed[1] if keyed else title}
    if keyed:
        said["key"] = keyed[2]
    body = list(rest)
    while body and (not body[0].strip() or _SAID.fullmatch(body[0].strip())):
        if match := _SAID.fullmatch(body[0].strip()):
            said.setdefault(match[1].lower(), match[2])
        body.pop(0)
    said["description"] = "\n".join(map(_unescaped, _dedented(body)))
    if keyed:
        # Whoever writes the key writes all of the goal; without it an owner may stand elsewhere.
        said = {"owner": "", "source": "", **said}
    return _Found(place, said, {"title": place, "key": place})


def _dedented(lines: list[str]) -> list[str]:
    """The lines without the indentation that an item of a list gives them all."""
    filled = [line for line in lines if line.strip()]
    indent = min((len(line) - len(line.lstrip(" ")) for line in filled), default=0)
    return [line[indent:] for line in lines]


def _guarded(cell: str) -> str:
    return f"'{cell}" if _RUN.match(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _RUN.match(cell) else cell


def _line(text: str) -> str:
    return " ".join(text.split())


def _escaped(line: str) -> str:
    return f"\\{line}" if _OTHER.match(line) or line.startswith(("```", "~~~")) else line


def _unescaped(line: str) -> str:
    rest = line[1:]
    is_escape = line.startswith("\\") and (_OTHER.match(rest) or rest.startswith(("```", "~~~")))
    return rest if is_escape else line


def _plan(found: list[_Found], *, file: str, stored: Goals) -> Plan:
    """The goals as things of a plan, known by their keys or titles. Raises Problems."""
    problems: list[Problem] = []
    if not found:
        problems.append(Problem(Place(file, 1, 1), "there is no goal in it", "empty"))
    if len(found) > MOST_GOALS:
        place = found[MOST_GOALS].place
        problems.append(
            Problem(place, f"expected at most {MOST_GOALS:,} goals, found {len(found):,}", "size")
        )
    goals = {goal["key"]: goal for goal in stored}
    named = {_line(goal["title"]).casefold(): key for key, goal in goals.items()}
    plan, seen = Plan(given={"goals"}), dict[str, Place]()
    for each in found[:MOST_GOALS]:
        block = _block(each, goals, named, {*goals, *seen}, problems)
        place = block.at("title")
        if block.key in seen:
            message = f"the goal '{block.key}' is written at {seen[block.key]} already: keep one of the two"
            problems.append(Problem(place, message, "twice"))
        seen.setdefault(block.key, place)
        named.setdefault(_line(block["title"]).casefold(), block.key)
        plan["goals"].append(block)
    refuse_all(problems)
    return plan


def _block(
    each: _Found,
    goals: Mapping[str, Mapping[str, Any]],
    named: Mapping[str, str],
    taken: set[str],
    problems: list[Problem],
) -> Block:
    said = dict(each.said)
    if not said.get("key", "").strip():
        title = _line(said.get("title", ""))
        said["key"] = named.get(title.casefold()) or _free_key(title, taken)
    usual = goals.get(said["key"].strip(), dict.fromkeys(COLUMNS, ""))
    block = Block(GOAL, each.place, {name: usual[name] for name in COLUMNS}, dict(each.places))
    for name, text in said.items():
        known = GOAL.field(name)
        if known is None:
            problems.append(Problem(block.at(name), f"there is no {name}: '{text[:40]}'", "column"))
            continue
        assert isinstance(known.holds, Key | Text)
        try:
            block.values[name] = known.holds.read(_Written(text))
        except Refused as refused:
            problems.append(Problem(block.at(name), f"{name}: {refused.message}", "value"))
    return block


def _free_key(title: str, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain)[: LONGEST_KEY - 6].strip("-") or "goal"
    return next(key for key in (stem if n == 1 else f"{stem}-{n}" for n in count(1)) if key not in taken)
