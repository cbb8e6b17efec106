"""What is true of every operation: who asks, how it says no, how it pages, tags and repeats."""

from __future__ import annotations

import asyncio
import json

import pytest
from tests.api.programs import Program, assert_problem

from throughline.api import keys
from throughline.api.models import Kept
from throughline.api.rates import Rates
from throughline.series.models import Reading, Series
from throughline.site import bodies


def named(name: str = "build_minutes", **more: object) -> dict[str, object]:
    return {"name": name, "unit": "minutes", **more}


# Who asks


def test_a_session_opens_nothing_here_so_no_page_of_elsewhere_can_use_it(organisation, browser_of):
    browser = browser_of(organisation.ada)
    assert_problem(browser.get("/api/v1/me"), 401, "Send a token", code="token_required")
    written = browser.post("/api/v1/series", named(), content_type="application/json")
    assert_problem(written, 401)
    assert written["WWW-Authenticate"].startswith("Bearer")
    assert not Series.objects.exists()


def test_a_token_opens_no_page(max_program):
    answer = max_program.client.get("/account/", headers=max_program.headers)
    assert answer.status_code == 302


def test_a_token_without_the_scope_is_told_which_one_it_needs(organisation):
    answer = Program(organisation.max, ["read"]).post("/series", named())
    assert_problem(answer, 403, "'series:write'", code="scope")
    assert 'scope="series:write"' in answer["WWW-Authenticate"]


def test_answers_are_stored_nowhere_and_shown_to_no_other_site(max_program):
    answer = max_program.get("/me", origin="https://evil.example")
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer
    assert len(answer["X-Request-Id"]) == 16


# Saying no


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("GET", "/nothing", 404, "nothing at this address"),
        ("GET", "/series/none", 404, "nothing at this address"),
        ("GET", "/series/a%20b", 404, "nothing at this address"),
        ("DELETE", "/series", 405, "takes GET, POST only"),
        ("GET", "/series?limit=201", 400, "limit: "),
        ("GET", "/series?sort=name", 400, "no parameter 'sort' here (known: cursor, limit)"),
        ("GET", "/series?cursor=invented", 400, "not of this list"),
        ("GET", "/series/a/values?since=yesterday", 404, ""),
    ],
)
def test_each_refusal_of_an_address_is_a_problem_document(max_program, method, path, status, said):
    assert_problem(max_program.ask(method, path), status, said)


@pytest.mark.parametrize(
    ("body", "headers", "status", "said"),
    [
        (b"{", {}, 400, "not JSON: Expecting property name enclosed in double quotes at line 1, column 2"),
        (b'{"name": NaN}', {}, 400, "NaN is no number in JSON"),
        (b'{"name": "\\u0000"}', {}, 400, "a character that is none"),
        (b'{"name": "\\ud800"}', {}, 400, "a character that is none"),
        (b"\xff", {}, 400, "not UTF-8"),
        (b"[" * 100_000, {}, 400, "nobody means"),
        (
            b"name=a",
            {"content_type": "application/x-www-form-urlencoded"},
            415,
            "Send this as application/json",
        ),
        (b'{"name": "' + b"a" * 3_000_000 + b'"}', {}, 413, "at most 2 MB"),
        (b"{}", {"transfer_encoding": "chunked"}, 411, "Content-Length"),
        (b"[]", {}, 422, ""),
    ],
)
def test_each_refusal_of_a_body_is_a_problem_document(max_program, body, headers, status, said):
    assert_problem(max_program.post("/series", body, **headers), status, said)


def test_what_is_wrong_in_a_body_is_pointed_at(max_program):
    document = assert_problem(max_program.post("/series", named(cadence_days=0, unti="days")), 422)
    assert [each["pointer"] for each in document["errors"]] == ["/cadence_days", "/unti"]
    refused = assert_problem(max_program.post("/series", named("Build Minutes")), 422, code="bad_name")
    assert refused["errors"][0]["pointer"] == "/name"
    values = [{"at": "2026-11-01", "value": 1}, {"at": "2031-01-01", "value": 2}]
    pushed = max_program.post("/series/build_minutes/values", {"values": values})
    assert assert_problem(pushed, 422, "/values/1/at: ")["errors"][0]["pointer"] == "/values/1/at"
    assert not Series.objects.exists()


