"""What a plan means: every name leads to something, nothing is said twice, every metric can be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from throughline.engine.catalogue import READY_MADE
from throughline.engine.language.fields import nearest
from throughline.engine.language.parsing import parse_condition, parse_measure
from throughline.engine.refusals import Refused
from throughline.engine.windows import parse_window
from throughline.plans.format.problems import Problem, refuse_all
from throughline.plans.format.reading import Block, Plan, read_plan
from throughline.plans.format.things import EDGES

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_SECTION_OF = {
    "goal": "goals",
    "long_term_objective": "long_term_objectives",
    "series": "series",
    "cycle": "cycles",
    "objective": "objectives",
    "initiative": "initiatives",
}


@dataclass(frozen=True, slots=True)
class Known:
    """The keys of each kind that a data folder holds; none of any without one."""

    keys: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of(self, kind: str) -> frozenset[str]:
        return self.keys.get(kind, frozenset())


def understood(
    files: Mapping[str, bytes],
    known: Known | None = None,
    *,
    further: Callable[[Plan], Iterable[Problem]] = lambda plan: (),
) -> Plan:
    """The plan of the files. Raises Problems with all that is wrong with form or meaning, and `further`."""
    reading = read_plan(files)
    # Where a whole file cannot be read, every name in it would be missed in the others.
    meant = problems(reading.plan, known) if reading.is_whole else []
    more = further(reading.plan) if reading.is_whole else []
    refuse_all([*reading.problems, *meant, *more])
    return reading.plan


def problems(plan: Plan, known: Known | None = None) -> list[Problem]:
    """All that is wrong with what the documents say, as far as it can be told without measuring."""
    names = _Names(plan, known or Known())
    return [
        *_twice(plan),
        *_cycles(plan),
        *(found for block in _upper(plan) for found in _edges(block, names)),
        *(found for block in _upper(plan) for found in _nested(block)),
        *(found for block in plan["objectives"] for found in names.missing(block, "cycle", "cycle")),
        *(found for block, _ in plan.key_results() for found in _key_result(block, names)),
        *(found for block in plan["initiatives"] for found in _initiative(block, names)),
    ]


class _Names:
    """The keys that a reference may lead to: those of the files, and those of the data folder."""

    def __init__(self, plan: Plan, known: Known) -> None:
        written = {kind: {each.key for each in plan[name]} for kind, name in _SECTION_OF.items()}
        written["key_result"] = {each.key for each, _ in plan.key_results()}
        self.keys = {kind: found | known.of(kind) for kind, found in written.items()}

    def missing(self, block: Block, name: str, kind: str) -> Iterator[Problem]:
        """The problem of a field that holds the key of another thing, where there is none of that key."""
        key = block[name]
        if key and key not in self.keys[kind]:
            near = nearest(key, self.keys[kind])
            message = f"there is no {_word(kind)} '{key}'{near}: add it, or name another"
            yield Problem(block.at(name), message, "unknown")


def _upper(plan: Plan) -> Iterator[Block]:
    """Everything that may have edges and halves of other teams."""
    for section in ("long_term_objectives", "objectives", "initiatives"):
        yield from plan[section]
    yield from (block for block, _ in plan.key_results())


def _twice(plan: Plan) -> Iterator[Problem]:
    groups = [*plan.sections.items(), ("all key results", [each for each, _ in plan.key_results()])]
    for section, blocks in groups:
        if section != "key_results":
            yield from _repeated(blocks, lambda block: block.key)


def _repeated(blocks: list[Block], named: Callable[[Block], str]) -> Iterator[Problem]:
    first: dict[str, Block] = {}
    for block in blocks:
        key, name = named(block), block.thing.identity[0] if block.thing.identity else "key"
        if key and key in first:
            message = (
                f"the {_word(block.thing.name)} '{key}' is written at {first[key].at(name)} already"
                f"{_differences(first[key], block)}: keep one of the two"
            )
            yield Problem(block.at(name), message, "twice")
        first.setdefault(key, block)


def _differences(first: Block, second: Block) -> str:
    names = [name for name in first.values if name in second.values and not _same(first[name], second[name])]
    return f", with another {' and '.join(names)}" if names else ""


def _same(first: object, second: object) -> bool:
    if isinstance(first, Block) and isinstance(second, Block):
        return all(_same(first[name], second.values.get(name)) for name in first.values)
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(_same, first, second))
    return first == second


def _cycles(plan: Plan) -> Iterator[Problem]:
    for block in plan["cycles"]:
        start, end = block.values.get("start"), block.values.get("end")
        if start and end and end <= start:
            yield Problem(
                block.at("end"),
                f"the last day {end} is not after the first, {start}: choose a later one",
                "value",
            )


def _edges(block: Block, names: _Names) -> Iterator[Problem]:
    drawn: dict[str, str] = {}
    for name in EDGES:
        for index, reference in enumerate(block.values.get(name) or []):
            kind, _, key = reference.partition(":")
            place = block.at(name, index)
            if key not in names.keys[kind]:
                near = nearest(key, names.keys[kind])
                yield Problem(
                    place, f"there is no {_word(kind)} '{key}'{near}: add it, or name another", "unknown"
                )
            elif (kind, key) == (block.thing.name, block.key):
                yield Problem(place, f"{reference} does not serve itself: leave it out", "itself")
            elif reference in drawn:
                yield Problem(
                    place, f"{reference} stands under {drawn[reference]} already: keep one", "twice"
                )
            drawn[reference] = name


def _nested(block: Block) -> Iterator[Problem]:
    yield from _repeated(
        block.values.get("counterparts") or [], lambda each: f"{each['team']}: {each['title']}"
    )
    yield from _repeated(block.values.get("effects") or [], lambda each: each.key)
    yield from _repeated(block.values.get("steps") or [], lambda each: str(each["key"]))


def _key_result(block: Block, names: _Names) -> Iterator[Problem]:
    if "objective" in block.values:
        yield from names.missing(block, "objective", "objective")
    yield from _metric(block, names)
    for name, read in (("where", parse_condition), ("window", parse_window)):
        text = block[name]
        if text:
            try:
                read(text)
            except Refused as refused:
                yield Problem(
                    block.at(name), f"{name}: {_own_words(refused)}: this key result is not decidable", name
                )


def _metric(block: Block, names: _Names) -> Iterator[Problem]:
    text = block["metric"]
    known = {*READY_MADE, *names.keys["series"]}
    # A baseline key result promises that the metric will be there one day.
    if not text or text in known or block["kind"] in ("baseline", "milestone", "binary"):
        return
    if _NAME.fullmatch(text):
        message = f"metric '{text}' is not defined{nearest(text, known)}: this key result is not decidable"
        yield Problem(block.at("metric"), message, "metric")
        return
    if block["kind"] == "forecast":
        return
    try:
        parse_measure(text)
    except Refused as refused:
        yield Problem(
            block.at("metric"), f"metric: {_own_words(refused)}: this key result is not decidable", "metric"
        )


def _initiative(block: Block, names: _Names) -> Iterator[Problem]:
    yield from names.missing(block, "cycle", "cycle")
    yield from _range(block, "effort_low", "effort_high")
    for effect in block["effects"]:
        yield from names.missing(effect, "key_result", "key_result")
        yield from _range(effect, "low", "high")


def _range(block: Block, low: str, high: str) -> Iterator[Problem]:
    first, last = block.values.get(low), block.values.get(high)
    if isinstance(first, float) and isinstance(last, float) and first > last:
        message = f"the range starts at {first:g} and ends at {last:g}: swap them"
        yield Problem(block.at(low), message, "value")


def _own_words(refused: Refused) -> str:
    return refused.message.rstrip(".")


def _word(kind: str) -> str:
    return kind.replace("_", " ")
