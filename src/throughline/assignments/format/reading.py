"""Reading the file of a team: what its form allows, and whether what it says goes together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from throughline.assignments.format.things import TEAM
from throughline.engine.language.fields import nearest
from throughline.engine.matching import Balance, Person, Question, Settings, Weights, Work, conflicts
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.plans.format.problems import Place, Problem, Problems
from throughline.plans.format.reading import Block, read_one

MOST_PEOPLE, MOST_WORK = 200, 500
_A_LITTLE = 1e-9


@dataclass(frozen=True, slots=True)
class Asked:
    """What a file asks. Its people and work in its own order, by id."""

    question: Question
    weights: Weights
    people: tuple[str, ...]
    works: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def read_team(content: bytes, *, file: str) -> Asked:
    """The question of a file. Raises Problems with all that is wrong, each with its file, line and column.

    What cannot be done at all, such as a must beyond somebody's capacity, is wrong as well.
    """
    block, problems = read_one(content, TEAM, file=file)
    problems = problems or list(_wrong(block))
    if problems:
        raise Problems(problems)
    question = Question(
        tuple(_person(each) for each in block["people"]),
        tuple(_work(each) for each in block["work"]),
        tuple(Balance(each["objective"], each["at_least"], each["price"]) for each in block["balance"]),
        _settings(block["settings"]),
    )
    if found := conflicts(question):
        places = {each.key: each.at("must") for each in block["work"]}
        raise Problems([Problem(places[each.works[0]], each.says, "impossible") for each in found])
    return Asked(
        question,
        _weights(block["weights"]),
        tuple(each.key for each in block["people"]),
        tuple(each.key for each in block["work"]),
        tuple(_warnings(block)),
    )


def _wrong(block: Block) -> Iterator[Problem]:
    for name, most in (("people", MOST_PEOPLE), ("work", MOST_WORK)):
        if not block[name]:
            yield _problem(block, name, "the list is empty: expected one entry or more")
        elif (count := len(block[name])) > most:
            yield _problem(block, name, f"expected at most {most}, found {count}: ask about a part of it")
    for name in ("people", "work", "balance"):
        yield from _twice(block[name])
    yield from _unreadable(block)
    people = [each.key for each in block["people"]]
    for each in block["work"]:
        for name in ("must", "never", "continues"):
            yield from _leads(each, name, each[name], people, "person")
        yield from _leads(each, "grows", each["grows"], sorted(each["kinds"] or {}), "kind of it")
        if (whole := sum((each["kinds"] or {}).values())) > 1 + _A_LITTLE:
            message = f"expected at most 1 over all kinds, found {whole:.9g} of '{each.key}': lower some"
            yield _problem(each, "kinds", message)
        if each["max"] is not None and each["max"] < each["min"]:
            message = f"expected at least the min of {each['min']}, found {each['max']}: swap the two"
            yield _problem(each, "max", message)
    served = sorted({each["objective"] for each in block["work"] if each["objective"]})
    for each in block["balance"]:
        yield from _leads(each, "objective", [each["objective"]], served, "work with the objective")
    if (weights := block["weights"]) and not any(weights[each] for each in weights.thing.names):
        yield Problem(weights.place, "weights: expected one above 0, found none", "value")


def _unreadable(block: Block) -> Iterator[Problem]:
    """Names are shown in terminals, which obey control characters."""
    for each in (*block["people"], *block["work"]):
        for name in ("id", "name" if each.thing.field("name") else "title"):
            try:
                require_readable(each[name], place=name)
            except Refused as refused:
                yield _problem(each, name, refused.message, refused.code)


def _twice(blocks: Iterable[Block]) -> Iterator[Problem]:
    seen: dict[str, Place] = {}
    for each in blocks:
        name = each.thing.identity[0]
        if each.key in seen:
            message = f"'{each.key}' is there already, at line {seen[each.key].line}: keep one"
            yield _problem(each, name, message, "twice")
        seen.setdefault(each.key, each.at(name))


def _leads(block: Block, name: str, said: list[str], known: list[str], what: str) -> Iterator[Problem]:
    for number, key in enumerate(said):
        if key not in known:
            message = f"{name}: there is no {what} '{key}' in this file{nearest(key, known)}"
            yield Problem(block.at(name, number), message, "unknown")


def _problem(block: Block, name: str, message: str, code: str = "value") -> Problem:
    return Problem(block.at(name), f"{name}: {message}", code)


def _warnings(block: Block) -> Iterator[str]:
    for each in block["people"]:
        if not each["capacity"]:
            yield f"'{each.key}' has no capacity, so fairness leaves them out"


def _person(each: Block) -> Person:
    return Person(
        key=each.key,
        capacity=each["capacity"],
        interests=each["interests"] or {},
        growth=each["growth"] or {},
        likes=frozenset(each["likes"]),
        skills=each["skills"] or {},
        account=each["account"],
        name=each["name"],
    )


def _work(each: Block) -> Work:
    return Work(
        key=each.key,
        value=each["value"],
        weeks=each["weeks"],
        kinds=each["kinds"] or {},
        grows=frozenset(each["grows"]),
        least=each["min"],
        most=each["min"] if each["max"] is None else each["max"],
        must=frozenset(each["must"]),
        never=frozenset(each["never"]),
        continues=frozenset(each["continues"]),
        skills=each["skills"] or {},
        has_mentor=each["mentor"],
        objective=each["objective"],
        title=each["title"],
    )


def _settings(block: Block | None) -> Settings:
    return Settings(block["beta"], block["phi"], block["continuity"]) if block else Settings()


def _weights(block: Block | None) -> Weights:
    return Weights.of(block["business"], block["interest"], block["growth"]) if block else Weights()
