"""Nothing before five answers, then five at a time: no sequence of looks tells one answer from the others."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.surveys.asking import ACTOR, NOW, answer, answer_all, asked, close, made, opened

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.series.models import Reading
from throughline.surveys.access import shown_answers
from throughline.surveys.answering import Given, add_answers
from throughline.surveys.models import Response
from throughline.surveys.queries import results

pytestmark = pytest.mark.django_db


def shown(survey) -> list[tuple[int, int]]:
    return [(each.n, getattr(each.score, "promoters", 0)) for each in results(survey)]


def test_four_answers_show_nothing_and_the_fifth_shows_all_five():
    survey = made()
    link = opened(survey).shared
    answer_all(link, [10, 10, 10, 10])
    assert results(survey)[0].score is None
    assert not Reading.objects.exists()
    answer(link, 0)
    assert shown(survey) == [(5, 4)]


def test_seven_answers_show_as_the_first_five():
    survey = made()
    asked([10] * 5 + [0, 0], survey=survey)
    found = results(survey)[0]
    assert (found.n, found.score.nps) == (5, 100.0)
    assert found.whys == ()


def test_what_came_after_the_last_five_is_removed_unread_when_the_wave_closes():
    survey = made()
    wave = asked([10] * 5 + [0, 0], survey=survey, asked=12)
    close(wave)
    found = results(survey)[0]
    assert (found.n, found.score.nps, found.answered, found.wave.left_out) == (5, 100.0, 7, 2)
    assert found.rate == pytest.approx(7 / 12)
    assert Response.objects.count() == 5


def test_a_wave_of_four_never_says_anything():
    survey = made()
    wave = asked([10] * 4, survey=survey, asked=12)
    close(wave)
    found = results(survey)[0]
    assert (found.n, found.score, found.answered, found.rate) == (0, None, None, None)
    assert not Response.objects.exists()


SEEN = [
    "/surveys/{0}/",
    "/surveys/{0}.json",
    "/surveys/{0}.csv",
    "/surveys.json",
    "/surveys/",
    "/series/{1}.json",
]


def test_no_address_shows_more_after_the_seventh_answer_than_after_the_fifth(organisation, browser_of):
    survey = made()
    link = opened(survey).shared
    answer_all(link, [9] * 5)
    browser = browser_of(organisation.ada)
    seen = lambda: [_body(browser, path.format(survey.pk, survey.series.name)) for path in SEEN]  # noqa: E731
    before, audited = seen(), Entry.objects.count()
    answer(link, 0, "nobody may read this yet")
    answer(link, 1)
    assert [_without_tokens(each) for each in seen()] == [_without_tokens(each) for each in before]
    assert Entry.objects.count() == audited
    answer_all(link, [2, 3, 4])
    assert "nobody may read this yet" in _body(browser, f"/surveys/{survey.pk}/")


def _body(browser: Client, path: str) -> str:
    found = browser.get(path)
    return b"".join(found.streaming_content).decode() if found.streaming else found.content.decode()


def _without_tokens(page: str) -> str:
    # Each page has a token of its own against forged forms.
    kept = [line for line in page.splitlines() if "csrf" not in line.lower() and "ago" not in line]
    return "\n".join(kept)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.one_of(
            st.integers(0, 10),
            st.just("look"),
            st.lists(st.integers(0, 10), min_size=5, max_size=9),
        ),
        max_size=40,
    ),
    closes=st.booleans(),
)
def test_two_looks_differ_by_nothing_or_by_five_answers_and_more(steps, closes):
    wave_opened = opened(made())
    wave, looks = wave_opened.wave, [Counter()]
    for step in steps:
        if step == "look":
            looks.append(_look(wave))
        elif isinstance(step, list):
            add_answers(ACTOR, wave, [Given(each) for each in step], file_name="elsewhere.csv", now=NOW)
            looks.append(_look(wave))
        else:
            answer(wave_opened.shared, step)
    looks.append(_look(wave))
    if closes:
        close(wave)
    looks.append(_look(wave))
    for number, earlier in enumerate(looks):
        for later in looks[number + 1 :]:
            # What was shown stays shown, and what comes to it is never the answer of one to four people.
            assert not earlier - later
            assert (later - earlier).total() not in (1, 2, 3, 4)


def _look(wave) -> Counter:
    return Counter((each.batch, each.score) for each in shown_answers([wave]))


def test_a_file_never_fills_up_what_waits_since_its_owner_could_subtract_it():
    survey = made()
    found = opened(survey)
    answer_all(found.shared, [0, 0, 0])
    add_answers(ACTOR, found.wave, [Given(10)] * 6, file_name="a.csv", now=NOW)
    assert shown(survey) == [(6, 6)]


def test_a_file_of_four_is_refused():
    found = opened(made())
    with pytest.raises(Refused, match="expected at least 5 answers, found 4"):
        add_answers(ACTOR, found.wave, [Given(10)] * 4, file_name="a.csv", now=NOW)
    assert not Response.objects.exists()


def test_rows_and_links_tell_neither_order_nor_time_nor_each_other():
    survey = made()
    found = opened(survey, shared=False, personal=5)
    for score, path in enumerate(found.personal):
        answer(path, score)
    order = list(Response.objects.order_by("id").values_list("score", flat=True))
    assert {each.name for each in Response._meta.get_fields()} == {"id", "wave", "score", "why", "batch"}
    assert sorted(order) == [0, 1, 2, 3, 4]
    used = set(found.wave.invitations.values_list("used_on", flat=True))
    assert used == {NOW.date()}
    # Numbers drawn of 62 bits: such small ones would have been counted up.
    assert Response.objects.filter(id__lt=2**30).count() == 0
