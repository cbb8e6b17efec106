"""`throughline portfolio`: what it answers, in JSON and in words, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from tests.portfolio.files import EXAMPLE, answered, asked, candidate, small


def of(found, key):
    return next(each for each in found["candidates"] if each["key"] == key)


def test_what_is_worth_most_is_chosen_and_what_missed_says_by_how_much():
    found = answered(small())
    assert found["portfolio"] == {
        "feasible": True,
        "chosen": ["a"],
        "value": 0.5,
        "penalty": 0,
        "net": 0.5,
        "effort": 4,
        "short": 0,
    }
    # b is worth 0.2: it is in with 0.3 more instead of a, or with 2 person-weeks less beside it.
    [missed] = found["just_missed"]
    assert missed == {"key": "b", "value": pytest.approx(0.3), "effort": pytest.approx(2)}
    assert of(found, "b")["why"] == "Out: it would be in with 0.3 points more, or with 2 person-weeks less."


def test_capacity_on_the_command_line_replaces_that_of_the_file():
    assert answered(small(), "--capacity", "7")["portfolio"]["chosen"] == ["a", "b"]
    without = small()
    del without["capacity"]
    assert answered(without, "--capacity", "3")["portfolio"]["chosen"] == ["b"]


def test_goals_claim_capacity_and_it_shrinks_visibly():
    found = answered(small(claims=[{"title": "Pass the audit", "weeks": 2}]))
    assert found["capacity"] == {"weeks": 5, "claimed": 2, "left": 3}
    assert found["portfolio"]["chosen"] == ["b"]
    assert (
        "2 person-weeks are claimed" in asked(small(claims=[{"title": "Pass the audit", "weeks": 2}])).output
    )


def test_one_more_person_buys_what_fits_then():
    found = answered(small(person_weeks=2))
    assert found["more"]["person_week"]["gain"] == 0
    assert found["more"]["person"] == {"weeks": 2, "gain": pytest.approx(0.2), "enters": ["b"], "leaves": []}


def test_the_weight_of_an_objective_is_shared_by_its_key_results_and_guardrails_stand_apart():
    document = small(
        objectives=[{"key": "o", "weight": 6}],
        key_results=[
            {"key": "days", "objective": "o", "baseline": 40, "target": 20, "weight": 2},
            {"key": "other", "objective": "o", "baseline": 0, "target": 1},
            {
                "key": "build",
                "objective": "o",
                "baseline": 10,
                "target": 12,
                "guardrail": True,
                "weight": 0.5,
            },
        ],
    )
    worth = {each["key"]: each["worth_of_a_unit"] for each in answered(document)["key_results"]}
    assert worth == pytest.approx({"days": -4 / 20, "other": 2.0, "build": 3 / 2})


def test_balance_has_a_price_and_says_what_it_keeps_out():
    document = small(
        objectives=[{"key": "one"}, {"key": "two"}],
        candidates=[candidate("a", 10, 4, objective="one"), candidate("b", 4, 3, objective="two")],
        balance=[{"key": "both", "title": "Something for two", "objective": "two", "at_least": 1}],
    )
    found = answered(document)
    [rule] = found["balance"]
    assert rule["price"] == pytest.approx(0.3)
    assert rule["without"] == {"enters": ["a"], "leaves": ["b"]}
    assert "In because of 'Something for two'" in of(found, "b")["why"]
    assert "Balance costs 0.3 points: Something for two: at least 1 for 'two'." in asked(document).output


def test_rules_that_cannot_all_hold_are_named_in_an_answer():
    document = small(
        objectives=[{"key": "one"}, {"key": "two"}],
        candidates=[candidate("a", 10, 4, objective="one"), candidate("b", 4, 3, objective="two")],
        balance=[{"key": "each", "objective": "each", "at_least": 1}],
    )
    found = answered(document)["portfolio"]
    assert found["feasible"] is False
    assert [(each["kind"], each["keys"]) for each in found["conflict"]] == [
        ("rule", ["each:one"]),
        ("rule", ["each:two"]),
        ("capacity", []),
    ]
    shown = asked(document)
    assert shown.exit_code == 0
    assert (
        "These cannot all hold: at least 1 for 'one'; at least 1 for 'two'; the capacity of 5 person-weeks."
        in shown.output
    )


def test_a_soft_rule_is_missed_at_its_price():
    document = small(balance=[{"key": "bets", "kind": "big-bet", "at_least": 0.5, "price": 0.01}])
    found = answered(document)
    assert found["balance"][0]["missed_by"] == pytest.approx(2)
    assert found["portfolio"]["penalty"] == pytest.approx(0.02)


def test_a_tie_is_said():
    found = answered(small(candidates=[candidate("a", 10, 4), candidate("b", 10, 4)]))
    assert of(found, "b")["why"] == "Out, and as good as what is in: 0.5 points for 4 person-weeks."


def test_what_excludes_the_promised_says_what_is_against_it():
    document = small(
        capacity=20, candidates=[candidate("a", 1, 4, must=True), candidate("b", 9, 3, excludes=["a"])]
    )
    found = answered(document)
    assert found["portfolio"]["chosen"] == ["a"]
    assert of(found, "b")["why"] == (
        "Out, and no value or effort would change that: These cannot all hold: "
        "'a' has to be in; 'b' has to be in; 'a' cannot be beside 'b'."
    )


def test_a_wide_range_is_worth_less_than_its_middle_and_both_are_shown():
    wide = candidate("wide", 12, 4) | {"effects": [{"key_result": "days", "low": -40, "high": 10}]}
    sure = [candidate(f"sure-{days}", days, 4) for days in (4, 8, 10)]
    value = of(answered(small(shrinkage=True, candidates=[wide, *sure])), "wide")["value"]
    assert value["expected"] == pytest.approx(0.75)
    assert value["shrunk"] < 0.5
    assert value["counted"] == value["shrunk"]


def test_what_has_no_effect_yet_tells_nothing_about_the_others():
    wide = [
        candidate(key, days, 4) | {"effects": [{"key_result": "days", "low": -days - 40, "high": 40 - days}]}
        for key, days in (("a", 10), ("b", 12))
    ]
    blank = {"key": "blank", "effort": {"low": 1, "high": 1}}
    found = answered(small(shrinkage=True, candidates=[*wide, blank]))
    assert of(found, "blank")["value"]["counted"] == 0
    assert of(found, "a")["value"]["counted"] == pytest.approx(0.55)
    assert "Without an effect a candidate is worth nothing: 'blank'." in found["warnings"]


def test_what_brings_nothing_says_so():
    found = answered(small(candidates=[candidate("a", 0, 4)]))
    assert found["portfolio"]["chosen"] == []
    assert of(found, "a")["why"] == "Out: it brings nothing."


def test_what_another_needs_is_in_and_says_so():
    found = answered(
        small(capacity=9, candidates=[candidate("a", 10, 4, requires=["b"]), candidate("b", 1, 3)])
    )
    assert of(found, "b")["why"].endswith("; 'a' cannot be without it.")


def test_where_vote_and_value_part_is_the_agenda():
    by_points = small(candidates=[candidate("a", 10, 4, votes=1), candidate("b", 4, 3, votes=9)])
    by_rank = small(candidates=[candidate("a", 10, 4, vote_rank=2), candidate("b", 4, 3, vote_rank=1)])
    for document in (by_points, by_rank):
        found = answered(document)["disagreement"]
        assert {each["key"]: each["gap"] for each in found} == {"a": -1, "b": 1}
    assert "That is the agenda:\n  The vote puts 'b' 1 place higher" in asked(by_points).output


def test_a_target_that_is_passed_and_a_guardrail_that_breaks_are_warned_of():
    guard = {"key": "guard", "baseline": 10, "target": 12, "guardrail": True, "weight": 0.01}
    over = candidate("a", 30, 4)
    over["effects"].append({"key_result": "guard", "low": 3, "high": 3})
    document = small(candidates=[over])
    document["key_results"].append(guard)
    said = " ".join(answered(document)["warnings"])
    assert "would move days by 150 % of its way" in said
    assert "past its bound" in said


def test_the_same_seed_gives_the_same_answer_and_the_order_of_candidates_makes_no_difference():
    first = asked(EXAMPLE, "--json").stdout
    assert first == asked(EXAMPLE, "--json").stdout
    head, candidates = EXAMPLE.split("\ncandidates:\n")
    blocks = candidates.split("\n  - key: ")
    turned = [f"  - key: {each}" for each in blocks[:0:-1]] + [blocks[0]]
    one, other = json.loads(first), answered(f"{head}\ncandidates:\n" + "\n".join(turned))
    assert one["portfolio"] == other["portfolio"]
    assert {each["key"]: each["in_best"] for each in one["candidates"]} == {
        each["key"]: each["in_best"] for each in other["candidates"]
    }
    assert answered(EXAMPLE.replace("capacity: 34", "capacity: 34\nseed: 2"))["draws"]["seed"] == 2


def test_without_draws_no_chance_is_said():
    found = answered(small(draws=0))
    assert found["draws"] is None
    assert of(found, "a")["in_best"] is None


def test_standard_output_holds_the_answer_and_nothing_else(tmp_path):
    # The solver writes past Python, so only a process of its own shows it.
    (tmp_path / "file.json").write_text(json.dumps(small()))
    command = [sys.executable, "-m", "throughline.cli", "portfolio", "file.json", "--json"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (found.returncode, found.stderr) == (0, "")
    assert json.loads(found.stdout)["portfolio"]["chosen"] == ["a"]


def test_the_words_have_a_cut_line_with_what_is_in_above_and_out_below():
    shown = asked(EXAMPLE).output.splitlines()
    [cut] = [place for place, line in enumerate(shown) if line.startswith("──── the cut")]
    reasons = [(place < cut, line.split()[0]) for place, line in enumerate(shown) if line.startswith("     ")]
    assert {is_above == line.startswith("In") for is_above, line in reasons} == {True}
    assert len(reasons) == 5


@pytest.mark.parametrize("capacity", ["-1", "1e9", "nan"])
def test_a_capacity_that_is_none_is_refused(capacity):
    found = asked(small(), "--capacity", capacity)
    assert found.exit_code == 2
    assert "--capacity: expected person-weeks from 0 to 100,000" in found.output


def test_a_file_that_is_not_there_is_one_message():
    from click.testing import CliRunner

    from throughline.cli import main

    found = CliRunner().invoke(main, ["portfolio", "missing.yaml"])
    assert (found.exit_code, found.output) == (2, "Error: missing.yaml: there is no such file\n")
