"""What a reviewer is asked, and what disagreement comes to."""

from __future__ import annotations

import pytest

from throughline.engine.linting import Fields, end_values, review_questions, two_person

SHARE = Fields(metric="covered_share", unit="share", aggregation="share", baseline=0.4, target=0.8)
EVENT = Fields(kind="binary", acceptance_test="The VPN host answers no packet.")


def test_a_measured_key_result_is_asked_about_outsiders_denominator_whole_and_made_up_ends():
    asked = review_questions(SHARE)
    assert [question.rule for question in asked] == ["D29", "D30", "D32", *["D34"] * 5]
    assert "covered_share" in asked[0].text


def test_a_figure_that_is_no_ratio_has_no_denominator_to_ask_about():
    asked = review_questions(Fields(metric="open_count", unit="count", aggregation="count", target=10))
    assert "D30" not in {question.rule for question in asked}


def test_an_event_is_asked_about_with_its_own_test():
    [whole, half_there] = review_questions(EVENT)
    assert whole.rule == "D32"
    assert EVENT.acceptance_test in half_there.text


@pytest.mark.parametrize(
    ("baseline", "target"), [(40.0, 20.0), (20.0, 40.0), (-5.0, 5.0), (None, 10.0), (7.0, 7.0)]
)
def test_made_up_ends_lie_on_both_sides_of_the_target_and_on_it(baseline, target):
    values = end_values(Fields(baseline=baseline, target=target))
    assert values[0] == target
    assert min(values) < target < max(values)


def test_two_people_who_answer_differently_find_the_key_result_undecidable():
    asked = review_questions(SHARE)
    same = [True] * len(asked)
    other = [*same[:-1], False]
    assert two_person(asked, same, same) == ()
    [found] = two_person(asked, same, other)
    assert (found.rule, found.severity) == ("D34", "error")
    assert "40 %" in found.message


def test_only_the_two_person_test_is_about_agreement():
    asked = review_questions(SHARE)
    assert two_person(asked, [True] * len(asked), [False] * 3 + [True] * 5) == ()
