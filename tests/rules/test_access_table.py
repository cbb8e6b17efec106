"""Who reaches what: every address, by every kind of person, as the access table says.

Each answer, a refusal as well, carries the security headers.
"""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.rules.access import ORDER, PUBLIC, ROWS, Row
from tests.rules.addresses import names

from throughline.site.headers import HEADERS

# Who asks, with the role that counts. Omar is a viewer of another team.
PEOPLE = {"stranger": None, "vera": 0, "omar": 0, "mia": 1, "max": 2, "ada": 3}


def test_every_address_has_a_row_and_every_row_an_address():
    assert sorted(ROWS) == names()


def address_of(name: str, row: Row, objects: dict[str, int]) -> str:
    kwargs = {
        key: value.format(**objects) if isinstance(value, str) else value for key, value in row.kwargs.items()
    }
    return reverse(name, kwargs=kwargs) + row.query


def is_of_programs(path: str) -> bool:
    return path.split("?")[0].endswith((".json", ".csv"))


def expected(row: Row, least: str, who: str, *, path: str, passed: frozenset[int]) -> frozenset[int]:
    if least == PUBLIC:
        return passed
    if who == "stranger":
        return frozenset({401 if is_of_programs(path) else 302})
    if PEOPLE[who] < ORDER.index(least) or (row.team and who == "omar"):
        return frozenset({404})
    return passed


def ask(browser, method: str, path: str):
    answer = browser.post(path, {}) if method == "post" else browser.get(path)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


def assert_headers(answer) -> None:
    for name, value in HEADERS.items():
        assert answer[name] == value
    assert "no-store" in answer["Cache-Control"] or "private" in answer["Cache-Control"]


def try_everybody(method: str, name: str, objects, organisation, browser_of) -> None:
    row = ROWS[name]
    least, passed = (row.get, row.ok) if method == "get" else (row.post, row.posted)
    path = address_of(name, row, objects)
    if least is None:
        assert_no_method(method, path, browser_of(organisation.ada))
        return
    for who in PEOPLE:
        browser = browser_of(getattr(organisation, who, None))
        answer = ask(browser, method, path)
        assert_headers(answer)
        allowed = expected(row, least, who, path=path, passed=passed)
        assert answer.status_code in allowed, f"{method} {path} by {who}"
        if who == "stranger" and answer.status_code == 302 and least != PUBLIC:
            assert answer["Location"].startswith("/sign-in/")


def assert_no_method(method: str, path: str, browser) -> None:
    """Asked as whoever may do all: what is refused to her is let through for nobody.

    A person who opens what only a form is sent to is led to the page of the form.
    """
    answer = ask(browser, method, path)
    assert_headers(answer)
    assert answer.status_code == (302 if method == "get" and not is_of_programs(path) else 405), path


@pytest.mark.parametrize("name", names())
def test_reading_is_for_those_whom_the_table_names(name, objects, organisation, browser_of):
    try_everybody("get", name, objects, organisation, browser_of)


@pytest.mark.parametrize("name", names())
def test_writing_is_for_those_whom_the_table_names(name, objects, organisation, browser_of):
    try_everybody("post", name, objects, organisation, browser_of)


@pytest.mark.parametrize("name", [name for name in names() if ROWS.get(name) and ROWS[name].kwargs])
def test_what_is_absent_answers_like_what_is_forbidden(name, objects, organisation, browser_of):
    row = ROWS[name]
    method = "get" if row.get else "post"
    absent = address_of(name, row, dict.fromkeys(objects, 987654))
    if row.get == PUBLIC:
        return
    assert ask(browser_of(organisation.ada), method, absent).status_code == 404
