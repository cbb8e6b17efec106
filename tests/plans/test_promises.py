"""The key results of a file, with their places; a file that holds none or cannot be read is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine.linting import judged
from throughline.engine.refusals import Refused
from throughline.plans.promises import is_yaml, lint_file

PLAN = """\
apiVersion: throughline/v1
kind: Plan
objectives:
  - text: Customers can trust every release
    key_results:
      - Improve sign-ups
      - text: Reduce P0 bugs from 50 to 10 this quarter.
        metric: open_bugs
        target: 0123
  - title: Nobody waits
    key_results: [Keep CSAT above 9, 'no']
"""


def found(text: str, *, yaml: bool = True) -> list[tuple[str, int, int]]:
    return [
        (each.promise.text, each.promise.line, each.promise.column)
        for each in lint_file(text, name="q.yaml", yaml=yaml)
    ]


def test_key_results_of_a_plan_are_found_under_their_objectives_with_line_and_column():
    assert found(PLAN) == [
        ("Improve sign-ups", 6, 9),
        ("Reduce P0 bugs from 50 to 10 this quarter.", 7, 15),
        ("Keep CSAT above 9", 11, 19),
        ("no", 11, 38),
    ]


def test_no_text_becomes_a_number_or_a_yes():
    fields = lint_file(PLAN, name="q.yaml", yaml=True)[1].promise.fields
    assert fields == {
        "text": "Reduce P0 bugs from 50 to 10 this quarter.",
        "metric": "open_bugs",
        "target": "0123",
    }


def test_a_list_at_the_top_holds_key_results():
    assert found("- Keep CSAT above 9\n- text: Improve sign-ups\n") == [
        ("Keep CSAT above 9", 1, 3),
        ("Improve sign-ups", 2, 9),
    ]


def test_several_documents_in_a_file_are_all_read():
    assert [text for text, *_ in found("key_results: [A]\n---\nkey_results: [B]\n")] == ["A", "B"]


def test_a_text_file_holds_one_a_line():
    assert found("# ours\nKeep CSAT above 9\n\n  Improve it\n", yaml=False) == [
        ("Keep CSAT above 9", 2, 1),
        ("Improve it", 4, 3),
    ]


def test_whoever_reads_plans_adds_what_fields_say():
    asked = []

    def judge(text, fields):
        asked.append((text, fields.get("metric")))
        return judged([])

    lint_file(PLAN, name="q.yaml", yaml=True, judge=judge)
    assert asked[1] == ("Reduce P0 bugs from 50 to 10 this quarter.", "open_bugs")


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("a: [1", "q.yaml:1:6", "not_yaml"),
        ("key_results: five", "q.yaml:1:14", "not_a_list"),
        ("key_results:\n- [a]\n", "q.yaml:2:3", "not_a_key_result"),
        ("key_results:\n- metric: x\n", "q.yaml:2:3", "no_text"),
        ("a: 1", "q.yaml", "nothing_to_lint"),
        ("", "q.yaml", "nothing_to_lint"),
        ("a: *b", "q.yaml:1:4", "not_yaml"),
        ("a: " + "[" * 5000, "q.yaml", "not_yaml"),
        ("a: " + "[" * 60 + "]" * 60, "q.yaml:1:44", "too_deep"),
        ("a" * 2_000_001, "q.yaml", "too_large"),
        ("a: \x00", "q.yaml", "not_yaml"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text, place, code):
    with pytest.raises(Refused) as refused:
        lint_file(text, name="q.yaml", yaml=True)
    assert (refused.value.place, refused.value.code) == (place, code)
    assert "\n" not in str(refused.value)


def test_aliases_that_multiply_are_looked_at_once():
    levels = "\n".join(f"k{n}: &b{n} [*b{n - 1}, *b{n - 1}]" for n in range(1, 40))
    assert found(f"k0: &b0 [1]\n{levels}\nkey_results: [Keep CSAT above 9]\n") == [
        ("Keep CSAT above 9", 41, 15)
    ]


def test_a_tag_makes_no_object():
    assert [text for text, *_ in found("key_results: [!!python/object:os.system 'Improve it']")] == [
        "Improve it"
    ]


@pytest.mark.parametrize(
    "text", ["- Improve it", "key_results:\n", "---\n", "# ours\nkind: Plan\n", "apiVersion: x"]
)
def test_yaml_without_a_name_is_recognised(text):
    assert is_yaml(text)


@pytest.mark.parametrize("text", ["Improve it", "Backend: 500 MB per process", "", "-30% open flaws"])
def test_sentences_are_not_taken_for_yaml(text):
    assert not is_yaml(text)


@given(st.text(alphabet=st.sampled_from("ab:-[]{}&*!'\"|>#\n \t0,?%@`"), max_size=60))
def test_any_text_is_read_or_refused_with_its_place(text):
    try:
        read = lint_file(text, name="q.yaml", yaml=True)
    except Refused as refusal:
        read, refused = [], refusal
    else:
        refused = None
    assert read if refused is None else str(refused).startswith("q.yaml")
