"""How people get in, and how they are kept out."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest
from tests.organisation import NOW

from throughline.accounts import sign_in, throttle
from throughline.accounts.actions import first_administrator, make_sign_in_link
from throughline.accounts.models import SignInLink
from throughline.audit.models import Entry
from throughline.engine.refusals import Refused

PASSWORD = "a long and quiet river"


def give_password(user, password: str = PASSWORD) -> None:
    sign_in.set_password(user, current="", new=password, address="", now=NOW)


def token_of(path: str) -> str:
    return path.strip("/").split("/")[-1]


def test_a_link_signs_its_person_in_once(organisation):
    token = token_of(make_sign_in_link(organisation.mia, now=NOW))
    assert sign_in.use_sign_in_link(token, now=NOW) == organisation.mia
    with pytest.raises(Refused, match="has been used"):
        sign_in.use_sign_in_link(token, now=NOW)


def test_looking_at_a_link_does_not_use_it_up(organisation, browser_of):
    path = make_sign_in_link(organisation.mia, now=sign_in_clock())
    browser = browser_of()
    assert b"Welcome, Mia" in browser.get(path).content
    assert b"Welcome, Mia" in browser.get(path).content
    assert browser.post(path).status_code == 302
    assert int(browser.session["_auth_user_id"]) == organisation.mia.pk
    assert browser_of().post(path).status_code == 410


def sign_in_clock():
    from throughline.cli.common import now

    return now()


def test_a_link_expires_after_a_day(organisation):
    token = token_of(make_sign_in_link(organisation.mia, now=NOW))
    assert sign_in.link_owner(token, now=NOW + timedelta(hours=23, minutes=59)) == organisation.mia
    with pytest.raises(Refused):
        sign_in.use_sign_in_link(token, now=NOW + timedelta(hours=24))


def test_a_new_link_ends_the_older_ones(organisation):
    older = token_of(make_sign_in_link(organisation.mia, now=NOW))
    make_sign_in_link(organisation.mia, now=NOW)
    with pytest.raises(Refused):
        sign_in.use_sign_in_link(older, now=NOW)


def test_only_the_hash_of_a_link_is_kept(organisation):
    token = token_of(make_sign_in_link(organisation.mia, now=NOW))
    assert token not in SignInLink.objects.get(user=organisation.mia).token_hash
    assert not any(token in str(entry.detail) for entry in Entry.objects.all())


def test_a_deactivated_person_gets_in_by_no_way(organisation, browser_of):
    give_password(organisation.mia)
    token = token_of(make_sign_in_link(organisation.mia, now=NOW))
    browser = browser_of(organisation.mia)
    organisation.mia.is_active = False
    organisation.mia.save()
    with pytest.raises(Refused):
        sign_in.use_sign_in_link(token, now=NOW)
    with pytest.raises(Refused):
        sign_in.check_password("mia@example.org", PASSWORD, address="::1", now=NOW)
    assert browser.get("/account/").status_code == 302


def test_a_password_signs_in_whatever_the_case_of_the_address(organisation):
    give_password(organisation.mia)
    assert sign_in.check_password(" Mia@Example.org", PASSWORD, address="::1", now=NOW) == organisation.mia


def test_an_unknown_person_and_a_wrong_password_get_the_same_answer(organisation, browser_of):
    give_password(organisation.mia)
    answers = [
        browser_of().post("/sign-in/", {"email": email, "password": "wrong wrong wrong"}).content
        for email in ("mia@example.org", "nobody@example.org", "vera@example.org")
    ]
    assert all(sign_in.WRONG.encode() in answer for answer in answers)


def test_five_failures_close_the_door_for_a_quarter_of_an_hour_even_to_the_right_password(organisation):
    give_password(organisation.mia)
    fail(organisation.mia.email, times=throttle.MOST_FOR_ONE_PERSON)
    with pytest.raises(Refused, match="Too many attempts"):
        sign_in.check_password("mia@example.org", PASSWORD, address="10.0.0.1", now=NOW)
    later = NOW + throttle.WINDOW + timedelta(seconds=1)
    assert sign_in.check_password("mia@example.org", PASSWORD, address="10.0.0.1", now=later)


def test_failures_from_elsewhere_do_not_lock_a_person_out(organisation):
    give_password(organisation.mia)
    fail(organisation.mia.email, times=throttle.MOST_FOR_ONE_PERSON)
    assert sign_in.check_password("mia@example.org", PASSWORD, address="10.9.9.9", now=NOW)


def test_one_address_may_not_try_everybody(organisation):
    for number in range(throttle.MOST_FROM_ONE_ADDRESS):
        fail(f"person{number}@example.org")
    with pytest.raises(Refused, match="Too many attempts"):
        sign_in.check_password("mia@example.org", PASSWORD, address="10.0.0.1", now=NOW)


def fail(email: str, *, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(Refused, match="wrong"):
            sign_in.check_password(email, "not it at all", address="10.0.0.1", now=NOW)


def test_every_way_in_and_every_refusal_is_written_down(organisation):
    give_password(organisation.mia)
    fail("mia@example.org")
    sign_in.check_password("mia@example.org", PASSWORD, address="::1", now=NOW)
    sign_in.use_sign_in_link(token_of(make_sign_in_link(organisation.mia, now=NOW)), now=NOW)
    with pytest.raises(Refused):
        sign_in.use_sign_in_link("guessed", now=NOW)
    actions = list(Entry.objects.values_list("action", flat=True))[-6:]
    assert actions == [
        "password set",
        "sign-in refused",
        "signed in by password",
        "sign-in link made",
        "signed in by link",
        "sign-in link refused",
    ]


@pytest.mark.parametrize("weak", ["short", "mia@example.org", "password1234"])
def test_a_weak_password_is_refused_with_the_reason(organisation, weak):
    with pytest.raises(Refused) as refused:
        give_password(organisation.mia, weak)
    assert refused.value.code == "new"


def test_changing_a_password_asks_for_the_current_one_and_ends_other_sessions(organisation, browser_of):
    give_password(organisation.mia)
    elsewhere, here = browser_of(organisation.mia), browser_of(organisation.mia)
    wrong = here.post("/account/password/", {"current": "no", "new": "another quiet river"})
    assert b"not your current password" in wrong.content
    here.post("/account/password/", {"current": PASSWORD, "new": "another quiet river"})
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_a_new_password_says_how_many_tokens_go_on(organisation, browser_of):
    give_password(organisation.mia)
    browser = browser_of(organisation.mia)
    for name in ("Ours", "Somebody's"):
        browser.post("/account/tokens/", {"name": name, "scopes": ["read"], "days": "90"})
    new = {"current": PASSWORD, "new": "another quiet river"}
    said = browser.post("/account/password/", new, follow=True).content.decode()
    assert "2 tokens of yours still work: revoke what is not yours under Tokens." in said


def test_the_first_administrator_is_offered_until_somebody_has_signed_in(db, browser_of):
    first = first_administrator(now=NOW)
    assert first.role == "administrator"
    assert first_administrator(now=NOW) == first
    browser_of(first)
    assert first_administrator(now=NOW) is None


def test_signing_out_ends_the_session_and_needs_a_post(organisation, browser_of):
    browser = browser_of(organisation.mia)
    assert browser.get("/sign-out/").headers["Location"] == "/"
    assert browser.get("/account/").status_code == 200
    assert browser.post("/sign-out/").status_code == 302
    assert browser.get("/account/").status_code == 302


def test_a_password_is_hashed_with_argon2id_as_hard_as_owasp_asks():
    """OWASP's password storage cheat sheet: 46 MiB of memory and one pass, on one lane."""
    code = (
        "from throughline.accounts.hashers import Argon2id as hasher; "
        "print(hasher.memory_cost, hasher.time_cost, hasher.parallelism)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.split()
    memory, time, parallelism = map(int, told)
    assert memory >= 46 * 1024
    assert time >= 1
    assert parallelism == 1


def test_a_stored_password_names_its_algorithm(organisation):
    give_password(organisation.mia)
    assert organisation.mia.password.startswith("argon2$argon2id$")


@pytest.mark.parametrize(("chosen", "shown"), [("dark", b'data-theme="dark"'), ("", b'<html lang="en">')])
def test_a_theme_is_kept_in_the_browser_and_can_be_left_to_the_system(
    organisation, browser_of, chosen, shown
):
    browser = browser_of(organisation.mia)
    browser.post("/account/theme/", {"theme": "light"})
    browser.post("/account/theme/", {"theme": chosen})
    assert shown in browser.get("/account/").content
