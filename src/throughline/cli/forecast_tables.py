"""Pools, scores and base rates as a person reads them on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

NAMES = {
    "geometric_mean_of_odds": "geometric mean of odds",
    "extremised": "extremised",
    "mean": "mean",
    "median": "median",
    "linear_pool": "linear pool",
    "trimmed_linear_pool": "trimmed linear pool",
    "mean_of_bounds": "averaged bounds (do not use)",
    "geometric_mean_of_bounds": "geometric bounds (do not use)",
    "headline": "headline",
    "individual": "single forecasts",
}
POOLED = ("geometric_mean_of_odds", "extremised", "mean", "median")


def show_pools(document: Mapping[str, Any]) -> None:
    """A table of the probabilities and one of the ranges, then what is to be known of them."""
    console = _console()
    questions = document["questions"]
    binary = [each for each in questions if each["kind"] == "probability"]
    if binary:
        console.print(_probabilities(binary))
        console.print("The headline is the geometric mean of odds.", style="dim")
    for each in questions:
        if each["kind"] == "range":
            console.print(_range(each))
    _warn(console, document.get("notes", ()))
    for each in questions:
        _warn(console, [f"{_named(each)}: {warning}" for warning in each["warnings"]])


def show_scores(document: Mapping[str, Any]) -> None:
    """One table of scores a kind of question, of all rounds and then of each."""
    console = _console()
    parts = [("", document), *((each["round"], each) for each in document["rounds"])]
    for round_, part in parts:
        where = f"Round {round_}" if round_ else ("All rounds" if document["rounds"] else "")
        if part["methods"]:
            console.print(_scores(where or "Probabilities", part["methods"], _BINARY))
        if part["ranges"]:
            console.print(_scores(f"{where or 'Ranges'} (90 % intervals)", part["ranges"], _RANGES))
    if document["unresolved"]:
        console.print(f"{document['unresolved']} without an outcome: not scored.")
    console.print("Brier is one-sided (0 to 1), log in nats; lower is better, but for coverage.", style="dim")
    _warn(console, document["warnings"])


def show_base_rate(document: Mapping[str, Any]) -> None:
    """What was counted, the chance in the period ahead, and what is to be known of both."""
    console = _console()
    period = f"{'an' if document['period']['name'][0] in 'aeiou' else 'a'} {document['period']['name']}"
    if document["kind"] == "epss":
        n = len(document["cves"])
        console.print(
            f"{n:,} CVE{'' if n == 1 else 's'}, scored on {document['score_date'] or 'an unknown day'}."
        )
        console.print(f"At least one exploited within 30 days: {_percent(document['in_30_days'])}")
        console.print(f"At least one in {period}: {_percent(document['at_least_one'])}")
    else:
        chance, rate = document["at_least_one"], document["rate_per_year"]
        events = "event" if document["events"] == 1 else "events"
        console.print(
            f"{document['events']:,} {events} from {document['from']} to {document['until']}: "
            f"{rate['mean']:.3g} a year ({rate['low']:.3g} to {rate['high']:.3g})"
        )
        of = "At least one"
        if "organisations" in document:
            share = document["share_per_year"]
            between = f"{_percent(share['low'])} to {_percent(share['high'])}"
            console.print(f"One organisation of those at risk, a year: {_percent(share['mean'])} ({between})")
            of = "One organisation"
        between = f"{_percent(chance['low'])} to {_percent(chance['high'])}"
        console.print(f"{of} in {period}: {_percent(chance['value'])} ({between})")
        console.print("In brackets: 90 % intervals.", style="dim")
    _warn(console, document["warnings"])


_BINARY = (("Brier", "brier", ".4f"), ("two-sided", "brier_two_sided", ".4f"), ("log", "log", ".4f"))
_RANGES = (
    ("interval score", "interval_score", ""),
    ("CRPS", "crps", ""),
    ("held", "coverage", ".0%"),
)


def _scores(
    title: str, methods: Mapping[str, Mapping[str, Any]], columns: Sequence[tuple[str, str, str]]
) -> Table:
    table = _table(title, [name for name, _, _ in columns] + ["n"])
    for method, found in methods.items():
        cells = [
            format(found[key], how).replace("%", " %") if how else _amount(found[key])
            for _, key, how in columns
        ]
        table.add_row(NAMES[method], *cells, f"{found['n']:,}")
    return table


def _probabilities(questions: Sequence[Mapping[str, Any]]) -> Table:
    table = _table("question", ["n", "headline", *(NAMES[each] for each in POOLED[1:]), "spread (sd)"])
    for each in questions:
        values = [_percent(each["methods"][method]) for method in POOLED[1:]]
        spread = _percent(each["spread"]["sd"])
        table.add_row(_named(each), str(each["n"]), _percent(each["headline"]["value"]), *values, spread)
    return table


def _range(question: Mapping[str, Any]) -> Table:
    table = _table(f"{_named(question)} ({question['n']})", ["5 %", "median", "95 %", "mean", ""])
    chosen = question["headline"]["method"]
    for method, found in {**question["methods"], **question["comparison_only"]}.items():
        cells = [_amount(found[key]) for key in ("lo", "median", "hi", "mean")]
        table.add_row(NAMES[method], *cells, "headline" if method == chosen else "")
    return table


def _named(question: Mapping[str, Any]) -> str:
    return f"{question['question']}, {question['round']}" if question["round"] else str(question["question"])


def _amount(value: float) -> str:
    """An end of a range, mostly money: in whole units from a thousand on, never as a power of ten.

    >>> _amount(28_342.2), _amount(1_459_990.12), _amount(12.3456), _amount(0.5)
    ('28,342', '1,459,990', '12.35', '0.5')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _percent(value: float) -> str:
    """A probability as people say it: small ones keep their first digits, nothing short of it is 100 %."""
    if 0.999 < value < 1:
        return "over 99.9 %"
    return f"{value * 100:.3g} %" if 0 < value < 0.001 else f"{value * 100:.1f} %"


def _table(title: str, columns: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(title, justify="left", overflow="fold")
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _warn(console: Console, sentences: Sequence[str]) -> None:
    for sentence in sentences:
        console.print(f"Note: {sentence}.", style="yellow")


def _console() -> Console:
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
