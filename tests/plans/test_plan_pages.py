"""The plan as a file on its page: who reaches it, what it shows, and that it applies what was seen."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.objectives.register import arrivals
from tests.plans.documents import QUARTER
from tests.sketches import into_force

from throughline.accounts.models import Team
from throughline.audit.models import Entry
from throughline.objectives import items
from throughline.objectives.models import Cycle, Goal, KeyResult
from throughline.plans import queries
from throughline.plans.actions import Wish, apply
from throughline.plans.format.meaning import understood
from throughline.plans.forms import MOST_BYTES

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ADDRESS = "/plan/"


@pytest.fixture
def max_(organisation, browser_of):
    """The manager's browser."""
    Team.objects.get_or_create(name="Search")
    return browser_of(organisation.max)


@pytest.fixture
def quarter(db):
    apply(understood({"plan.yaml": QUARTER.encode()}), "test", wish=Wish(), now=NOW)


def sent(browser, text: str, *, status: int = 200, **given) -> str:
    answer = browser.post(ADDRESS, {"text": text, **given})
    assert answer.status_code == status
    return answer.content.decode()


def seen(page: str) -> str:
    return re.search(r'name="seen" value="(\w{64})"', page)[1]


def test_a_plan_is_compared_first_and_applied_as_it_was_seen(max_):
    page = sent(max_, QUARTER, compare="1")
    assert "goal:trust  Win the trust of large customers" in page
    assert "8 to add." in page
    assert not Goal.objects.exists()
    answer = max_.post(ADDRESS, {"text": QUARTER, "seen": seen(page), "apply": "1"})
    assert (answer.status_code, answer["Location"]) == (302, reverse("plan"))
    assert queries.export() == QUARTER
    entry = Entry.objects.latest("id")
    assert (entry.action, entry.actor.partition(" ")[2]) == ("plan applied", "Max")


def test_what_changed_since_it_was_compared_is_shown_again_and_not_applied(max_, quarter):
    text = QUARTER.replace("Win the trust", "Earn the trust")
    page = sent(max_, text, compare="1")
    items.change_item("test", Goal.objects.get(), title="Keep the trust of customers", now=NOW)
    again = sent(max_, text, apply="1", seen=seen(page))
    assert "The plan changed since you compared" in again
    assert Goal.objects.get().title == "Keep the trust of customers"
    assert max_.post(ADDRESS, {"text": text, "seen": seen(again), "apply": "1"}).status_code == 302
    assert Goal.objects.get().title.startswith("Earn the trust")


def test_a_file_is_taken_like_a_text_and_stays_in_the_form_to_be_mended(max_):
    file = SimpleUploadedFile("mine.yaml", QUARTER.replace("goal:trust", "goal:trsut").encode())
    answer = max_.post(ADDRESS, {"file": file, "compare": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<code>mine.yaml:14:9</code> there is no goal &#x27;trsut&#x27; (did you mean trust?)" in page
    assert "- goal:trsut" in page


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"text": ""}, "Paste a plan, or choose a file."),
        ({"text": "x" * (MOST_BYTES + 1)}, "This is more than the 256 KB"),
        ({"text": QUARTER, "reason_text": "So."}, "Choose the class of the reason"),
        ({"text": QUARTER, "reason": "target moved"}, "Say in your own words why."),
        ({"text": "goals: ["}, "this is no YAML"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(max_, given, message):
    answer = max_.post(ADDRESS, given)
    assert answer.status_code == 422
    assert message in answer.content.decode()


def test_a_key_result_in_force_asks_for_its_reason_in_the_form(max_, quarter):
    arrivals(5)
    for each in KeyResult.objects.all():
        into_force(each, "test", now=NOW)
    Cycle.objects.update(state="set")
    text = QUARTER.replace("target: 20", "target: 25")
    page = sent(max_, text, compare="1")
    assert "each needs a reason" in page
    assert "say why" in sent(max_, text, apply="1", seen=seen(page), status=422)
    reason = {"reason": "target moved", "reason_text": "Two people left."}
    assert max_.post(ADDRESS, {"text": text, "apply": "1", "seen": seen(page), **reason}).status_code == 302
    assert KeyResult.objects.get(key="fewer").versions.latest("number").reason_text == "Two people left."


def test_a_manager_makes_no_team_by_naming_one(organisation, browser_of):
    text = QUARTER.replace("team: Search", "team: Elsewhere")
    for person, status in ((organisation.max, 422), (organisation.ada, 302)):
        browser = browser_of(person)
        page = sent(browser, text, compare="1")
        assert browser.post(ADDRESS, {"text": text, "apply": "1", "seen": seen(page)}).status_code == status
    assert Team.objects.filter(name="Elsewhere").exists()


def test_the_downloads_are_the_export(max_, quarter):
    answer = max_.get("/plan.yaml?cycle=2027-q1")
    assert answer.content.decode() == QUARTER
    assert answer["Content-Disposition"] == 'attachment; filename="2027-q1.yaml"'
    assert max_.get("/plan.json").json()["goals"][0]["key"] == "trust"
    assert max_.get("/plan.yaml?cycle=nowhere").status_code == 400
    assert "2027-Q1" in max_.get(ADDRESS).content.decode()


def test_only_managers_reach_it(organisation, browser_of):
    for address in (ADDRESS, "/plan.yaml", "/plan.json"):
        assert browser_of(organisation.mia).get(address).status_code == 404


def test_what_a_title_says_is_text_and_never_markup(max_):
    page = sent(max_, QUARTER.replace("Win the trust", "<script>alert(1)</script>"), compare="1")
    assert "<script>alert(1)" not in page
