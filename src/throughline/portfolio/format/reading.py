"""Reading the file of a portfolio: what its form allows, and whether what it says goes together."""

from __future__ import annotations

import math
from collections.abc import Iterator

from throughline.engine.language.fields import nearest
from throughline.engine.portfolio import CountRule, Rule, ShareRule
from throughline.engine.priorities import ONE, Aim, Candidate, Delay, Effect
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.engine.treatments import Range
from throughline.plans.format.problems import Place, Problem, Problems
from throughline.plans.format.reading import Block, read_one
from throughline.portfolio.asked import Asked
from throughline.portfolio.format.things import EACH, PORTFOLIO

MOST_CANDIDATES = 100
MOST_RULES = 100
LEAST_WAY = 1e-9


def read_portfolio(content: bytes, *, file: str, capacity: float | None = None) -> Asked:
    """The question of a file; `capacity` stands instead of its own.

    Raises Problems with everything that is wrong, each with its file, line and column.
    """
    block, problems = read_one(content, PORTFOLIO, file=file)
    if problems:
        raise Problems(problems)
    if capacity is None and block["capacity"] is None:
        message = "there is no capacity: write the team's person-weeks here, or give --capacity WEEKS"
        problems.append(Problem(block.place, message, "missing"))
    problems += _wrong(block)
    if problems:
        raise Problems(problems)
    return _asked(block, block["capacity"] if capacity is None else capacity)


def _wrong(block: Block) -> Iterator[Problem]:
    yield from _sizes(block)
    for name in ("objectives", "key_results", "candidates", "balance"):
        yield from _twice(block[name])
    for name in ("objectives", "key_results", "candidates", "balance", "claims"):
        yield from _unreadable(block[name])
    objectives, key_results = _keys(block["objectives"]), _keys(block["key_results"])
    for each in block["key_results"]:
        yield from _leads(each, "objective", [each["objective"]], objectives, "objective")
        if abs(each["target"] - each["baseline"]) < LEAST_WAY:
            yield _problem(
                each, "target", "expected a target that differs from the baseline, else it has no way"
            )
    for each in block["candidates"]:
        yield from _wrong_with(each, objectives, key_results, _keys(block["candidates"]))
    for each in block["balance"]:
        yield from _wrong_with_rule(each, objectives)
    yield from _votes(block["candidates"])


def _sizes(block: Block) -> Iterator[Problem]:
    if not block["candidates"]:
        yield _problem(block, "candidates", "the list is empty: expected one candidate or more")
    for name, most in (("candidates", MOST_CANDIDATES), ("balance", MOST_RULES)):
        if (count := len(block[name])) > most:
            yield _problem(block, name, f"expected at most {most}, found {count}: leave out the least likely")


def _unreadable(blocks: list[Block]) -> Iterator[Problem]:
    """Titles are shown in terminals, which obey control characters."""
    for each in blocks:
        try:
            require_readable(each["title"], place="title")
        except Refused as refused:
            yield _problem(each, "title", refused.message, refused.code)


def _twice(blocks: list[Block]) -> Iterator[Problem]:
    seen: dict[str, Place] = {}
    for each in blocks:
        name = each.thing.identity[0]
        if each.key in seen:
            message = f"'{each.key}' is there already, at line {seen[each.key].line}: keep one"
            yield _problem(each, name, message, "twice")
        seen.setdefault(each.key, each.at(name))


def _wrong_with(
    each: Block, objectives: list[str], key_results: list[str], others: list[str]
) -> Iterator[Problem]:
    yield from _leads(each, "objective", [each["objective"]], objectives, "objective")
    yield from _twice(each["effects"])
    yield from _twice(each["kinds"])
    for effect in each["effects"]:
        yield from _leads(effect, "key_result", [effect["key_result"]], key_results, "key result")
    for name in ("requires", "excludes"):
        yield from _leads(each, name, each[name], others, "candidate")
        if each.key in each[name]:
            yield _problem(each, name, f"'{each.key}' is itself: leave it out")
    for both in sorted({*each["requires"]} & {*each["excludes"]}):
        yield _problem(each, "excludes", f"'{both}' is required as well: keep one of the two")
    ranges = [each[name] for name in ("effort", "duration", "cost_of_delay", "reach")]
    for found in (*each["effects"], *filter(None, ranges)):
        if found["low"] > found["high"]:
            message = f"expected at least the low of {found['low']:g}, found {found['high']:g}: swap the two"
            yield _problem(found, "high", message)
    if delay := each["cost_of_delay"]:
        yield from _wrong_with_delay(delay)
    if each["votes"] is not None and each["vote_rank"] is not None:
        yield _problem(each, "vote_rank", "expected votes or vote_rank, found both: keep one")


def _wrong_with_delay(delay: Block) -> Iterator[Problem]:
    for name, profile in (("week", "deadline"), ("fades", "decaying")):
        if delay["profile"] == profile and delay[name] is None:
            yield _problem(delay, "profile", f"the profile {profile} needs {name}: write it beside")
        if delay["profile"] != profile and delay[name] is not None:
            yield _problem(delay, name, f"{name} is of the profile {profile}, and this is {delay['profile']}")


