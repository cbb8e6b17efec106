"""Ladders as files: what somebody does who stands on a level of a track; ours lies beside this module."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from throughline.engine.language.fields import nearest
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.people.ladder.things import LADDER, MOST_RUNGS
from throughline.plans.format.problems import Problem, refuse_all
from throughline.plans.format.reading import Block, read_one
from throughline.plans.format.writing import thing_text

OURS = "Throughline"


@dataclass(frozen=True, slots=True)
class Step:
    """A rung as a file has it; `kinds` are keys of the kinds of work in which it is learnt."""

    key: str
    track: str
    level: int
    title: str
    text: str = ""
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ladder:
    """A whole ladder, its steps in the order in which tracks and levels are shown."""

    name: str
    steps: tuple[Step, ...]


def read_ladder(
    content: bytes, *, file: str, kinds: Collection[str], taken: Mapping[str, str] | None = None
) -> Ladder:
    """The ladder of a file, YAML or JSON. Raises Problems with all that is wrong, each with its place.

    `kinds` are the kinds of work that a step may name; `taken` says to which ladder each key belongs that is
    there already.
    """
    block, problems = read_one(content, LADDER, file=file)
    refuse_all(problems)
    refuse_all(_wrong(block, kinds, taken or {}))
    return Ladder(_line(block["ladder"]), tuple(_step(each) for each in block["rungs"]))


def ladder_text(ladder: Ladder) -> str:
    """The ladder as a file; the same ladder is always the same bytes, and reading them gives it back."""
    rungs = [
        {name: getattr(each, name) for name in Step.__slots__} | {"kinds": list(each.kinds)}
        for each in ladder.steps
    ]
    return thing_text({"ladder": ladder.name, "rungs": rungs}, LADDER)


def ours(kinds: Collection[str]) -> Ladder:
    """The ladder that comes with the product, a file a track."""
    files = sorted(Path(__file__).parent.glob("*.yaml"))
    read = [read_ladder(each.read_bytes(), file=each.name, kinds=kinds) for each in files]
    return Ladder(OURS, tuple(step for each in read for step in each.steps))


def _step(block: Block) -> Step:
    return Step(
        block.key,
        _line(block["track"]),
        block["level"],
        _line(block["title"]),
        block["text"],
        tuple(block["kinds"]),
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _wrong(block: Block, kinds: Collection[str], taken: Mapping[str, str]) -> Iterator[Problem]:
    yield from _unreadable(block, "ladder")
    rungs: list[Block] = block["rungs"]
    if len(rungs) > MOST_RUNGS:
        message = f"rungs: expected at most {MOST_RUNGS}, found {len(rungs)}: make two ladders of it"
        yield Problem(block.at("rungs"), message, "size")
    keys: dict[str, int] = {}
    steps: dict[tuple[str, int], int] = {}
    for each in rungs:
        for name in ("track", "title", "text"):
            yield from _unreadable(each, name)
        if each.key in keys:
            message = f"key: '{each.key}' is there already, at line {keys[each.key]}: keep one"
            yield Problem(each.at("key"), message, "twice")
        keys.setdefault(each.key, each.at("key").line)
        step = (_line(each["track"]).casefold(), each["level"])
        if step in steps:
            message = f"level: {each['track']} has a level {step[1]} already, at line {steps[step]}: move one"
            yield Problem(each.at("level"), message, "twice")
        steps.setdefault(step, each.at("level").line)
        yield from _strangers(each, kinds)
        if taken.get(each.key, block["ladder"]) != _line(block["ladder"]):
            message = f"key: '{each.key}' is a rung of the ladder '{taken[each.key]}': choose another key"
            yield Problem(each.at("key"), message, "taken")


def _strangers(block: Block, kinds: Collection[str]) -> Iterator[Problem]:
    for number, kind in enumerate(block["kinds"]):
        if kind not in kinds:
            known = nearest(kind, sorted(kinds)) or f": expected one of {', '.join(kinds)}"
            message = f"kinds: there is no kind of work '{kind}'{known}"
            yield Problem(block.at("kinds", number), message, "unknown")


def _unreadable(block: Block, name: str) -> Iterator[Problem]:
    """Words of a ladder are shown in terminals, which obey control characters."""
    try:
        require_readable(block[name], place=name)
    except Refused as refused:
        yield Problem(block.at(name), f"{name}: {refused.message}", refused.code)
