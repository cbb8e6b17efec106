"""How the house says no: to people, to programs, and to a page that htmx fills."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from throughline.engine.refusals import Refused
from throughline.site.refusals import RefusalPages, broken


def refuse(path: str, user=None, **headers):
    request = RequestFactory().get(path, headers=headers)
    if user is not None:
        request.user = user
    refused = Refused("no field 'severty'.", place="where", code="unknown_field")
    return RefusalPages(lambda _: None).process_exception(request, refused)


@pytest.mark.parametrize(
    ("path", "accept"), [("/a.json", "*/*"), ("/a.csv", "*/*"), ("/a", "application/json")]
)
def test_a_program_gets_a_problem_document(path, accept):
    import json

    answer = refuse(path, Accept=accept)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "where: no field 'severty'.",
        "code": "unknown_field",
    }


def test_a_person_gets_a_page_with_the_sentence(organisation):
    answer = refuse("/a", organisation.vera)
    assert answer.status_code == 400
    assert b"no field &#x27;severty&#x27;" in answer.content
    assert b"<main" in answer.content


def test_htmx_gets_a_fragment_for_the_place_of_messages(organisation):
    answer = refuse("/a", organisation.vera, **{"HX-Request": "true"})
    assert answer["HX-Retarget"] == "#toasts"
    assert b"<html" not in answer.content


def test_another_exception_is_left_to_be_logged():
    request = RequestFactory().get("/a")
    assert RefusalPages(lambda _: None).process_exception(request, ValueError("inside")) is None


def test_a_failure_of_ours_says_nothing_of_the_inside():
    answer = broken(RequestFactory().get("/a"))
    assert answer.status_code == 500
    assert b"Something broke on our side" in answer.content


def test_what_is_absent_is_told_apart_by_form_only(organisation, browser_of):
    browser = browser_of(organisation.vera)
    assert (
        browser.get("/people.json").json()["status"] == browser.get("/nowhere.json").json()["status"] == 404
    )
    assert browser.get("/people.json").json() == browser.get("/nowhere.json").json()
