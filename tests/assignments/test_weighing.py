"""The weights of a cycle are stated with a reason; the newest count, and the match asks with them."""

from __future__ import annotations

import pytest
from tests.assignments.quarter import serve
from tests.organisation import NOW

from throughline.assignments.asking import asked_of
from throughline.assignments.models import Weighing
from throughline.assignments.weighing import history, weigh
from throughline.audit.models import Entry
from throughline.engine.matching import Balance, Weights
from throughline.engine.refusals import Refused, each_of
from throughline.live.models import Change

pytestmark = pytest.mark.django_db
SAID = {"business": "2", "interest": "1", "growth": "1", "reason": "A promise to the board"}


def test_proportions_are_kept_as_shares_and_counted_by_the_match(quarter):
    weigh("person:4 Max", quarter, now=NOW, **SAID)
    assert asked_of(quarter).weights == Weights(0.5, 0.25, 0.25)


def test_the_newest_counts_and_all_of_them_stay(quarter):
    weigh("person:4 Max", quarter, now=NOW, **SAID)
    weigh("person:4 Max", quarter, now=NOW, business=0, interest=0, growth=1, reason="A year to learn")
    assert [each.reason for each in history(quarter)] == ["A year to learn", "A promise to the board"]
    assert asked_of(quarter).weights == Weights(0.0, 0.0, 1.0)


def test_a_balance_and_the_settings_reach_the_match(quarter, works):
    serve(works["rules"], "see")
    rows = [{"objective": "see", "at_least": "30 %", "price": ""}, {"objective": "", "at_least": ""}]
    weigh("person:4 Max", quarter, now=NOW, beta="0,2", phi="1", balance=rows, **SAID)
    question = asked_of(quarter).question
    assert question.balance == (Balance("see", 0.3, 0.5),)
    assert (question.settings.beta, question.settings.phi, question.settings.continuity) == (0.2, 1.0, 0.05)


def test_it_is_audited_and_announced(quarter):
    weigh("person:4 Max", quarter, now=NOW, **SAID)
    entry = Entry.objects.get(action="weights of the match stated")
    assert entry.detail["reason"] == "A promise to the board"
    assert Change.objects.filter(topic=f"cycle:{quarter.pk}", what="match").exists()


@pytest.mark.parametrize(
    ("changed", "place", "says"),
    [
        ({"business": "much"}, "business", "expected a weight from 0, such as 0.5, found 'much'"),
        ({"business": "0", "interest": "0", "growth": "0"}, "business", "one weight at least"),
        ({"reason": "  "}, "reason", "say in one line why these weights"),
        ({"reason": "x" * 501}, "reason", "at most 500 characters"),
        ({"phi": "11"}, "phi", "expected 0 to 10"),
        ({"balance": [{"objective": "nowhere", "at_least": "20 %"}]}, "objective_1", "choose an objective"),
        ({"balance": [{"objective": "see", "at_least": ""}]}, "at_least_1", "say at least which share"),
        ({"balance": [{"objective": "see", "at_least": "40"}]}, "at_least_1", "write 40 % or 0.4"),
        (
            {"balance": [{"objective": "see", "at_least": "20 %"}] * 2},
            "objective_2",
            "there is a rule about this already",
        ),
        (
            {
                "balance": [
                    {"objective": "see", "at_least": "60 %"},
                    {"objective": "close", "at_least": "60 %"},
                ]
            },
            "at_least_2",
            "more than all weeks",
        ),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(quarter, works, changed, place, says):
    serve(works["rules"], "see")
    serve(works["robot"], "close")
    with pytest.raises(Refused) as refused:
        weigh("person:4 Max", quarter, now=NOW, **{**SAID, **changed})
    assert refused.value.place == place
    assert says in refused.value.message
    assert not Weighing.objects.exists()


def test_all_that_is_wrong_is_said_at_once(quarter):
    with pytest.raises(Refused) as refused:
        weigh("person:4 Max", quarter, now=NOW, **{**SAID, "business": "x", "reason": ""})
    assert {each.place for each in each_of(refused.value)} == {"business", "reason"}
