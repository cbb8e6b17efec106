"""A letter as data: what is said, before anything of how an inbox or a chat wants it written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from throughline.engine.directions import named


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of a line; one with an address, a path of this site, leads there."""

    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Lines under a title; a letter without any is one thought."""

    title: str
    lines: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """All that is said in one message: `subject`, the first `lead`, the parts, and the one thing to `do`."""

    subject: str
    lead: tuple[Words, ...]
    parts: tuple[Part, ...] = ()
    do: Words | None = None
    # Why this reader gets it.
    why: str = ""


def line(*pieces: str | Words) -> tuple[Words, ...]:
    """A line of texts and links."""
    return tuple(Words(piece) if isinstance(piece, str) else piece for piece in pieces)


def shown(text: str) -> str:
    """The text in one line, with what would turn its direction named.

    >>> shown("Fix it\\n now\\u202e")
    'Fix it now[U+202E]'
    """
    return " ".join(named(text).split())


def plain_text(letter: Letter, *, origin: str) -> str:
    """The letter for a reader of plain text: each address on the line of its words."""
    return "\n".join(_lines(letter, origin)) + "\n"


def _lines(letter: Letter, origin: str) -> Iterator[str]:
    yield _said(letter.lead, origin)
    for part in letter.parts:
        yield ""
        yield shown(part.title).upper()
        for each in part.lines:
            yield f"- {_said(each, origin)}"
    if letter.do:
        yield ""
        yield f"{shown(letter.do.text)}: {origin}{letter.do.address}"
    if letter.why:
        yield ""
        yield f"-- \n{letter.why}"


def _said(pieces: tuple[Words, ...], origin: str) -> str:
    words = "".join(named(piece.text) for piece in pieces)
    led = [piece.address for piece in pieces if piece.address]
    # One address a line: a figure's own is nothing that anybody types.
    return " ".join(words.split()) + (f" ({origin}{led[0]})" if led else "")
