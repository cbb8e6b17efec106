"""`throughline lint`: can two people who never met agree on whether this key result was hit?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, home_option, json_option
from throughline.cli.given import STANDARD_INPUT, content_of, text_of
from throughline.engine.linting import Finding, Linted, as_document, lint_text
from throughline.engine.refusals import Refused
from throughline.plans.format.problems import Place

if TYPE_CHECKING:
    from rich.console import Console

STYLES = {"decidable": "green", "untracked": "yellow", "undecidable": "red"}
LISTS = (".txt", ".yaml", ".yml")
MOST_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """One key result with its verdict; `place` is the file and line where it was not given as a word."""

    text: str
    linted: Linted
    place: tuple[str, int, int] | None = None


@click.command()
@click.argument("given", nargs=-1, required=True, metavar="TEXT|FILE.yaml|-...")
@home_option
@json_option
@click.pass_context
def command(context: click.Context, given: tuple[str, ...], home: Path | None, as_json: bool) -> None:
    """Say whether key results are decidable, which words are at fault, and how to mend them.

    A text is one key result. A YAML file holds them under 'key_results' or as a list, a .txt file one a
    line, and - reads either from standard input. Exit code 1 when there is an error. Needs no data folder.

    \b
    Example:
      throughline lint "Reduce median time to remediate from 41 to 20 days"
      throughline lint quarter.yaml --json
    """
    answers = [answer for each in given for answer in _answers(each)]
    alone = len(answers) == 1 and answers[0].place is None
    document = as_document(answers[0].linted) if alone else _document(answers)
    emit(document, as_json=as_json, show=lambda: _show(answers))
    if any(answer.linted.errors for answer in answers):
        context.exit(1)


def _answers(given: str) -> Iterator[Answer]:
    path = Path(given)
    if given == "-":
        yield from _of_a_file(content_of(given, most=MOST_BYTES), STANDARD_INPUT)
    elif _is_a_file(path):
        if path.suffix.lower() not in LISTS:
            raise Refused(
                f"a file of key results ends with {', '.join(LISTS)}", place=given, code="unknown_file"
            )
        yield from _of_a_file(content_of(given, most=MOST_BYTES), given)
    elif path.suffix.lower() in LISTS and not set(given) & set(" \n\t"):
        raise Refused("there is no such file", place=given, code="no_file")
    else:
        yield Answer(given, lint_text(_text(given)))


def _is_a_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # Too long for a name, or with a zero byte in it: a text.
        return False


def _text(given: str) -> str:
    if not given.strip():
        raise Refused("there is no text; write the key result in quotes", place="TEXT", code="no_text")
    if any("\ud800" <= letter <= "\udfff" for letter in given):
        raise Refused("the text is not UTF-8", place="TEXT", code="not_utf8")
    return given


def _of_a_file(content: bytes, name: str) -> Iterator[Answer]:
    from throughline.plans.promises import SUFFIXES, is_yaml, lint_file

    text = text_of(content, name=name)
    yaml = name.lower().endswith(SUFFIXES) or (name == STANDARD_INPUT and is_yaml(text))
    if yaml and (whole := _of_a_plan(content, name)):
        yield from whole
        return
    found = lint_file(text, name=name, yaml=yaml)
    # One sentence through a pipe is answered like one sentence as a word.
    alone = name == STANDARD_INPUT and not yaml and len(found) == 1
    for each in found:
        place = None if alone else (name, each.promise.line, each.promise.column)
        yield Answer(each.promise.text, each.linted, place)


def _of_a_plan(content: bytes, name: str) -> list[Answer]:
    """The key results of a whole plan, judged by their fields as well; none where it is no such plan."""
    from throughline.plans.doubts import linted
    from throughline.plans.format.reading import read_plan
    from throughline.plans.promises import require_few
    from throughline.plans.saying import said

    reading = read_plan({name: content})
    if reading.problems:
        return []
    require_few(sum(1 for _ in reading.plan.key_results()), name=name)
    return [
        Answer(block["title"] or said(block, reading.plan), verdict, (name, *_line(block.place)))
        for block, verdict in linted(reading.plan)
    ]


def _line(place: Place) -> tuple[int, int]:
    return place.line, place.column


def _document(answers: list[Answer]) -> dict[str, Any]:
    return {
        "results": [
            {"text": answer.text, **_placed(answer), **as_document(answer.linted)} for answer in answers
        ],
        "counts": {verdict: _counts(answers)[verdict] for verdict in STYLES},
    }


def _placed(answer: Answer) -> dict[str, Any]:
    file, line, column = answer.place or (None, None, None)
    return {"file": file, "line": line, "column": column}


def _counts(answers: list[Answer]) -> Counter[str]:
    return Counter(answer.linted.verdict for answer in answers)


def _show(answers: list[Answer]) -> None:
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    for answer in answers:
        _show_one(console, answer)
    if len(answers) > 1:
        counts = _counts(answers)
        console.print(", ".join(f"{counts[verdict]} {verdict}" for verdict in STYLES))


def _show_one(console: Console, answer: Answer) -> None:
    from rich.text import Text

    if answer.place:
        console.print("{}:{}:{}".format(*answer.place), style="dim")
    line = Text.assemble((f"{answer.linted.verdict}: ", STYLES[answer.linted.verdict]))
    said = Text(answer.text)
    for found in answer.linted.findings:
        if found.span:
            said.stylize("underline", *found.span)
    console.print(line + said)
    if marks := _marks(answer):
        console.print(" " * line.cell_len + marks, style="dim")
    for found in answer.linted.findings:
        _show_finding(console, found)
    console.print()


def _marks(answer: Answer) -> str:
    """A line of carets under the words at fault, for those who see no underline; none below many lines."""
    from rich.cells import cell_len

    if "\n" in answer.text or not answer.linted.findings:
        return ""
    marks = [" "] * len(answer.text)
    for found in answer.linted.findings:
        start, end = found.span or (0, 0)
        # The whole sentence under carets would hide which words are meant.
        if found.rule != "D2":
            marks[start:end] = "^" * (end - start)
    return "".join(mark * cell_len(letter) for mark, letter in zip(marks, answer.text, strict=True)).rstrip()


def _show_finding(console: Console, found: Finding) -> None:
    style = "red" if found.severity == "error" else "yellow"
    console.print(f"  {found.rule:<4}{found.severity:<9}", style=style, end="")
    console.print(found.message)
    console.print(f"{'':15}{found.suggestion}", style="dim")
