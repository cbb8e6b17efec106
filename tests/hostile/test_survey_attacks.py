"""What strangers may try at a survey's door: guess links, answer twice, write what hurts."""

from __future__ import annotations

import logging
import threading
from collections import Counter

import pytest
from django.db import connection
from django.test import Client
from tests.surveys.asking import NOW, answer_all, made, opened, token_of

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.site.logs import WithoutLinks
from throughline.surveys import answering, guessing
from throughline.surveys.access import door_behind
from throughline.surveys.models import Response


@pytest.fixture(autouse=True)
def _nobody_came_lately():
    guessing._lately.clear()


@pytest.mark.django_db
def test_whoever_guesses_links_waits_and_is_written_down_once(browser_of):
    found = opened(made())
    stranger = browser_of()
    tried = [stranger.get(f"/s/{number:043}/").status_code for number in range(guessing.MOST_MISSES + 3)]
    assert tried[: guessing.MOST_MISSES] == [404] * guessing.MOST_MISSES
    assert set(tried[guessing.MOST_MISSES :]) == {429}
    # A good guess would not be told from a bad one any more.
    assert stranger.get(found.shared).status_code == 429
    assert browser_of(REMOTE_ADDR="203.0.113.9").get(found.shared).status_code == 200
    assert Entry.objects.filter(action="survey links guessed").count() == 1


@pytest.mark.django_db
def test_one_address_answers_a_shared_link_only_so_often(browser_of):
    found = opened(made())
    codes = [browser_of().post(found.shared, {"score": "0"}).status_code for _ in range(61)]
    assert codes == [302] * 60 + [429]
    assert Response.objects.count() == 60
    elsewhere = browser_of(REMOTE_ADDR="203.0.113.9").post(found.shared, {"score": "0"})
    assert elsewhere.status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("why", ["x" * 2001, "bell \x07", "nul \x00"])
def test_a_why_that_is_too_long_or_steers_terminals_is_refused(why, browser_of):
    found = opened(made(), shared=False, personal=5)
    refused = browser_of().post(found.personal[0], {"score": "5", "why": why})
    assert refused.status_code == 422
    assert not Response.objects.exists()
    assert not door_behind(token_of(found.personal[0])).is_used


@pytest.mark.django_db
def test_a_huge_body_is_refused_before_it_is_read(browser_of):
    found = opened(made())
    refused = browser_of().post(found.shared, {"score": "5", "why": "x" * 70_000})
    assert refused.status_code == 413


@pytest.mark.django_db
def test_markup_and_turned_text_in_a_why_are_shown_as_text(organisation, browser_of):
    survey = made()
    link = opened(survey).shared
    answer_all(link, [9, 9, 9, 9])
    hurtful = "<script>alert(1)</script> user\u202enimda"
    answering.answer(door_behind(token_of(link)), answering.Given(0, hurtful), now=NOW)
    page = browser_of(organisation.vera).get(f"/surveys/{survey.pk}/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; user[U+202E]nimda" in page


@pytest.mark.django_db
def test_an_answer_without_the_forms_token_is_refused():
    found = opened(made())
    careful = Client(enforce_csrf_checks=True)
    assert careful.post(found.shared, {"score": "5"}).status_code == 403
    assert not Response.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_use_one_personal_link_at_once_one_is_counted():
    link = opened(made(), shared=False, personal=5).personal[0]
    door, came = door_behind(token_of(link)), []

    def use() -> None:
        try:
            answering.answer(door, answering.Given(10), now=NOW)
            came.append("in")
        except Refused as refused:
            came.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=use) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(came) == ["in", *["used"] * 5]
    assert Response.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_answers_that_come_at_once_are_batches_of_five():
    door = door_behind(token_of(opened(made()).shared))

    def give() -> None:
        try:
            answering.answer(door, answering.Given(9), now=NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=give) for _ in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    batches = Counter(Response.objects.values_list("batch", flat=True))
    assert batches == {1: 5, 2: 5, 0: 2}


def test_no_log_tells_a_link():
    line = logging.LogRecord("x", logging.ERROR, "", 0, "Broken: /s/%s/ and /s/thanks", ("t" * 43,), None)
    assert "ttt" not in WithoutLinks("%(message)s").format(line)
