"""What keeps a key result of a file from being promised, as far as it can be told without measuring.

A sketch may be half written, so what is left out is the linter's; what is written has to be readable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from throughline.engine import metrics, scoring
from throughline.engine.bounds import Bound
from throughline.engine.key_results import amount_from
from throughline.engine.language.fields import Schema, nearest
from throughline.engine.language.parsing import parse_condition, parse_measure
from throughline.engine.language.syntax import Name, parts_of
from throughline.engine.refusals import Refused
from throughline.plans.format.problems import Problem
from throughline.plans.format.reading import Block, Plan

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?%?")
_BY_METRIC = ("move", "keep")
_WITH_A_WAY = ("move", "forecast")


def undecidable(plan: Plan, schema: Schema | None) -> Iterator[Problem]:
    """The problems of the terms of every key result; `schema` is None where no data folder is asked."""
    for block, _ in plan.key_results():
        yield from _amounts(block)
        yield from _words(block, schema)
        if block["kind"] == "keep":
            yield from _bounds(block)
        if block["kind"] == "milestone" and block["steps"]:
            yield from _refused(block, "steps", partial(_check_steps, block))


def _check_steps(block: Block) -> None:
    scoring.check_steps(
        [
            scoring.Step(title=each.values.get("title") or "", weight=each.values.get("weight") or 0.0)
            for each in block["steps"]
        ]
    )


def _amounts(block: Block) -> Iterator[Problem]:
    if block["kind"] not in _WITH_A_WAY:
        return
    if block["target"]:
        yield from _refused(block, "target", lambda: _check_target(block["target"]))
    for phase in block["phases"]:
        if text := phase.values.get("target"):
            yield from _refused(phase, "target", partial(_check_target, text))
    if block["baseline"] != "measured":
        yield from _refused(block, "baseline", lambda: _number(block["baseline"], "a number or 'measured'"))


def _check_target(text: str) -> None:
    # Any baseline and unit will do: whether the text can be read at all depends on neither.
    amount_from(text, 1.0, unit="count", better="lower")


def _bounds(block: Block) -> Iterator[Problem]:
    written = [name for name in ("bound_low", "bound_high") if block[name]]
    found = [
        problem
        for name in written
        for problem in _refused(block, name, partial(_number, block[name], "a number"))
    ]
    yield from found
    # 0.9 and 95% are of one scale only where the unit is a share, which a series may be.
    if not found and len(written) == 2 and len({block[name].endswith("%") for name in written}) == 1:
        low, high = (_number(block[name], "a number") for name in written)
        yield from _refused(block, "bound_low", lambda: Bound(low=low, high=high))


def _number(text: str, expected: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise Refused(f"expected {expected}, found '{text}'")
    return float(text.removesuffix("%"))


def _words(block: Block, schema: Schema | None) -> Iterator[Problem]:
    """What the fields of a record cannot mean: a field or a value that there is none of."""
    metric, where = block["metric"], block["where"]
    is_name = re.fullmatch(r"[a-z][a-z0-9_]*", metric) is not None
    if block["kind"] not in _BY_METRIC or not metric or (is_name and metric not in metrics.READY_MADE):
        return
    try:
        definition = metrics.define(metric)
        trees = [parse_measure(definition.measure), *([parse_condition(where)] if where else [])]
    except Refused:
        return  # What cannot be parsed is said with its place already.
    names = {each.name for tree in trees for each in parts_of(tree) if isinstance(each, Name)}
    if schema is None and any(map(_may_be_imported, names)):
        return
    fields = schema or Schema.of()
    sliced = metrics.refine(definition, at=block["at"] or None)
    yield from _refused(block, "where", lambda: metrics.check_where(where, fields))
    try:
        metrics.check(replace(sliced, by=()), fields)
    except Refused as refused:
        is_at = refused.place == "at" and block["at"]
        yield _problem(block, "at" if is_at else "metric", refused)


def _may_be_imported(name: str) -> bool:
    """Whether only a data folder can tell: an attribute of an import, and no slip in a field of ours."""
    ours = Schema.of()
    return ours.find(name) is None and not nearest(name, ours.names())


def _refused(block: Block, name: str, check: Callable[[], object]) -> Iterator[Problem]:
    try:
        check()
    except Refused as refused:
        yield _problem(block, name, refused)


def _problem(block: Block, name: str, refused: Refused) -> Problem:
    said = refused.message.rstrip(".")
    return Problem(block.at(name), f"{name}: {said}: this key result is not decidable", name)
