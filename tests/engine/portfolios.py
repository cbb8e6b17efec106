"""Choices of every shape for the tests of the portfolio, and the answer by trying everything."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from throughline.engine.portfolio import CountRule, Item, Question, ShareRule

OBJECTIVES = ("detect", "repair")
KINDS = ("big_bet", "developer_experience")
CLOSE = 1e-9


def item(key, value, effort, **more) -> Item:
    return Item(key=key, value=value, effort=effort, **more)


def question(*items: Item, capacity: float, rules=()) -> Question:
    return Question(tuple(items), capacity, tuple(rules))


def random_question(chance: np.random.Generator, *, most: int = 10, balanced: bool = True) -> Question:
    """Between one item and `most`, with whole or broken efforts and all that a choice may have to meet."""
    count = int(chance.integers(1, most + 1))
    keys = [f"c{number}" for number in range(count)]
    is_whole = chance.random() < 0.5
    items = []
    for key in keys:
        others = [each for each in keys if each != key and chance.random() < 0.1]
        related = frozenset(others) if balanced else frozenset()
        items.append(
            Item(
                key=key,
                value=float(chance.integers(-2, 10)) if is_whole else float(chance.normal(2, 2)),
                effort=float(chance.integers(1, 9)) if is_whole else float(chance.lognormal(1, 0.7)),
                objective=str(chance.choice(OBJECTIVES)),
                kinds={
                    kind: float(chance.choice([0.25, 0.5, 1.0])) for kind in KINDS if chance.random() < 0.5
                },
                requires=related if chance.random() < 0.5 else frozenset(),
                excludes=related if chance.random() < 0.3 else frozenset(),
                is_promised=balanced and chance.random() < 0.05,
            )
        )
    capacity = float(np.round(sum(each.effort for each in items) * chance.uniform(0.1, 1.1), 1))
    return Question(tuple(items), capacity, _rules(chance) if balanced else ())


def _rules(chance: np.random.Generator) -> tuple[CountRule | ShareRule, ...]:
    found: list[CountRule | ShareRule] = []
    for objective in OBJECTIVES:
        if chance.random() < 0.4:
            least = int(chance.integers(0, 3))
            found.append(
                CountRule(
                    key=f"count-{objective}",
                    objective=objective,
                    at_least=least,
                    at_most=least + int(chance.integers(0, 3)),
                    price=_price(chance),
                )
            )
    for kind in KINDS:
        if chance.random() < 0.4:
            low = float(chance.choice([0.0, 0.2, 0.4]))
            high = min(1.0, low + float(chance.choice([0.1, 0.3, 1.0])))
            found.append(
                ShareRule(key=f"share-{kind}", kind=kind, at_least=low, at_most=high, price=_price(chance))
            )
    return tuple(found)


def _price(chance: np.random.Generator) -> float | None:
    return float(chance.uniform(0.1, 2)) if chance.random() < 0.4 else None


@dataclass(frozen=True)
class Tried:
    """The best of all choices, and the choice."""

    net: float
    chosen: frozenset[str]


def by_trying(asked: Question) -> Tried | None:
    """Every choice in turn, by the words of the rules; None where none meets them."""
    best: Tried | None = None
    for picks in product((False, True), repeat=len(asked.items)):
        chosen = [each for each, is_in in zip(asked.items, picks, strict=True) if is_in]
        net = _net(asked, chosen)
        if net is not None and (best is None or net > best.net):
            best = Tried(net, frozenset(each.key for each in chosen))
    return best


def _net(asked: Question, chosen: list[Item]) -> float | None:
    keys = {each.key for each in chosen}
    effort = sum(each.effort for each in chosen)
    if effort > asked.capacity * (1 + CLOSE) or any(
        not each.requires <= keys or each.excludes & keys for each in chosen
    ):
        return None
    if any(each.is_promised and each.key not in keys for each in asked.items):
        return None
    net = sum(each.value for each in chosen)
    for rule in asked.rules:
        if isinstance(rule, CountRule):
            size = sum(each.objective == rule.objective for each in chosen)
            gap = max(rule.at_least - size, size - rule.at_most, 0)
        else:
            size = sum(each.kinds.get(rule.kind, 0) * each.effort for each in chosen)
            gap = max(rule.at_least * effort - size, size - rule.at_most * effort, 0)
        if gap > CLOSE * max(effort, 1):
            if rule.price is None:
                return None
            net -= rule.price * gap
    return net
