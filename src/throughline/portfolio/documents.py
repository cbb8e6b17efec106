"""The answer as JSON has it; its schema is docs/portfolio-answer.schema.json."""

from __future__ import annotations

from typing import Any

from throughline.engine.cut_line import Missed, More
from throughline.engine.draws import Chance
from throughline.engine.portfolio import Clause, Portfolio, Rule, moved
from throughline.engine.priorities import FORMULA_VERSION, Views, ranks
from throughline.portfolio import saying
from throughline.portfolio.answering import Answer

SHRINKAGE = "trust × expected + (1 − trust) × mean, trust = spread² / (spread² + error²)"


def document(found: Answer) -> dict[str, Any]:
    """Everything that is known, with a sentence wherever a person would ask why."""
    return {
        "formula_version": FORMULA_VERSION,
        "capacity": {"weeks": found.asked.capacity, "claimed": found.asked.claimed, "left": found.asked.left},
        "portfolio": _chosen(found),
        "candidates": _candidates(found),
        "shrinkage": {
            "applied": found.asked.is_shrunk,
            "mean": found.shrunk.mean,
            "spread": found.shrunk.spread,
            "formula": SHRINKAGE,
        },
        "key_results": _key_results(found),
        "balance": _balance(found),
        "just_missed": [_missed(each) for each in found.around.missed] if found.around else [],
        "more": _more(found),
        "frontier": [
            {"capacity": capacity, "value": each.value, "net": each.net, "chosen": list(each.chosen)}
            for capacity, each in (found.around.frontier if found.around else ())
        ],
        "order": _order(found),
        "disagreement": [
            {
                "key": each.key,
                "vote_rank": each.vote_rank,
                "value_rank": each.value_rank,
                "gap": each.gap,
                "says": saying.disagreement(found, each),
            }
            for each in found.disagreements
        ],
        "draws": _draws(found),
        "warnings": list(saying.warnings(found)),
    }


def _chosen(found: Answer) -> dict[str, Any]:
    chosen = found.chosen
    if chosen is None:
        named = [_clause(found, each) for each in found.conflict]
        return {"feasible": False, "conflict": named, "says": saying.conflict(found, found.conflict)}
    return {
        "feasible": True,
        "chosen": list(chosen.chosen),
        "value": chosen.value,
        "penalty": chosen.penalty,
        "net": chosen.net,
        "effort": chosen.effort,
        "short": chosen.short,
    }


def _clause(found: Answer, clause: Clause) -> dict[str, Any]:
    keys = [each for each in (clause.key, clause.other) if each]
    return {"kind": clause.kind, "keys": keys, "says": saying.clause(found, clause)}


def _candidates(found: Answer) -> list[dict[str, Any]]:
    """All of them, by value a person-week, the highest first."""
    values = found.values
    per_week = [values[each.key] / each.effort.mean for each in found.asked.candidates]
    placed = ranks(per_week)
    by_view = {name: _ranked([getattr(each, name) for each in found.views]) for name in saying.VIEWS}
    rows = [
        _candidate(found, place) | {"rank": placed[place]} | _views(found.views[place], by_view, place)
        for place in range(len(placed))
    ]
    order = sorted(range(len(rows)), key=lambda place: (placed[place], found.asked.candidates[place].key))
    return [rows[place] for place in order]


def _candidate(found: Answer, place: int) -> dict[str, Any]:
    each = found.asked.candidates[place]
    value, chances = each.value, found.around.chances if found.around else None
    return {
        "key": each.key,
        "title": found.asked.titles.get(each.key, each.key),
        "objective": each.objective or None,
        "chosen": bool(found.chosen and each.key in found.chosen.chosen),
        "value": {
            "expected": value.expected,
            "low": value.low,
            "high": value.high,
            "error": value.error,
            "gain": value.gain,
            "harm": value.harm,
            "trust": float(found.shrunk.trust[place]),
            "shrunk": float(found.shrunk.values[place]),
            "counted": found.values[each.key],
        },
        "effort": {"expected": each.effort.mean, "low": each.effort.low, "high": each.effort.high},
        "in_best": _chance(chances.in_best[each.key]) if chances else None,
        "in_top": _chance(chances.top[each.key]) if chances else None,
        "why": saying.why(found, each),
    }


def _views(views: Views, by_view: dict[str, list[int | None]], place: int) -> dict[str, Any]:
    return {
        "views": {
            name: {"score": getattr(views, name), "rank": by_view[name][place]} for name in saying.VIEWS
        }
    }


def _ranked(scores: list[float | None]) -> list[int | None]:
    """Ranks of what has a score."""
    given = [score for score in scores if score is not None]
    placed = iter(ranks(given))
    return [None if score is None else next(placed) for score in scores]


def _chance(chance: Chance) -> dict[str, float]:
    return {"probability": chance.probability, "standard_error": chance.error}


def _key_results(found: Answer) -> list[dict[str, Any]]:
    """How far the chosen work moves each in the mean, and which part of the way to its target that is."""
    return [
        {
            "key": aim.key,
            "guardrail": aim.is_guardrail,
            "worth_of_a_unit": aim.worth,
            "moved": found.moved(aim),
            "way": found.moved(aim) / (aim.target - aim.baseline),
        }
        for aim in found.asked.aims
    ]


def _balance(found: Answer) -> list[dict[str, Any]]:
    prices = {each.rule: each for each in found.around.prices} if found.around else {}
    return [_rule(found, rule, prices.get(rule.key)) for rule in found.asked.rules]


def _rule(found: Answer, rule: Rule, price: Any) -> dict[str, Any]:
    entered, left = moved(found.chosen, price.without) if price and found.chosen else ([], [])
    return {
        "key": rule.key,
        "says": saying.rule(found, rule),
        "soft": rule.price is not None,
        "missed_by": found.chosen.missed.get(rule.key, 0.0) if found.chosen else None,
        "price": price.lost if price else None,
        "without": {"enters": list(entered), "leaves": list(left)},
    }


def _missed(each: Missed) -> dict[str, Any]:
    return {"key": each.key, "value": each.value, "effort": each.effort}


def _more(found: Answer) -> dict[str, Any] | None:
    if found.around is None or found.chosen is None:
        return None
    week, person = found.around.more
    return {"person_week": _bought(found.chosen, week), "person": _bought(found.chosen, person)}


def _bought(chosen: Portfolio, more: More) -> dict[str, Any]:
    entered, left = moved(chosen, more.then)
    return {"weeks": more.weeks, "gain": more.gain, "enters": list(entered), "leaves": list(left)}


def _order(found: Answer) -> dict[str, Any] | None:
    """None where nothing that is chosen has a duration and a cost of delay."""
    if found.around is None or not found.around.order.keys:
        return None
    order = found.around.order
    return {"keys": list(order.keys), "loss": order.loss, "exact": order.is_exact}


def _draws(found: Answer) -> dict[str, Any] | None:
    if found.around is None or found.around.chances is None:
        return None
    return {
        "count": found.asked.draws,
        "seed": found.asked.seed,
        "k": found.k,
        "fits": _chance(found.around.chances.fits),
        "unmet": found.around.chances.unmet,
    }