@pytest.mark.parametrize(
    ("body", "pointers", "said"),
    [
        (b"[]", [""], "the body: expected an object, {…}, found a list"),
        (b'{"values": [{"at": "2026-11-01", "value": 1e400}]}', ["/values/0/value"], "finite"),
        (b'{"values": [{"at": "2026-11-01"}], "about": 3}', ["/values/0/value", "/about"], "; /about: "),
        (
            b'{"values": [{"at": "soon", "value": "x"}]}',
            ["/values/0/at", "/values/0/value"],
            "; /values/0/value",
        ),
    ],
)
def test_pointers_are_places_in_the_body_and_name_all_that_is_wrong(max_program, body, pointers, said):
    found = assert_problem(max_program.post("/series/build_minutes/values", body), 422, said)
    assert [each["pointer"] for each in found["errors"]] == pointers


def test_a_push_says_that_it_made_a_series_and_what_a_name_may_hold(max_program):
    values = {"values": [{"at": "2026-11-01", "value": 1}]}
    pushes = [max_program.post("/series/build_minutes/values", values).json() for _ in range(2)]
    assert [each["created"] for each in pushes] == [True, False]
    refused = max_program.post("/series/Bad%20Name/values", values)
    assert assert_problem(refused, 422, "small letters, digits")["errors"][0]["parameter"] == "name"
    assert max_program.get("/me").json()["sees_all_teams"] is True


def test_what_breaks_says_nothing_of_the_inside(max_program, monkeypatch, caplog):
    def breaks(*_: object) -> None:
        raise RuntimeError("the password is 12345")

    monkeypatch.setattr("throughline.series.documents.summary", breaks)
    Series.objects.create(name="a", created_at=max_program.token.created_at)
    answer = max_program.get("/series/a")
    assert "12345" not in assert_problem(answer, 500, answer["X-Request-Id"])["detail"]
    assert answer["X-Request-Id"] in caplog.text


def test_a_body_that_comes_too_slowly_is_refused_in_the_same_form(monkeypatch):
    monkeypatch.setattr(bodies, "SMALL_SECONDS", 0.01)
    sent: list[dict] = []

    async def stalls() -> dict:
        await asyncio.sleep(5)
        return {}

    async def send(message: dict) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/api/v1/series", "headers": [(b"content-length", b"10")]}
    asyncio.run(bodies.WholeBodies(None, most=lambda _: 0)(scope, stalls, send))
    assert sent[0]["status"] == 408
    assert (b"content-type", b"application/problem+json") in sent[0]["headers"]
    assert json.loads(sent[1]["body"])["status"] == 408


# Pages


def test_walking_the_pages_is_the_whole_list_while_rows_are_added(max_program):
    now = max_program.token.created_at
    made = [Series.objects.create(name=f"s_{number:02}", created_at=now).name for number in range(7)]
    seen, address = [], "/series?limit=3"
    while address:
        page = max_program.get(address).json()
        assert len(page["items"]) <= 3
        seen += [each["name"] for each in page["items"]]
        # One before the place that is reached, one after it.
        Series.objects.get_or_create(name="a_before", created_at=now)
        Series.objects.get_or_create(name="t_after", created_at=now)
        address = page["next"] and page["next"].removeprefix("/api/v1")
    assert seen == [*made, "t_after"]


def test_a_cursor_leads_through_its_own_list_only(max_program):
    for name in ("a", "b"):
        max_program.post(
            f"/series/{name}/values", {"values": [{"at": f"2026-11-0{n}", "value": n} for n in (1, 2)]}
        )
    cursor = max_program.get("/series/a/values?limit=1").json()["next"].partition("?")[2]
    assert max_program.get(f"/series/a/values?{cursor}").json()["items"][0]["value"] == 2
    assert_problem(max_program.get(f"/series/b/values?{cursor}"), 400, "not of this list")


# Tags


def test_what_is_as_it_was_is_not_sent_again(max_program):
    first = max_program.get("/me")
    again = max_program.get("/me", if_none_match=f'"other", W/{first["ETag"]}')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert max_program.get("/me", if_none_match='"other"').status_code == 200


