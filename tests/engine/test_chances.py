"""A chance as people write it: what can be read in one way is read, what can be read in two is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from throughline.engine.chances import chance_of
from throughline.engine.refusals import Refused


@pytest.mark.parametrize(
    ("text", "chance"),
    [
        ("18 %", 0.18),
        ("18%", 0.18),
        (" 0.18 ", 0.18),
        ("0,18", 0.18),
        (".5", 0.5),
        ("0.5 %", 0.005),
        ("0", 0.0),
        ("0 %", 0.0),
        ("100 %", 1.0),
        ("1 %", 0.01),
        ("7%", 0.07),
        ("37.19 %", 0.3719),
        ("0.0000001 %", 1e-9),
    ],
)
def test_a_chance_is_a_share_or_a_percentage(text, chance):
    assert chance_of(text, place="p") == chance


@pytest.mark.parametrize("text", ["40", "1.5", "5", "99.9", "100"])
def test_forty_without_a_sign_is_asked_and_both_ways_are_named(text):
    with pytest.raises(Refused) as refused:
        chance_of(text, place="probability")
    assert refused.value.place == "probability"
    assert f"write {text} % or {float(text) / 100:g}" in refused.value.message


@pytest.mark.parametrize("text", ["1", "1.0", "1,00"])
def test_a_bare_one_may_mean_all_or_a_hundredth(text):
    with pytest.raises(Refused, match="write 1 % or 100 %"):
        chance_of(text, place="p")


@pytest.mark.parametrize(
    "text", ["101 %", "250", "-0.1", "−5 %", "often", "1e-3", "nan", "inf", "½", "٣ %", ""]
)
def test_what_is_no_chance_is_refused_with_an_example(text):
    with pytest.raises(Refused) as refused:
        chance_of(text, place="p")
    assert "%" in refused.value.message


@given(some.text(max_size=60))
def test_any_text_is_a_chance_or_is_refused(text):
    try:
        chance = chance_of(text, place="p")
    except Refused as refused:
        chance = 0.0 if refused.place == "p" else -1.0
    assert 0 <= chance <= 1


@given(some.integers(0, 10_000))
def test_a_percentage_is_the_nearest_share(hundredths):
    assert chance_of(f"{hundredths / 100} %", place="p") == float(f"{hundredths}e-4")
