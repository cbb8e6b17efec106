"""Reading a plan: nothing is guessed, everything that is wrong is said at once, each with its place."""

from __future__ import annotations

import time

import pytest
from tests.plans.documents import HEAD, QUARTER, objective, plan

from throughline.plans.format.meaning import Known, understood
from throughline.plans.format.nodes import documents
from throughline.plans.format.problems import Problems


def said(files: dict[str, bytes], known: Known | None = None) -> list[str]:
    with pytest.raises(Problems) as refused:
        understood(files, known)
    return [str(problem) for problem in refused.value.found]


def test_what_yaml_would_guess_stays_as_it_is_written():
    found = understood(
        plan("""
            goals:
              - {key: 2027, title: no, owner: 0123, source: 1.10, description: 2027-01-01}
              - {key: "true", title: null, owner: Null}
        """)
    )
    first, second = (each.values for each in found["goals"])
    assert (first["title"], first["owner"], first["source"]) == ("no", "0123", "1.10")
    assert (first["key"], first["description"]) == ("2027", "2027-01-01")
    assert (second["key"], second["title"], second["owner"]) == ("true", "null", "Null")


def test_a_line_with_nothing_behind_its_colon_is_a_line_left_out():
    [goal] = understood(plan("goals:\n  - key: trust\n    title: Trust\n    owner:\ncycles:\n"))["goals"]
    assert goal["owner"] == ""


def test_an_unknown_metric_is_named_with_its_place_and_the_nearest():
    found = objective("""
        - key: faster
          metric: time_to_detct
    """)
    assert said(found) == [
        "plan.yaml:13:17: metric 'time_to_detct' is not defined (did you mean time_to_detect?): "
        "this key result is not decidable"
    ]


@pytest.mark.parametrize(
    "key_result",
    [
        "{key: a, kind: baseline, metric: minutes_to_patch}",
        "{key: a, metric: minutes_to_patch}",
        "{key: a, metric: count(), where: severity >= 'high'}",
    ],
)
def test_a_metric_may_be_a_series_an_expression_or_one_that_will_be_measured_first(key_result):
    series = b"series:\n  - {name: minutes_to_patch}\n" if "baseline" not in key_result else b""
    files = objective(f"- {key_result}\n")
    understood({"plan.yaml": files["plan.yaml"] + series})


def test_a_series_of_the_data_folder_is_known_too():
    files = objective("- {key: a, metric: minutes_to_patch}\n")
    assert said(files)
    understood(files, Known({"series": frozenset({"minutes_to_patch"})}))


def test_everything_that_is_wrong_is_said_at_once_in_the_order_of_the_file():
    files = plan("""
        goals:
          - key: trust
            titel: Trust
            owner: [Lena]
        cycles:
          - {key: 2027-q1, title: 2027-Q1, start: 2027-03-31, end: 2027-01-01}
        objectives:
          - key: repair-first
            title: Repair first
            cycle: 2027-q2
            supports:
              - goal:trsut
            key_results:
              - {key: a, weight: heavy, window: a while, where: severity >=}
    """)
    assert said(files) == [
        "plan.yaml:5:5: this goal has no title. The goal in one line.",
        "plan.yaml:6:5: a goal has no 'titel' (did you mean title?)",
        "plan.yaml:7:12: expected one value behind owner, found a list",
        "plan.yaml:9:60: the last day 2027-01-01 is not after the first, 2027-03-31: choose a later one",
        "plan.yaml:13:12: there is no cycle '2027-q2' (did you mean 2027-q1?): add it, or name another",
        "plan.yaml:15:9: there is no goal 'trsut' (did you mean trust?): add it, or name another",
        "plan.yaml:17:26: weight: expected a number from 0 to 1000000, found 'heavy'",
        "plan.yaml:17:41: window: a window is 'period' (from the start until now), 'all', or a number of "
        "days such as '90 days'; found 'a while': this key result is not decidable",
        "plan.yaml:17:57: where: expected a field, a number, a 'text' or '(', found the end (column 12): "
        "this key result is not decidable",
    ]