def test_the_head_of_an_answer_is_that_of_the_whole(max_program):
    whole, head = max_program.get("/me"), max_program.ask("HEAD", "/me")
    assert (head.status_code, head["ETag"]) == (200, whole["ETag"])


# Doing things once


def test_a_write_that_is_sent_again_with_its_key_is_done_once(max_program):
    body = {"values": [{"at": "2026-11-01", "value": 3}]}
    first = max_program.post("/series/a/values", body, idempotency_key="night-1")
    again = max_program.post("/series/a/values", body, idempotency_key="night-1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert again["Idempotency-Replayed"] == "true"
    # Done anew it would have said that nothing was added.
    assert again.json()["added"] == 1
    assert Reading.objects.count() == 1


def test_a_key_stands_for_one_request_of_one_token(organisation, max_program):
    assert max_program.post("/series", named("a"), idempotency_key="k").status_code == 201
    assert_problem(max_program.post("/series", named("b"), idempotency_key="k"), 422, code="key_reused")
    assert Program(organisation.ada).post("/series", named("b"), idempotency_key="k").status_code == 201


def test_what_is_refused_is_not_kept_and_may_be_mended_under_its_key(max_program):
    assert_problem(max_program.post("/series", named("A"), idempotency_key="k"), 422)
    assert max_program.post("/series", named("a"), idempotency_key="k").status_code == 201


def test_the_same_request_at_the_same_time_is_asked_to_wait(max_program):
    keys._running.add((max_program.token.pk, "k"))
    try:
        answer = max_program.post("/series", named(), idempotency_key="k")
    finally:
        keys._running.clear()
    assert_problem(answer, 409, code="key_in_use")
    assert answer["Retry-After"] == "1"


def test_a_long_answer_is_not_kept_and_the_request_is_done_once_all_the_same(max_program, monkeypatch):
    monkeypatch.setattr(keys, "LONGEST_KEPT", 20)
    body = {"values": [{"at": "2026-11-01", "value": 3}]}
    first = max_program.post("/series/a/values", body, idempotency_key="k")
    again = max_program.post("/series/a/values", body, idempotency_key="k")
    assert_problem(again, 409, f"{len(first.content)} bytes", code="done_already")
    assert Reading.objects.count() == 1
    assert bytes(Kept.objects.get().body) == b""


def test_an_answer_is_kept_for_a_day(max_program):
    max_program.post("/series", named("a"), idempotency_key="k")
    [kept] = Kept.objects.all()
    assert keys.forget(now=kept.created_at + keys.KEPT_FOR) == 0
    assert keys.forget(now=kept.created_at + keys.KEPT_FOR * 1.01) == 1


# How often


def test_a_token_that_asks_too_often_is_told_when_to_go_on(organisation, max_program, settings):
    settings.THROUGHLINE_API_PER_MINUTE = 2
    assert max_program.get("/me")["RateLimit"].startswith('"token";r=1;')
    assert max_program.get("/me").status_code == 200
    refused = max_program.get("/me")
    assert_problem(refused, 429, "2 times a minute", code="too_many")
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert Program(organisation.ada).get("/me").status_code == 200


def test_a_minute_after_the_first_request_the_count_begins_anew():
    clock = [0.0]
    rates = Rates(clock=lambda: clock[0])
    said = [rates.count("a", most=1) for _ in range(2)]
    assert [each.is_over for each in said] == [False, True]
    assert said[1].headers()["Retry-After"] == "60"
    clock[0] = 60.0
    assert not rates.count("a", most=1).is_over


def test_the_description_is_made_once_however_often_strangers_ask(monkeypatch, db):
    from ninja import NinjaAPI

    from throughline.api.urls import house

    made = []
    really = NinjaAPI.get_openapi_schema
    monkeypatch.setattr(NinjaAPI, "get_openapi_schema", lambda *a, **k: made.append(1) or really(*a, **k))
    monkeypatch.setattr(house, "_described", None, raising=False)
    assert {Program(None).get("/openapi.json").status_code for _ in range(3)} == {200}
    assert made == [1]
