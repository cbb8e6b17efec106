"""The page of an outcome: everybody reads it, the judge or a manager says it, and home reminds the judge."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from tests.forecasts.resolved import scenario

from throughline.engine.refusals import Refused
from throughline.forecasts.models import Resolution

TODAY = datetime.now(UTC).date()
EVIDENCE = "https://example.org/incidents/81"


@pytest.fixture
def over(organisation):
    """A quarter that ended last week; Mia judges."""
    return scenario(
        organisation.mia, start=TODAY - timedelta(days=97), end=TODAY - timedelta(days=7), key="over"
    )


@pytest.fixture
def running(organisation):
    return scenario(
        organisation.mia, start=TODAY - timedelta(days=9), end=TODAY + timedelta(days=80), key="running"
    )


def text_of(response) -> str:
    return response.content.decode()


def test_home_reminds_the_judge_until_she_has_said_what_came_of_it(over, organisation, browser_of):
    judge = browser_of(organisation.mia)
    home = text_of(judge.get("/"))
    assert "scenario is over: say what came of it" in home
    assert "/scenarios/over/resolve/" in home
    assert "is over: say" not in text_of(browser_of(organisation.vera).get("/"))
    sent = judge.post("/scenarios/over/resolve/", {"outcome": "did_not", "evidence": EVIDENCE})
    assert (sent.status_code, sent["Location"]) == (302, "/scenarios/over/resolve/")
    assert "is over: say" not in text_of(judge.get("/"))
    page = text_of(browser_of(organisation.vera).get("/scenarios/over/resolve/"))
    for said in ("it did not happen", f'href="{EVIDENCE}"', "Said by Mia"):
        assert said in page
    assert "Keep the outcome" not in page


def test_only_its_judge_and_managers_say_what_came_of_it(over, organisation, browser_of):
    said = {"outcome": "did_not", "evidence": EVIDENCE}
    for person in (organisation.vera, organisation.omar):
        assert browser_of(person).post("/scenarios/over/resolve/", said).status_code == 404
    over.judge = organisation.vera
    over.save()
    assert browser_of(organisation.mia).post("/scenarios/over/resolve/", said).status_code == 404
    assert not Resolution.objects.exists()
    assert browser_of(organisation.max).post("/scenarios/over/resolve/", said).status_code == 302
    corrected = {"outcome": "void", "evidence": "The log is gone", "reason": "Nobody can tell"}
    # A judge may be a viewer: she judges this one scenario, and writes nothing else.
    assert browser_of(organisation.vera).post("/scenarios/over/resolve/", corrected).status_code == 302
    assert [each.author.partition(" ")[2] for each in Resolution.objects.all()] == ["Max", "Vera"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"outcome": "", "evidence": "x"}, "Say what came of it."),
        ({"outcome": "happened", "evidence": ""}, "Say by what anybody can see it"),
        ({"outcome": "happened", "evidence": "x"}, "say the day on which it happened"),
        ({"outcome": "happened", "evidence": "x", "on": "14.2."}, "Expected a day such as"),
        (
            {"outcome": "happened", "evidence": "x", "on": str(TODAY), "loss": "much"},
            "expected an amount such as 250,000 or 250k",
        ),
        ({"outcome": "did_not", "evidence": "x"}, "it can still happen: that it did not may be said from"),
    ],
)
def test_a_bad_answer_says_beside_the_field_why(running, organisation, browser_of, given, message):
    answer = browser_of(organisation.mia).post("/scenarios/running/resolve/", given)
    assert (answer.status_code, message in text_of(answer)) == (422, True)
    assert not Resolution.objects.exists()


def test_a_correction_asks_for_its_reason_and_both_are_shown(running, organisation, browser_of):
    judge = browser_of(organisation.mia)
    address = "/scenarios/running/resolve/"
    judge.post(address, {"outcome": "happened", "on": str(TODAY), "loss": "250000", "evidence": "INC-81"})
    page = text_of(judge.get(address))
    assert "Keep the correction" in page
    assert "250,000" in page
    again = {"outcome": "void", "evidence": "INC-82"}
    assert "Say why what was said before is not so" in text_of(judge.post(address, again))
    assert judge.post(address, {**again, "reason": "It was a drill"}).status_code == 302
    page = text_of(judge.get(address))
    for said in ("it cannot be told", "Corrected: It was a drill", "Said before", "INC-81"):
        assert said in page
    document = judge.get("/scenarios/running/resolve.json").json()
    assert document["outcome"] == "void"
    assert [each["outcome"] for each in document["resolutions"]] == ["void", "happened"]


@pytest.mark.parametrize(("written", "loss"), [("250k", 2.5e5), ("1,5 M", 1.5e6), ("0", 0.0), ("", None)])
def test_a_cost_is_read_on_the_page_as_everywhere_and_said_back(
    running, organisation, browser_of, written, loss
):
    judge = browser_of(organisation.mia)
    said = {"outcome": "happened", "on": str(TODAY), "loss": written, "evidence": "INC-81"}
    page = text_of(judge.post("/scenarios/running/resolve/", said, follow=True))
    assert Resolution.objects.get().loss == loss
    assert ("The cost was read as" in page) is (loss is not None)
    assert loss is None or f"read as {loss:,.0f}." in page


def test_a_correction_starts_with_what_was_said_and_what_it_corrects_stays_readable(
    running, organisation, browser_of
):
    judge = browser_of(organisation.mia)
    address = "/scenarios/running/resolve/"
    said = {"outcome": "happened", "on": str(TODAY), "loss": "250k", "evidence": EVIDENCE}
    judge.post(address, said)
    form = text_of(judge.get(address)).partition("Correct it</h2>")[2]
    for kept in ('value="happened" selected', f'value="{TODAY}"', 'value="250,000"', EVIDENCE):
        assert kept in form
    assert "optional" not in form.partition('for="id_reason"')[2].partition("</label>")[0]
    judge.post(address, {**said, "loss": "1.2 M", "evidence": "INC-82", "reason": "The bill came"})
    before = text_of(judge.get(address)).partition("Said before")[2]
    for kept in ("It happened", f"{TODAY.day} {TODAY:%b %Y}", "cost 250,000", f'href="{EVIDENCE}"'):
        assert kept in before


def test_a_resolution_leaves_the_series_of_the_scenario_alone(over, organisation, browser_of):
    said = {"outcome": "did_not", "evidence": EVIDENCE}
    browser_of(organisation.mia).post("/scenarios/over/resolve/", said)
    assert not over.series.readings.exists()


def run(*arguments):
    from throughline.cli.forecast import command

    return CliRunner().invoke(command, ["resolve", *arguments, "--json"])


@pytest.mark.parametrize(("written", "loss"), [("1,5 M", 1.5e6), ("250,000", 2.5e5), ("0", 0.0)])
def test_a_loss_is_written_as_everywhere(over, written, loss):
    happened = ("over", "--outcome", "happened", "--on", over.start.isoformat(), "--evidence", EVIDENCE)
    answer = run(*happened, "--loss", written)
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.output)["resolutions"][0]["loss"] == loss


@pytest.mark.parametrize("spelled", ["did_not", "did not", "did-not"])
def test_a_command_says_it_in_the_name_of_the_judge(over, spelled):
    answer = run("over", "--outcome", spelled, "--evidence", EVIDENCE, "--by", "mia@example.org")
    assert answer.exit_code == 0, answer.output
    document = json.loads(answer.output)
    assert (document["scenario"], document["outcome"]) == ("over", "did_not")
    assert document["resolutions"][0]["by"].endswith("Mia")


@pytest.mark.parametrize(
    ("arguments", "place", "message"),
    [
        (("nothing", "--outcome", "void"), "KEY", "there is no scenario 'nothing'"),
        (("over", "--outcome", "maybe"), "--outcome", "expected one of happened"),
        (("over", "--outcome", "happened"), "--on", "say the day on which it happened"),
        (("over", "--outcome", "happened", "--on", "soon"), "--on", "expected a day such as"),
        (("over", "--outcome", "happened", "--loss", "a lot"), "--loss", "expected an amount such as"),
        (("over", "--outcome", "void", "--by", "vera@example.org"), "--by", "Mia does, or a manager"),
    ],
)
def test_what_a_command_cannot_use_is_named(over, arguments, place, message):
    answer = run(*arguments, "--evidence", EVIDENCE)
    assert isinstance(answer.exception, Refused)
    assert answer.exception.place == place
    assert message in answer.exception.message


def test_the_register_and_the_scenario_s_page_show_what_is_resolved(over, organisation, browser_of):
    from throughline.risk.actions import add_estimate

    frequency, loss = {"probability": 0.1, "per": "quarter"}, {"ci90": [1e5, 2e6]}
    add_estimate("test", over, frequency=frequency, loss=loss, now=datetime.now(UTC))
    judge = browser_of(organisation.mia)
    closed = '<span class="badge info">'
    assert "Say what came of it" in text_of(judge.get("/scenarios/over/"))
    before = text_of(judge.get("/risk/")).count(closed)
    judge.post("/scenarios/over/resolve/", {"outcome": "did_not", "evidence": EVIDENCE})
    assert text_of(judge.get("/risk/")).count(closed) == before + 1
    page = text_of(judge.get("/scenarios/over/"))
    assert "it did not happen" in page
    assert "Correct it" in page


def test_a_refused_page_opens_at_the_first_field_that_is_refused(running, organisation, browser_of):
    judge = browser_of(organisation.mia)
    address = "/scenarios/running/resolve/"
    said = {"outcome": "happened", "on": str(TODAY), "loss": "much", "evidence": ""}
    page = text_of(judge.post(address, said))
    [begins] = re.findall(r"<[^>]* autofocus[^>]*>", page)
    assert 'name="loss"' in begins
    assert 'aria-invalid="true"' in begins
    assert "autofocus" not in text_of(judge.get(address))
    assert "autofocus" not in text_of(judge.post(address, said, headers={"HX-Request": "true"}))
