"""What administrators do to people."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from tests.organisation import NOW

from throughline.accounts.access import EVERYTHING, NOTHING, Scope, scope_of
from throughline.accounts.actions import add_person, add_team, change_person
from throughline.accounts.models import Team, User
from throughline.audit.models import Entry
from throughline.cli import main
from throughline.engine.refusals import Refused


def test_an_invited_person_is_shown_one_link_once(organisation, browser_of):
    browser = browser_of(organisation.ada)
    answer = browser.post(
        "/people/invite/",
        {"name": "Nora", "email": "Nora@example.org", "role": "member", "teams": ["Search"]},
    )
    nora = User.objects.get(email="nora@example.org")
    assert b"http://testserver/sign-in/" in answer.content
    assert [team.name for team in nora.teams.all()] == ["Search"]
    assert b"/sign-in/" not in browser.get("/people/").content


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"email": "vera@example.org"}, "already"),
        ({"email": "nonsense"}, "valid email|e-mail address"),
        ({"role": "emperor"}, "valid choice|no role"),
        ({"name": "  "}, "required|needs a name"),
    ],
)
def test_a_bad_invitation_says_what_is_wrong_and_keeps_what_was_typed(
    organisation, browser_of, given, message
):
    whole = {"name": "Nora", "email": "nora@example.org", "role": "member"} | given
    answer = browser_of(organisation.ada).post("/people/invite/", whole)
    assert answer.status_code == 422
    assert any(part in answer.content.decode() for part in message.split("|"))
    assert f'value="{whole["email"]}"' in answer.content.decode()
    assert not User.objects.filter(name="Nora").exists()


def test_the_last_administrator_cannot_be_unmade(organisation):
    with pytest.raises(Refused, match="Somebody has to be administrator"):
        change_person(
            "test",
            organisation.ada,
            role="member",
            teams=[],
            sees_all_teams=False,
            is_active=True,
            now=NOW,
        )
    organisation.ada.refresh_from_db()
    assert organisation.ada.role == "administrator"


def test_a_change_is_written_down_as_old_and_new(organisation, browser_of):
    browser_of(organisation.ada).post(
        f"/people/{organisation.mia.pk}/", {"role": "manager", "teams": ["Payments"], "is_active": "on"}
    )
    entry = Entry.objects.get(action="person changed")
    assert entry.detail == {"role": ["member", "manager"]}
    assert entry.actor == f"person:{organisation.ada.pk} Ada"


def test_what_a_person_sees_follows_team_grant_and_role(organisation):
    assert scope_of(organisation.vera) == Scope(teams=frozenset({"Payments"}))
    assert scope_of(organisation.max) == EVERYTHING
    organisation.vera.sees_all_teams = True
    assert scope_of(organisation.vera) == EVERYTHING
    organisation.vera.is_active = False
    assert scope_of(organisation.vera) == NOTHING


def test_a_team_is_named_once_whatever_the_case(organisation):
    add_team("test", "Platform", now=NOW)
    with pytest.raises(Refused, match="already"):
        add_team("test", "platform", now=NOW)
    assert Team.objects.filter(name__iexact="platform").count() == 1


def test_an_address_belongs_to_one_person(organisation):
    with pytest.raises(Refused, match="already"):
        add_person("test", name="Other", email="MIA@example.org", now=NOW)


def test_own_details_can_be_mended_but_not_to_somebody_elses_address(organisation, browser_of):
    browser = browser_of(organisation.mia)
    taken = browser.post("/account/", {"name": "Mia", "email": "max@example.org"})
    assert b"already" in taken.content
    assert browser.post("/account/", {"name": "Mia K.", "email": "mia@example.org"}).status_code == 302
    organisation.mia.refresh_from_db()
    assert organisation.mia.name == "Mia K."


def test_the_list_of_people_is_also_csv_and_json(organisation, browser_of):
    browser = browser_of(organisation.ada)
    assert len(browser.get("/people.json").json()["people"]) == 5
    lines = b"".join(browser.get("/people.csv").streaming_content).decode().split("\r\n")
    assert lines[0].startswith("name,email,role")
    assert len(lines) == 1 + 5 + 1


def test_the_command_lists_addresses_whole_where_it_is_piped(organisation, monkeypatch):
    monkeypatch.setattr("throughline.cli.user.open_home", lambda home: home)
    email = f"{'a-very-long-name' * 4}@security.platform.example.org"
    add_person("test", name="[b]Long[/b] " * 6, email=email, now=NOW)
    said = CliRunner().invoke(main, ["user", "list"]).output
    assert email in said
    assert "[b]Long[/b] [b]Long[/b]" in said
    assert len(said.splitlines()) == 1 + 6
    seen = {line.split()[0]: line for line in said.splitlines() if line.strip()}
    assert "every team" in seen["Max"]
    assert "every team" not in seen["Mia"]
