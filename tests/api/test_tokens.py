"""Tokens: shown once, kept as a hash, ending, and never more than their owner may at that moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.api.programs import Program, assert_problem

from throughline.accounts import tokens
from throughline.accounts.actions import change_person
from throughline.accounts.models import Token
from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.site.limits import STRANGERS_BYTES

NOW = datetime.now(UTC)
MADE = {"name": "Nightly build", "scopes": ["read", "series:write"], "days": "90"}


def values_in(answer) -> list[str]:
    return [word for word in answer.content.decode().split('"') if word.startswith("tl_") and len(word) > 40]


def test_a_token_is_shown_once_and_kept_as_a_hash(organisation, browser_of):
    browser = browser_of(organisation.mia)
    value = values_in(browser.post("/account/tokens/", MADE))[0]
    [kept] = Token.objects.all()
    assert value not in [str(field) for field in vars(kept).values()]
    assert len(kept.value_hash) == 64
    listed = browser.get("/account/tokens/").content.decode()
    assert "Nightly build" in listed
    assert kept.hint in listed
    assert value not in listed + browser.get("/account/tokens.json").content.decode()
    assert value not in str(list(Entry.objects.values()))
    assert Entry.objects.filter(action="token made", object_id=str(kept.pk)).exists()
    program = Program(None)
    program.headers = {"authorization": f"Bearer {value}"}
    me = program.get("/me").json()
    assert (me["name"], me["token"]["scopes"]) == ("Mia", ["read", "series:write"])


def test_a_person_gives_only_what_her_role_has(organisation, browser_of):
    page = browser_of(organisation.vera).get("/account/tokens/").content.decode()
    assert 'value="read"' in page
    assert "series:write" not in page
    answer = browser_of(organisation.vera).post("/account/tokens/", MADE)
    assert answer.status_code == 422
    with pytest.raises(Refused, match="that needs the role member"):
        tokens.make("test", organisation.vera, now=NOW, **MADE)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"days": "366"}, "1 to 365 days, not '366'"),
        ({"days": "0"}, "1 to 365 days"),
        ({"name": " "}, "what the token is for"),
        ({"scopes": []}, "at least one"),
        ({"scopes": ["everything"]}, "no scope 'everything'"),
    ],
)
def test_what_makes_no_token_is_said(organisation, given, said):
    with pytest.raises(Refused, match=said):
        tokens.make("test", organisation.ada, now=NOW, **(MADE | given))


def test_a_token_that_has_expired_or_is_revoked_opens_nothing(organisation, browser_of):
    expired = Program(organisation.max, expires_at=NOW - timedelta(seconds=1))
    assert_problem(expired.get("/me"), 401, "has expired or was revoked", code="token_invalid")
    program = Program(organisation.max)
    assert program.get("/me").status_code == 200
    answer = browser_of(organisation.max).post(f"/account/tokens/{program.token.pk}/revoke/")
    assert answer.status_code == 302
    assert 'error="invalid_token"' in program.get("/me")["WWW-Authenticate"]
    assert Entry.objects.filter(action="token revoked").count() == 1


def test_administrators_see_and_revoke_everybodys_and_nobody_else_does(organisation, browser_of):
    program = Program(organisation.mia)
    address = f"/account/tokens/{program.token.pk}/revoke/"
    assert browser_of(organisation.max).post(address).status_code == 404
    assert browser_of(organisation.max).get("/account/tokens.json").json() == {"tokens": []}
    seen = browser_of(organisation.ada).get("/account/tokens.json").json()["tokens"]
    assert [(each["owner"], each["hint"]) for each in seen] == [("Mia", "tl_test")]
    assert "value" not in seen[0]
    assert browser_of(organisation.ada).post(address).status_code == 302
    assert_problem(program.get("/me"), 401)


def test_a_token_follows_its_owner_down_and_out(organisation):
    program = Program(organisation.max)
    assert program.post("/series", {"name": "a"}).status_code == 201
    standing = {"teams": ["Payments"], "sees_all_teams": False, "now": NOW}
    change_person("test", organisation.max, role="viewer", is_active=True, **standing)
    assert_problem(program.post("/series", {"name": "b"}), 404)
    assert program.get("/series").status_code == 200
    change_person("test", organisation.max, role="manager", is_active=False, **standing)
    assert_problem(program.get("/series"), 401)


def test_when_it_was_last_used_is_noted_to_the_minute(organisation):
    program = Program(organisation.mia)
    program.get("/me")
    program.token.refresh_from_db()
    first = program.token.last_used_at
    assert first is not None
    program.get("/me")
    program.token.refresh_from_db()
    assert program.token.last_used_at == first


def test_who_did_it_by_a_token_is_written_down(organisation):
    Program(organisation.max).post("/series", {"name": "a"})
    [entry] = Entry.objects.filter(action="series defined")
    assert entry.actor == f"person:{organisation.max.pk} Max (token Test)"


def test_a_large_body_is_received_from_a_token_only(organisation, settings):
    program = Program(organisation.mia)
    sent = [(b"authorization", program.headers["authorization"].encode())]
    # It closes the connection of its thread, so not through the function that the server calls.
    from throughline.accounts.cookies import person_behind

    assert person_behind(sent) == organisation.mia
    assert not person_behind([(b"authorization", b"Bearer tl_invented")]).is_authenticated
    stranger = Program(None).post("/series", b" " * (STRANGERS_BYTES + 1))
    assert_problem(stranger, 413)
