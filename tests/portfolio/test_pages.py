"""The pages: the first sentence, what is beside a field, views and what-ifs by address, and its figures."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner
from tests.organisation import NOW
from tests.portfolio.quarter import ACTOR, a_quarter, candidate, key_result

from throughline.cli import main
from throughline.objectives.models import Initiative
from throughline.portfolio.actions import change_candidate, drop
from throughline.portfolio.models import Candidate
from throughline.portfolio.ruling import state_rules
from throughline.workshops.models import Board, Cluster

pytestmark = pytest.mark.django_db
PAGE = "/cycles/2027-q1/portfolio/"


@pytest.fixture
def cycle():
    return a_quarter()


@pytest.fixture
def some(cycle):
    """Three that do not all fit into nine weeks."""
    found = [candidate(cycle, title, days, weeks) for title, days, weeks in WORK]
    state_rules(ACTOR, cycle, capacity=9, now=NOW)
    return found


WORK = (("Owners", 4, 3), ("Robot", 6, 5), ("Hunt", 2, 4))


@pytest.fixture
def member(organisation, browser_of):
    return browser_of(organisation.mia)


@pytest.fixture
def manager(organisation, browser_of):
    return browser_of(organisation.max)


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_without_a_candidate_the_page_says_what_to_do(cycle, member):
    assert "What might be done?" in text_of(member.get(PAGE))


def test_without_a_capacity_it_asks_for_one(cycle, member):
    candidate(cycle, "Owners")
    said = text_of(member.get(PAGE))
    assert "1 candidate, and no capacity to choose under yet." in said
    assert "How many person-weeks are there?" in said


def test_the_first_sentence_says_what_fits(some, member):
    said = text_of(member.get(PAGE))
    assert "2 of 3 candidates fit in 8 of 9 person-weeks; together they are worth" in said


def test_each_has_its_reason_and_the_cut_runs_between(some, member):
    said = text_of(member.get(PAGE))
    places = [said.index(each) for each in ("In: ", "the cut: 9 person-weeks", "Out: ")]
    assert places == sorted(places)


def test_a_what_if_on_the_capacity_is_in_the_address(some, member):
    assert "3 of 3 candidates fit in 12 of 12 person-weeks" in text_of(member.get(f"{PAGE}?capacity=12"))


@pytest.mark.parametrize(
    ("capacity", "says"),
    [("many", "found &#x27;many&#x27;"), ("-3", "0 to 100,000"), ("1e9", "person-weeks")],
)
def test_a_capacity_that_is_none_is_said_beside_its_field(some, member, capacity, says):
    answer = member.get(PAGE, {"capacity": capacity})
    assert answer.status_code == 422
    assert says in text_of(answer)


def test_a_view_ranks_by_its_formula_and_is_compared_with_the_best_choice(some, member):
    said = text_of(member.get(f"{PAGE}?view=rice"))
    assert "Going down RICE until no more fits takes 2" in said
    assert "the same as the best choice" in said


def test_a_view_that_ranks_otherwise_says_what_that_costs(cycle, member):
    for title, days, weeks, delay in (("Owners", 8, 4, "1k"), ("Hunt", 1, 4, "90k")):
        candidate(cycle, title, days, weeks, delay_low=delay, duration_low="2")
    state_rules(ACTOR, cycle, capacity=4, now=NOW)
    said = text_of(member.get(f"{PAGE}?view=wsjf"))
    assert "less than the best choice; 1 of them is not in the best choice." in said


def test_a_view_that_is_none_is_the_best_choice(some, member):
    assert member.get(f"{PAGE}?view=nonsense").status_code == 200


def test_what_lacks_a_figure_is_named_with_its_reason(cycle, member):
    made = candidate(cycle, "Hunt")
    change_candidate(ACTOR, made, effort_low="", effort_high="", now=NOW)
    said = text_of(member.get(PAGE))
    assert "Why is there no figure?" in said
    assert "without an effort it is not in the choice" in said


def test_rules_that_cannot_hold_are_named_and_nothing_breaks(some, cycle, manager):
    state_rules(ACTOR, cycle, capacity=9, balance=[{"of": "objective:detect", "at_least": "1"}], now=NOW)
    for view in ("best", "rice"):
        said = text_of(manager.get(f"{PAGE}?view={view}"))
        assert "Nothing can be chosen" in said
        assert "Know it before others do" in said


def test_a_balance_says_its_price_and_what_would_be_without_it(some, cycle, member):
    candidate(
        cycle,
        "Pilot",
        days=0,
        weeks=3,
        objective="detect",
        impacts={key_result("The pilot runs").pk: ("1", "1")},
    )
    state_rules(ACTOR, cycle, capacity=9, balance=[{"of": "objective:detect", "at_least": "1"}], now=NOW)
    said = text_of(member.get(PAGE))
    assert "What the balance costs" in said
    assert "would be in" in said


def test_a_soft_rule_that_is_missed_says_by_how_much(some, cycle, member):
    balance = [{"of": "kind:big-bet", "at_least": "50 %", "price": "0.001"}]
    state_rules(ACTOR, cycle, capacity=9, balance=balance, now=NOW)
    assert "0.004 points; missed by 4 person-weeks" in text_of(member.get(PAGE))


def test_what_the_page_shows_is_what_the_command_says_of_its_document(some, member):
    for query in ("", "?capacity=5"):
        document = member.get(f"/cycles/2027-q1/portfolio.document.json{query}").content
        told = CliRunner().invoke(main, ["portfolio", "-", "--json"], input=document)
        assert told.exit_code == 0, told.output
        shown = member.get(f"/cycles/2027-q1/portfolio.json{query}").json()["answer"]
        assert shown == json.loads(told.output)
        page = text_of(member.get(f"{PAGE}{query}"))
        for each in shown["candidates"]:
            assert each["why"].replace("'", "&#x27;") in page


def test_a_reload_shows_the_same_draws(some, member):
    from throughline.portfolio.answers import _answered

    first = member.get("/cycles/2027-q1/portfolio.json").json()
    _answered.cache_clear()
    assert member.get("/cycles/2027-q1/portfolio.json").json() == first


def test_the_table_holds_every_candidate_of_the_choice(some, member):
    answer = member.get("/cycles/2027-q1/portfolio.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [(row["title"], row["chosen"]) for row in rows] == [
        ("Owners", "yes"),
        ("Robot", "yes"),
        ("Hunt", "no"),
    ]


def test_where_the_vote_and_the_value_part_is_the_agenda(some, cycle, member, organisation):
    result = {
        "points": [{"option": title, "points": points} for title, points in (("Hunt", 15), ("Owners", 4))]
    }
    board = Board.objects.create(
        cycle=cycle,
        purpose="ideas",
        title="Ideas",
        facilitator=organisation.max,
        created_at=NOW,
        result=result,
    )
    for each in some:
        each.cluster = Cluster.objects.create(board=board, title=each.title, created_at=NOW)
        each.save()
    said = text_of(member.get(PAGE))
    assert "That is the agenda" in said
    assert "The vote puts &#x27;Hunt&#x27; 2 places higher than its value does" in said


def test_a_candidate_is_written_with_messages_beside_its_fields(cycle, member):
    days = key_result("Days to repair")
    page = "/cycles/2027-q1/candidates/new"
    wrong = {"title": "Robot", "effort_low": "8", "effort_high": "3", "confidence": "70 %"}
    answer = member.post(page, wrong)
    assert answer.status_code == 422
    assert "reversed" in text_of(answer)
    right = {**wrong, "effort_high": "12", f"low_{days.pk}": "-8", f"high_{days.pk}": "−3"}
    assert member.post(page, right)["Location"] == PAGE
    made = Candidate.objects.get()
    assert (made.effort_low, made.effort_high, made.confidence) == (8.0, 12.0, 0.7)
    assert [(each.low, each.high) for each in made.impacts.all()] == [(-8.0, -3.0)]
    assert made.author.endswith("Mia")


def test_saving_a_form_as_it_was_changes_nothing(cycle, member):
    pilot = key_result("The pilot runs")
    made = candidate(
        cycle,
        "Robot",
        delay_low="2k",
        delay_high="9.5k",
        delay_profile="decaying",
        delay_fades="7 %",
        kinds="big-bet 35 %",
        impacts={pilot.pk: ("7", "30")},
    )
    form = member.get(f"/candidates/{made.pk}/").context["form"]
    said = {name: form[name].value() for name in form.fields}
    answer = member.post(
        f"/candidates/{made.pk}/", {name: each for name, each in said.items() if each}, follow=True
    )
    assert "Nothing was changed." in text_of(answer)


def test_a_candidate_is_dropped_with_a_reason_and_taken_up_again(some, member):
    address = f"/candidates/{some[0].pk}/"
    assert member.post(f"{address}drop", {"reason": ""}).status_code == 422
    assert member.post(f"{address}drop", {"reason": "Bought instead"})["Location"] == PAGE
    assert "Bought instead" in text_of(member.get(PAGE))
    assert member.post(f"{address}take-back")["Location"] == PAGE
    assert Candidate.objects.get(pk=some[0].pk).dropped_at is None


def test_rules_are_stated_on_a_page(some, cycle, manager):
    page = "/cycles/2027-q1/portfolio/rules"
    assert manager.get(page).status_code == 200
    said = {"capacity": "20", "person_weeks": "9", "of_1": "kind:big-bet", "at_least_1": "40"}
    answer = manager.post(page, said)
    assert answer.status_code == 422
    assert "write 40 % or 0.4" in text_of(answer)
    more = {"candidate_1": str(some[0].pk), "kind_1": "requires", "other_1": str(some[1].pk)}
    assert manager.post(page, {**said, "at_least_1": "40 %", "price_1": "0.1", **more})["Location"] == PAGE
    stated = cycle.portfolio_rules.last()
    assert stated.balance[0]["at_least"] == 0.4
    form = manager.get(page).context["form"]
    assert (form["at_least_1"].value(), form["candidate_1"].value()) == ("40 %", str(some[0].pk))


def test_all_that_is_chosen_becomes_initiatives_after_a_look(some, manager):
    page = "/cycles/2027-q1/portfolio/make"
    look = text_of(manager.get(page))
    assert "Nothing is written yet." in look
    assert not Initiative.objects.exists()
    assert manager.post(page, {"candidate": [str(some[1].pk)]}).status_code == 409
    assert not Initiative.objects.exists()
    seen = [str(each.candidate.pk) for each in manager.get(page).context["planned"]]
    assert manager.post(page, {"candidate": seen}).status_code == 302
    assert {each.title for each in Initiative.objects.all()} == {"Owners", "Robot"}
    assert "Make initiatives" not in text_of(manager.get(PAGE))


def test_a_member_is_shown_no_way_to_choose(some, member):
    said = text_of(member.get(PAGE))
    assert "Make initiatives" not in said
    assert "portfolio/rules" not in said


def test_nothing_of_a_closed_cycle_can_be_written(some, cycle, manager):
    cycle.state = "closed"
    cycle.save()
    assert "candidates/new" not in text_of(manager.get(PAGE))
    assert manager.post("/cycles/2027-q1/candidates/new", {"title": "Late"}).status_code == 422
    assert manager.get(f"/candidates/{some[0].pk}/").status_code == 200


def test_a_dropped_one_is_no_candidate_of_the_choice(some, member):
    drop(ACTOR, some[2], reason="No", now=NOW)
    assert "2 of 2 candidates" in text_of(member.get(PAGE))
