"""Amounts, chances and parts as people write them: read in many ways, and refused with the way out."""

from __future__ import annotations

import pytest

from throughline.engine.refusals import Refused
from throughline.risk import amounts, chances
from throughline.risk.estimating import fields_of, frequency_of, loss_of

OFTEN = {"how": "probability", "often": "10 %", "per": "quarter"}
DEAR = {"dear": "ci90", "low": "100k", "high": "2 M"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("250000", 250_000),
        ("250,000", 250_000),
        ("2,500", 2_500),
        ("1.200.000", 1_200_000),
        ("1 200 000", 1_200_000),
        ("1'200'000.50", 1_200_000.5),
        ("1.200.000,50", 1_200_000.5),
        ("2.5", 2.5),
        ("2,5 Mio", 2_500_000),
        ("2,5 Mio.", 2_500_000),
        ("2M", 2_000_000),
        ("2.5 million", 2_500_000),
        ("40k", 40_000),
        ("1.2bn", 1_200_000_000),
        ("$40k", 40_000),
        ("EUR 3 M", 3_000_000),
        ("3 M €", 3_000_000),
        ("1\u202f000", 1_000),
    ],
)
def test_an_amount_is_read_as_it_is_written(text, value):
    assert amounts.amount_of(text, place="low") == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a lot",
        "two million",
        "2 M M",
        "-5",
        "0",
        "1,23,456",
        "1e400",
        "9" * 30,
        "2 mm",
        "١٢",
        "nan",
        "inf",
    ],
)
def test_what_is_no_amount_is_refused_at_its_field(text):
    with pytest.raises(Refused) as refused:
        amounts.amount_of(text, place="low")
    assert refused.value.place == "low"


@pytest.mark.parametrize("value", [1.0, 54_642.6, 116_784.6, 1_234_567.0, 2_500_000.0, 6.4e9])
def test_what_a_field_is_given_back_reads_as_the_same(value):
    assert amounts.amount_of(amounts.written(value), place="low") == pytest.approx(value, rel=1e-9)


def test_a_range_says_its_power_once():
    assert amounts.spread(1.2e6, 3.4e6) == "1.2 to 3.4 million"
    assert amounts.spread(999.6e3, 3.4e6) == "1 to 3.4 million"
    assert amounts.spread(100e3, 3.4e6) == "100,000 to 3.4 million"


@pytest.mark.parametrize(
    ("text", "share"),
    [("40 %", 0.4), ("40%", 0.4), ("0.4", 0.4), ("0,4", 0.4), ("7 %", 0.07), ("1 in 20", 0.05), ("100 %", 1)],
)
def test_a_chance_is_read_in_per_cent_and_as_a_share(text, share):
    assert chances.chance_of(text, place="often") == share


def test_forty_is_no_chance_and_the_refusal_says_how_to_write_it():
    with pytest.raises(Refused, match=r"write 40 % or 0\.4") as refused:
        chances.chance_of("40", place="often")
    assert refused.value.place == "often"


@pytest.mark.parametrize("text", ["0", "0 %", "-1 %", "101 %", "likely", "", "1 in 0", "nan", "1e999"])
def test_what_is_no_chance_is_refused_at_its_field(text):
    with pytest.raises(Refused) as refused:
        chances.chance_of(text, place="often")
    assert refused.value.place == "often"


def test_sixty_is_no_part_and_sixty_per_cent_is():
    assert chances.part_of("60 %", place="frequency_low") == 0.6
    with pytest.raises(Refused, match=r"write 60 % or 0\.6"):
        chances.part_of("60", place="frequency_low")


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"often": ""}, "often"),
        ({"often": "40"}, "often"),
        ({"often_to": "3"}, "often_to"),
        ({"how": "rate", "often": "40 %"}, "often"),
        ({"how": "rate", "often": "1000000"}, "often"),
        ({"how": "rate_90ci", "often": "0.2"}, "often_to"),
        ({"how": "rate_90ci", "often": "3", "often_to": "0.2"}, "often_to"),
        ({"how": "rate_90ci", "often": "3", "often_to": "3"}, "often_to"),
    ],
)
def test_how_often_is_refused_at_the_field_that_is_wrong(given, place):
    with pytest.raises(Refused) as refused:
        frequency_of({**OFTEN, **given})
    assert refused.value.place == place


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"low": ""}, "low"),
        ({"high": ""}, "high"),
        ({"low": "a fortune"}, "low"),
        ({"low": "3 M"}, "high"),
        ({"low": "2 M"}, "high"),
        ({"likely": "300k"}, "likely"),
        ({"dear": "pert"}, "likely"),
        ({"dear": "pert", "likely": "3 M"}, "likely"),
        ({"cap": "much"}, "cap"),
        ({"retention": "-1"}, "retention"),
        ({"high": "2000000000000000000"}, "high"),
    ],
)
def test_how_dear_is_refused_at_the_field_that_is_wrong(given, place):
    with pytest.raises(Refused) as refused:
        loss_of({**DEAR, **given})
    assert refused.value.place == place


@pytest.mark.parametrize(
    ("often", "dear"),
    [
        (OFTEN, DEAR),
        ({"how": "rate", "often": "0.3", "per": "year"}, {**DEAR, "cap": "5 M", "retention": "50k"}),
        (
            {"how": "rate_90ci", "often": "0.2", "often_to": "3", "per": "month"},
            {"dear": "pert", "low": "1k", "likely": "5k", "high": "1 M"},
        ),
    ],
)
def test_an_estimate_written_into_the_form_again_is_the_same(often, dear):
    frequency, loss = frequency_of(often), loss_of(dear)
    fields = fields_of(frequency, loss)
    assert (frequency_of(fields), loss_of(fields)) == (frequency, loss)