def test_a_field_that_is_written_twice_is_refused_with_both_places():
    files = plan("goals:\n  - key: trust\n    title: Trust\n    title: Faith\n")
    assert said(files) == ["plan.yaml:6:5: 'title' is written twice, first at line 5: keep one"]


def test_several_files_are_one_plan_and_what_two_of_them_say_differently_is_named():
    goals = HEAD + "goals:\n  - {key: trust, title: Trust}\n"
    more = HEAD + "long_term_objectives:\n  - {key: a, title: A, kind: delivery, supports: [goal:trust]}\n"
    found = understood({"goals.yaml": goals.encode(), "more.yaml": more.encode()})
    assert [len(found["goals"]), len(found["long_term_objectives"])] == [1, 1]
    again = HEAD + "goals:\n  - {key: trust, title: Faith}\n"
    assert said({"goals.yaml": goals.encode(), "again.yaml": again.encode()}) == [
        "again.yaml:4:11: the goal 'trust' is written at goals.yaml:4:11 already, with another title: "
        "keep one of the two"
    ]


def test_a_file_may_hold_several_documents():
    text = HEAD + "goals:\n  - {key: a, title: A}\n---\n" + HEAD + "goals:\n  - {key: b, title: B}\n"
    assert [each.key for each in understood({"plan.yaml": text.encode()})["goals"]] == ["a", "b"]


def test_key_results_may_stand_in_a_file_of_their_own_and_their_keys_are_told_apart():
    own = HEAD + "key_results:\n  - {key: fewer, objective: repair-first}\n"
    [message] = said({"a.yaml": QUARTER.encode(), "b.yaml": own.encode()})
    assert message.startswith("b.yaml:4:11: the key result 'fewer' is written at a.yaml:")


def test_a_step_whose_key_is_written_twice_is_refused():
    steps = "[{key: a, title: A, weight: 50}, {key: a, title: B, weight: 50}]"
    [message] = said(objective(f"- {{key: pilot, kind: milestone, steps: {steps}}}\n"))
    assert "the step 'a' is written at" in message


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("{key: a, title: A, kind: delivery, balances: [long_term_objective:a]}", "does not serve itself"),
        ("{key: a, title: A, kind: delivery, supports: [goal:g], contributes: [goal:g]}", "stands under"),
        ("{key: a, title: A, kind: risk}", "expected one of actual_risk, perceived_risk, delivery"),
        ("{key: a, title: A, kind: delivery, supports: [objective:g]}", "expected goal:KEY"),
    ],
)
def test_an_edge_that_leads_nowhere_sensible_is_refused(item, message):
    files = plan(f"goals:\n  - {{key: g, title: G}}\nlong_term_objectives:\n  - {item}\n")
    [found] = said(files)
    assert message in found


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "1:1: the file is empty"),
        (b"a: [", "1:5: this is no YAML"),
        (b"a: b: c", "1:5: this is no YAML: mapping values are not allowed here"),
        (b"a: &x 1\nb: *x", "2:4: the alias *x is not followed: write it out here"),
        (b"- !!python/object:os.system x", "1:3: the tag"),
        (b"kind: caf\xe9", "1:10: expected UTF-8"),
        (b'x: "\\ud800"', "1:4: the character U+D800"),
        (b'x: "\\0"', "1:4: the character U+0000"),
        (b"x: \x01", "1:4: this is no YAML"),
        (b"? [a]\n: b", "1:3: expected the name of a field"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(content, message):
    [first, *_] = said({"plan.yaml": content})
    assert first.startswith(f"plan.yaml:{message}")


def test_a_broken_json_is_called_by_its_name():
    with pytest.raises(Problems, match=r"team\.json:1:11: this is no JSON"):
        documents(b'{"people":', file="team.json")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[" * 100_000, "levels"),
        (b"a:\n" + b"- x\n" * 50_001, "values"),
        (b"#" * 1_000_001, "bytes"),
        (b"a: &a [x]\n" + b"".join(b"b%d: &b%d [*a, *a]\n" % (n, n) for n in range(50)), "alias"),
    ],
)
def test_no_file_takes_longer_than_its_size_deserves(content, message):
    started = time.monotonic()
    [found, *_] = said({"plan.yaml": content})
    assert message in found
    assert time.monotonic() - started < 30
