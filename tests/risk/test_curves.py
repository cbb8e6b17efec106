"""Loss exceedance curves: each stage, then and now, what is borne, what lies between two amounts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.organisation import NOW
from tests.risk.asked import LOSS, estimated

from throughline.risk.curves import RAREST, chart, curves_of, differences, points, round_amounts
from throughline.risk.documents import estimated as estimates_of

pytestmark = pytest.mark.django_db


def chance(share: float) -> dict:
    return {"probability": share, "per": "year"}


def curves(before=(), **more):
    from throughline.risk.models import Scenario

    return curves_of(estimates_of(Scenario.objects.all()), list(before), since=NOW, **more)


def three_stages():
    from throughline.risk.actions import add_estimate

    made = estimated("one", frequency=chance(0.2))
    for stage, share in (("inherent", 0.5), ("target", 0.05)):
        add_estimate("test", made, stage=stage, frequency=chance(share), loss=LOSS, now=NOW)
    return made


def test_controls_make_every_loss_rarer_and_the_target_rarer_still():
    three_stages()
    for each in points(curves()):
        assert each["inherent"] > each["residual"] > each["target"]


def test_curves_never_rise_and_their_tails_are_drawn_to_the_rarest():
    three_stages()
    estimated("two", frequency={"rate": 2.0, "per": "year"}, loss={"ci90": [1e3, 9e4], "cap": 2e5})
    found = points(curves())
    for kind in ("inherent", "residual", "target"):
        chances = [each[kind] for each in found]
        assert chances == sorted(chances, reverse=True)
    assert min(each["inherent"] for each in found) <= RAREST * 1.05
    spec = chart(curves()).spec
    drawn = spec["layer"][1]["data"]["values"]
    assert max(each["loss"] for each in drawn) == found[-1]["loss"]


def test_a_stage_that_nobody_estimated_is_not_drawn_and_one_that_some_did_says_who_stands_in():
    estimated("plain", frequency=chance(0.2))
    assert curves().kinds == ["residual"]
    three_stages()
    found = curves()
    assert found.kinds == ["inherent", "residual", "target"]
    assert found.borrowed == {"inherent": 1, "target": 1}


def test_the_table_twin_has_round_amounts_and_the_same_figures():
    three_stages()
    found = curves()
    twin = chart(found)
    amounts = round_amounts(found)
    assert all(float(f"{each:.0e}") == each for each in amounts)
    assert len(twin.rows) == len(amounts) > 5
    assert twin.columns[1:] == ("Without our controls", "As things stand", "Where we want to be")
    assert twin.summary.startswith("As things stand a year costs more than ")


def test_then_and_now_are_told_apart_figure_by_figure():
    from throughline.risk.actions import add_estimate
    from throughline.risk.models import Scenario
    from throughline.risk.register import Chosen, known_then

    made = estimated("one", frequency=chance(0.2))
    add_estimate("test", made, frequency=chance(0.1), loss=LOSS, now=NOW + timedelta(days=5))
    then = known_then(Scenario.objects.all(), Chosen(), until=NOW)
    found = differences(curves(then))
    assert found[0].name == "on average"
    assert found[0].now == pytest.approx(found[0].before / 2)
    assert all(each.change <= 0 for each in found)
    assert "baseline" in curves(then).kinds


def test_a_baseline_that_is_the_same_is_not_drawn_twice():
    from throughline.risk.models import Scenario

    estimated("one", frequency=chance(0.2))
    assert curves(estimates_of(Scenario.objects.all())).kinds == ["residual"]


@pytest.fixture
def borne():
    from throughline.risk.treating import state_appetite

    points = [{"loss": 1e6, "probability": 0.1}, {"loss": 1e7, "probability": 0.001}]
    return state_appetite("test", points, note="The board", now=NOW)


def test_the_page_answers_for_one_amount_and_for_a_layer(organisation, browser_of, borne):
    three_stages()
    browser = browser_of(organisation.vera)
    found = browser.get("/risk/curve.json?loss=1.5M&from=500k&to=2M").json()
    chance_of = found["answer"]["residual"]
    assert 0 < found["answer"]["target"] < chance_of < found["answer"]["inherent"]
    layer = found["layer"]
    assert 0 < layer["used_up"] < layer["of_width"] < layer["reached"] < 0.2
    page = browser.get("/risk/curve/?loss=1.5M&from=500k&to=2M").content.decode()
    assert "1.5 million" in page
    assert "a year on average lies between 500,000 and 2 million" in page


def test_where_things_stand_beyond_what_is_borne_is_said_in_words(organisation, browser_of, borne):
    three_stages()
    page = browser_of(organisation.vera).get("/risk/curve/").content.decode()
    assert "likelier than what is borne" in page
    assert "The board" in page


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("loss=a+lot", "expected an amount such as"),
        ("loss=-5", "expected an amount above 0"),
        ("from=5M&to=1M", "swap them"),
        ("since=yesterday", "expected a day such as"),
        ("since=2999-01-01", "expected a day that has been"),
    ],
)
def test_what_an_address_cannot_mean_is_said_beside_its_field(query, message, organisation, browser_of):
    three_stages()
    browser = browser_of(organisation.vera)
    answer = browser.get(f"/risk/curve/?{query}")
    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert browser.get(f"/risk/curve.json?{query}").status_code == 400


def test_the_csv_has_every_place_of_every_curve(organisation, browser_of, borne):
    three_stages()
    answer = browser_of(organisation.vera).get("/risk/curve.csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0] == "loss,inherent,residual,target,appetite"
    assert len(lines) == 161


def state(browser, **rows):
    return browser.post("/risk/appetite", rows)


def test_the_appetite_is_stated_by_a_form_and_the_newest_counts(organisation, browser_of):
    from throughline.risk.models import Appetite

    browser = browser_of(organisation.max)
    rows = {"loss_1": "1 M", "probability_1": "10 %", "loss_2": "10 M", "probability_2": "0.01"}
    assert state(browser, **rows).status_code == 302
    assert Appetite.objects.get().points == [
        {"loss": 1e6, "probability": 0.1},
        {"loss": 1e7, "probability": 0.01},
    ]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("1 M", "10 %")], "two points or more"),
        ([("1 M", "40"), ("2 M", "1 %")], "write 40 %"),
        ([("1 M", "1 %"), ("2 M", "5 %")], "the dearer, the rarer"),
        ([("2 M", "9 %"), ("1 M", "1 %")], "dearer than the one"),
        ([("much", "9 %"), ("1 M", "1 %")], "such as 250,000"),
    ],
)
def test_an_appetite_that_is_no_curve_is_refused_beside_its_field(rows, message, organisation, browser_of):
    from throughline.risk.models import Appetite

    three_stages()
    said = {f"loss_{number}": loss for number, (loss, _) in enumerate(rows, 1)}
    said |= {f"probability_{number}": often for number, (_, often) in enumerate(rows, 1)}
    answer = state(browser_of(organisation.max), **said)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not Appetite.objects.exists()


def test_what_drives_the_bad_years_is_said_by_what_they_would_be_without_it():
    from throughline.risk.drivers import drivers
    from throughline.risk.portfolios import FAR, portfolio_of, without_each

    estimated("ruinous", frequency=chance(0.03), loss={"ci90": [2e6, 3e7]}, statement="It burns")
    estimated("daily", frequency={"rate": 5.0, "per": "year"}, loss={"ci90": [1e4, 6e4]})
    found = curves()
    tails = dict(without_each(found.documents["residual"], FAR, 8))
    alone = {
        "scenarios": [each for each in found.documents["residual"]["scenarios"] if each["id"] == "daily"]
    }
    assert tails["ruinous"] == pytest.approx(portfolio_of(alone).quantile(FAR), rel=1e-4)
    shown = drivers(found.documents["residual"], found.rows)
    assert shown.rows[0][0] == "It burns"
    assert shown.summary.startswith("Without “It burns”, 1 year in 100 would cost more than ")


def test_of_one_scenario_alone_nothing_is_said_to_drive_the_rest():
    from throughline.risk.drivers import drivers

    estimated("one", frequency=chance(0.2))
    found = curves()
    assert drivers(found.documents["residual"], found.rows) is None


@pytest.mark.parametrize(
    ("frequency", "loss", "said"),
    [
        (chance(1e-6), {"ci90": [1, 10]}, "a year costs anything at all with a chance of 0.0001 %"),
        (chance(0.04), {"ci90": [1e3, 1e5]}, "a chance of 4 %, and more than "),
        (chance(0.5), {"fixed": 5e5}, "a year costs more than 500,000 with a chance of 10 %"),
        ({"probability": 1.0, "per": "month"}, {"ci90": [1e14, 9e14]}, "trillion with a chance of 10 %"),
        ({"rate": 9000.0, "per": "month"}, {"pert": [1, 2, 3]}, "a year costs more than 217,000"),
        ({"rate": 1.0, "per": "year"}, {"ci90": [1e3, 1e9], "retention": 1e9, "cap": 1e4}, "10,000"),
    ],
)
def test_the_most_uneven_register_has_its_page_and_its_sentence(
    frequency, loss, said, organisation, browser_of
):
    estimated("one", frequency=frequency, loss=loss)
    assert said in chart(curves()).summary
    browser = browser_of(organisation.vera)
    for path in ("/risk/", "/risk/curve/?loss=5M&from=1&to=2", "/scenarios/one/", "/scenarios/one.json"):
        assert browser.get(path).status_code == 200


def test_an_appetite_that_grows_with_the_loss_is_refused_in_amounts_that_people_read():
    from throughline.engine.losses import appetite
    from throughline.engine.refusals import Refused

    with pytest.raises(Refused, match=r"more than 10,000,000 is accepted with 20 %, more than 1,000,000"):
        appetite([(1e6, 0.1), (1e7, 0.2)])