def _wrong_with_rule(rule: Block, objectives: list[str]) -> Iterator[Problem]:
    if bool(rule["objective"]) == bool(rule["kind"]):
        found = "both" if rule["kind"] else "neither"
        yield Problem(rule.place, f"expected objective (a count) or kind (a share), found {found}", "value")
        return
    if rule["objective"] != EACH:
        yield from _leads(rule, "objective", [rule["objective"]], objectives, "objective")
    elif not objectives:
        yield _problem(rule, "objective", "each is of the objectives of the file, and there are none")
    least, most = rule["at_least"], rule["at_most"]
    if least is None and most is None:
        yield Problem(rule.place, "expected at_least, at_most or both, found neither", "missing")
    if rule["kind"]:
        for name in ("at_least", "at_most"):
            if rule[name] is not None and rule[name] > 1:
                yield _problem(rule, name, f"expected a share from 0 to 1, found {rule[name]:g}")
    if least is not None and most is not None and least > most:
        yield _problem(rule, "at_most", f"expected at least the at_least of {least:g}, found {most:g}")


def _votes(candidates: list[Block]) -> Iterator[Problem]:
    by_rank = [each for each in candidates if each["vote_rank"] is not None]
    if by_rank and any(each["votes"] is not None for each in candidates):
        message = "some candidates have votes and some a vote_rank: give all of them the same"
        yield _problem(by_rank[0], "vote_rank", message)


def _leads(block: Block, name: str, said: list[str], known: list[str], what: str) -> Iterator[Problem]:
    for number, key in enumerate(said):
        if key and key not in known:
            message = f"{name}: there is no {what} '{key}' in this file{nearest(key, known)}"
            yield Problem(block.at(name, number), message, "unknown")


def _problem(block: Block, name: str, message: str, code: str = "value") -> Problem:
    return Problem(block.at(name), f"{name}: {message}", code)


def _keys(blocks: list[Block]) -> list[str]:
    return [each.key for each in blocks]


def _asked(block: Block, capacity: float) -> Asked:
    aims = _aims(block)
    rules = [(rule, said) for each in block["balance"] for rule, said in _rules(each, block["objectives"])]
    candidates = block["candidates"]
    return Asked(
        candidates=tuple(_candidate(each, aims) for each in candidates),
        capacity=capacity,
        claims=tuple((each["title"], each["weeks"]) for each in block["claims"]),
        rules=tuple(rule for rule, _ in rules),
        aims=tuple(aims.values()),
        titles={each.key: each["title"] or each.key for each in candidates},
        names={
            each.key: each["title"] for each in (*block["objectives"], *block["key_results"]) if each["title"]
        },
        says={rule.key: said for rule, said in rules if said},
        votes=_points(candidates),
        weeks=block["weeks"],
        person_weeks=block["person_weeks"],
        is_shrunk=block["shrinkage"],
        draws=block["draws"],
        seed=block["seed"],
        top=block["top"],
    )


def _aims(block: Block) -> dict[str, Aim]:
    """Key results with what they are worth: their part of the objective's weight, guardrails aside."""
    weights = {each.key: each["weight"] for each in block["objectives"]}
    sums = dict.fromkeys(weights, 0.0)
    for each in block["key_results"]:
        if each["objective"] and not each["guardrail"]:
            sums[each["objective"]] += each["weight"]
    found = {}
    for each in block["key_results"]:
        points = each["weight"]
        if objective := each["objective"]:
            # A guardrail's weight is beside that of the objective: 1 is as bad as losing all of it.
            points *= weights[objective] / (1.0 if each["guardrail"] else sums[objective] or 1.0)
        found[each.key] = Aim(each.key, each["baseline"], each["target"], points, each["guardrail"])
    return found


def _candidate(each: Block, aims: dict[str, Aim]) -> Candidate:
    return Candidate(
        key=each.key,
        effects=tuple(
            Effect(aims[effect["key_result"]], effect["low"], effect["high"]) for effect in each["effects"]
        ),
        confidence=each["confidence"],
        effort=_range(each["effort"]),
        duration=_range(each["duration"]) if each["duration"] else None,
        delay=_delay(each["cost_of_delay"]) if each["cost_of_delay"] else None,
        reach=_range(each["reach"]) if each["reach"] else ONE,
        objective=each["objective"],
        kinds={kind["kind"]: kind["share"] for kind in each["kinds"]},
        requires=frozenset(each["requires"]),
        excludes=frozenset(each["excludes"]),
        is_promised=each["must"],
    )


def _range(block: Block) -> Range:
    return Range(block["low"], block["high"])


def _delay(block: Block) -> Delay:
    return Delay(_range(block), block["profile"], week=block["week"] or 0.0, fades=block["fades"] or 0.0)


def _rules(block: Block, objectives: list[Block]) -> Iterator[tuple[Rule, str]]:
    """The rules of one entry, each with its title; `each` makes one for every objective."""
    least, title = block["at_least"] or 0.0, block["title"]
    most = block["at_most"]
    if block["kind"]:
        top = 1.0 if most is None else most
        kind = block["kind"]
        yield (
            ShareRule(key=block.key, kind=kind, at_least=least, at_most=top, price=block["price"]),
            title,
        )
        return
    is_each = block["objective"] == EACH
    for objective in _keys(objectives) if is_each else [block["objective"]]:
        rule = CountRule(
            key=f"{block.key}:{objective}" if is_each else block.key,
            objective=objective,
            at_least=least,
            at_most=math.inf if most is None else most,
            price=block["price"],
        )
        # Of `each` the rule itself says which objective it is about.
        yield rule, title


def _points(candidates: list[Block]) -> dict[str, float]:
    """Votes as points; a rank is worth the more the better it is."""
    return {
        each.key: -float(each["vote_rank"]) if each["votes"] is None else each["votes"]
        for each in candidates
        if each["votes"] is not None or each["vote_rank"] is not None
    }
