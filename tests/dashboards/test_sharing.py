"""A link shows what its maker may see at that moment, to whoever has it, and nothing else."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from tests.dashboards.boards import NOW, OPEN, link_to, opened, shown

from throughline.audit.models import Entry
from throughline.dashboards import sharing
from throughline.dashboards.actions import Said, add_tile, change, make, remove, restore
from throughline.dashboards.models import SharedLink
from throughline.engine.refusals import Refused

pytestmark = pytest.mark.django_db


def test_a_link_shows_the_figures_and_no_way_on_from_there(boards, organisation):
    page = opened(link_to(boards.max, organisation.max))
    said = page.content.decode()
    assert page.status_code == 200
    assert "Friday" in said
    assert "to reach 20 by 31 Dec 2026" in said
    # The key result's owner, and nobody else: not whoever shared it.
    assert "Vera" in said
    assert "Max" not in said
    # No record, no page that needs an account, no file.
    assert "parser" not in said
    assert "open door" not in said
    assert "Nothing is shown of this to whoever has a link." in said
    ways = {part.split('"')[0] for part in said.split(' href="')[1:]}
    assert {way for way in ways if not way.startswith(("/static/", "/shared/", "#"))} == set()


def test_no_filter_of_a_tile_tells_a_link_the_name_of_a_vulnerability(boards, organisation):
    naming = (
        "/metrics/?metric=count()&where=title = 'open door'",
        "/metrics/?metric=count()&where=severity = 'high' and file = 'open-door.c'",
        "/metrics/?metric=share(title = 'open door')",
        "/vulnerabilities/?q=open door&severity=high",
        "/vulnerabilities/?where=key = 'open-door'",
    )
    harmless = "/metrics/?metric=count()&where=severity = 'high' and cvss > 7"
    board = make(organisation.max, name="Slices", now=NOW)
    for address in (*naming, harmless):
        add_tile(organisation.max, board, Said(address=address), now=NOW)
    # Whoever signs in has read them before, and what was kept for her is not what a stranger gets.
    own = [each.title for each in shown(board, organisation.max).values()]
    assert "open door" in " ".join(own)
    said = opened(link_to(board, organisation.max)).content.decode()
    assert not re.search(r"open.door", said)
    assert "Number of vulnerabilities, of a selection" in said
    assert "High, of a selection" in said
    assert own[-1] in html.unescape(said)


def test_a_link_is_kept_by_nobody_and_found_by_nobody(boards, organisation):
    path = link_to(boards.max, organisation.max)
    for page in (opened(path), opened(f"{path}present/"), opened("/shared/guessed/")):
        assert page["X-Robots-Tag"] == "noindex, nofollow"
        assert page["Cache-Control"] == "no-store"
        assert page["Referrer-Policy"] == "same-origin"
    token = path.split("/")[2]
    assert token not in str(list(SharedLink.objects.values())) + str(list(Entry.objects.values()))


def test_spent_revoked_guessed_and_orphaned_links_give_one_answer(boards, organisation):
    guessed = opened("/shared/never-was/")
    assert guessed.status_code == 410
    ended = link_to(boards.max, organisation.max, days=3, ago=timedelta(days=3, minutes=1))
    revoked = link_to(boards.max, organisation.max)
    sharing.revoke("test", SharedLink.objects.first(), now=NOW)
    orphaned = link_to(_ready("director"), organisation.max)
    assert opened(orphaned).status_code == 200
    removed = link_to(boards.max, organisation.max)
    remove(organisation.max, boards.max, now=NOW)
    organisation.max.role = "member"
    organisation.max.save()
    for path in (ended, revoked, removed, orphaned, f"{orphaned}present/"):
        page = opened(path)
        assert (page.status_code, words_of(page)) == (410, words_of(guessed))
    organisation.max.role, organisation.max.is_active = "manager", False
    organisation.max.save()
    assert words_of(opened(orphaned)) == words_of(guessed)


def words_of(page) -> str:
    """The whole page but for the token of its forms, which is new each time."""
    return re.sub(r'"X-CSRFToken": "\w+"', "", page.content.decode())


def _ready(key: str):
    from throughline.dashboards.models import READY, Dashboard

    return Dashboard(name=READY[key], slug=key, ready=key)


def test_a_link_follows_the_rights_of_its_maker_and_not_of_whoever_opens_it(boards, organisation, browser_of):
    path = link_to(boards.max, organisation.max)
    alone = opened(path).content
    # Omar sees one team's slice; the link shows him what Max chose to show, and leads nowhere either.
    seen = browser_of(organisation.omar).get(path).content
    assert b"tile-value" in alone
    assert seen.count(b"tile-value") == alone.count(b"tile-value")
    assert b'aria-label="Main"' not in seen


def test_only_managers_share_and_only_what_they_made_or_what_is_ready_made(boards, organisation, browser_of):
    cases = (
        (organisation.mia, "mine", 404),
        (organisation.mia, "director", 404),
        (organisation.max, "mine", 404),
        (organisation.ada, "friday", 404),
        (organisation.max, "friday", 200),
        (organisation.ada, "monday", 200),
    )
    for person, slug, status in cases:
        answer = browser_of(person).post(f"/dashboards/{slug}/share", {"days": "14", "note": ""})
        assert answer.status_code == status, (person, slug)
    with pytest.raises(Refused, match="only managers share"):
        sharing.share(organisation.mia, boards.mia, now=NOW)


def test_nobody_else_puts_a_tile_in_front_of_the_rights_of_whoever_shared(boards, organisation, browser_of):
    path = link_to(boards.max, organisation.max)
    for person in (organisation.mia, organisation.ada):
        answer = browser_of(person).post(
            "/dashboards/add", {"to": "friday", "width": "1", "address": "/risk/"}
        )
        assert answer.status_code == 422
    before = opened(path).content.count(b"<article")
    add_tile(organisation.max, boards.max, Said(address=OPEN), now=NOW)
    assert opened(path).content.count(b"<article") == before + 1


def test_a_link_works_for_14_days_and_at_most_for_90(boards, organisation, browser_of):
    link, _ = sharing.share(organisation.max, boards.max, now=NOW)
    assert link.expires_at - NOW == timedelta(days=14)
    browser = browser_of(organisation.max)
    for days in ("0", "91", "many"):
        assert browser.post("/dashboards/friday/share", {"days": days}).status_code == 422
    assert SharedLink.objects.count() == 1


def test_the_list_says_when_each_was_last_opened_and_revoking_ends_it(boards, organisation, browser_of):
    browser = browser_of(organisation.max)
    made = browser.post("/dashboards/friday/share", {"days": "7", "note": "The board"}).content.decode()
    path = made.split('id="shared-link">')[1].split("<")[0].removeprefix("http://testserver")
    opened(path)
    opened(path)
    link = SharedLink.objects.get()
    assert (link.opened, link.note) == (2, "The board")
    assert datetime.now(UTC) - link.opened_at < timedelta(minutes=1)
    # Shown once: the list does not hold it.
    assert path not in browser.get("/dashboards/friday/share").content.decode()
    assert browser_of(organisation.mia).post(f"/dashboards/friday/links/{link.pk}/revoke").status_code == 404
    browser.post(f"/dashboards/friday/links/{link.pk}/revoke")
    assert opened(path).status_code == 410
    said = Entry.objects.filter(object_type="dashboard", action__contains="link").values_list(
        "actor", "action"
    )
    who = f"person:{organisation.max.pk} Max"
    assert set(said) >= {(who, "shared link revoked")}
    assert Entry.objects.filter(actor=who, action="dashboard shared by link").exists()


def test_guessing_is_slowed_down_and_written_down(boards, organisation):
    path = link_to(boards.max, organisation.max)
    stranger = Client()
    for number in range(sharing.MOST_MISSES):
        assert stranger.get(f"/shared/guess-{number}/").status_code == 410
    refused = stranger.get("/shared/one-more/")
    assert (refused.status_code, refused["Retry-After"]) == (429, "900")
    assert "Wait 15 minutes" in refused.content.decode()
    # From there the right one waits too; from elsewhere it opens.
    assert stranger.get(path).status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.7").get(path).status_code == 200
    assert Entry.objects.filter(actor="stranger", action="shared links guessed").count() == 1


def test_a_dashboard_that_only_its_owner_sees_can_be_shared_by_her(boards, organisation):
    change(organisation.max, boards.max, name="Friday", audience="owner", now=NOW)
    assert opened(link_to(boards.max, organisation.max)).status_code == 200


def test_a_link_shows_the_team_that_was_chosen_and_never_another(boards, organisation, browser_of):
    from throughline.accounts.models import Team

    names = sorted(Team.objects.values_list("name", flat=True))
    chosen, browser = names[-1], browser_of(organisation.max)
    said = browser.get("/dashboards/team/", {"team": chosen}).content.decode()
    assert f'href="/dashboards/team/share?team={chosen}"' in said
    made = browser.post(f"/dashboards/team/share?team={chosen}", {"days": "7"}).content.decode()
    path = made.split('id="shared-link">')[1].split("<")[0].removeprefix("http://testserver")
    for address in (path, f"{path}?team={names[0]}", f"{path}present/"):
        page = opened(address).content.decode()
        assert f"Open at {chosen}" in page
        assert f"Open at {names[0]}" not in page
    unknown = browser.post("/dashboards/team/share?team=nobody", {"days": "7"})
    assert unknown.status_code == 422
    assert "You see no team" in unknown.content.decode()
    # Once there is no such team for its maker, it shows neither that nor the first there is.
    Team.objects.filter(name=chosen).update(name="Renamed")
    page = opened(path).content.decode()
    assert "<article" not in page
    assert chosen not in page


def test_an_administrator_ends_the_link_of_a_private_dashboard_from_the_page_of_all_links(
    boards, organisation, browser_of
):
    change(organisation.max, boards.max, name="Friday", audience="owner", now=NOW)
    path = link_to(boards.max, organisation.max)
    link, browser = SharedLink.objects.get(), browser_of(organisation.ada)
    assert browser.get("/dashboards/friday/share").status_code == 404
    revoke = f"/dashboards/friday/links/{link.pk}/revoke"
    assert f'action="{revoke}"' in browser.get("/dashboards/links/").content.decode()
    assert browser.post(revoke, {"from": "links"})["Location"] == "/dashboards/links/"
    assert opened(path).status_code == 410


def test_a_dashboard_that_is_brought_back_has_no_links(boards, organisation):
    path = link_to(boards.max, organisation.max)
    remove(organisation.max, boards.max, now=NOW)
    restore(organisation.max, boards.max, now=NOW)
    assert opened(path).status_code == 410
    assert Entry.objects.get(action="dashboard removed").detail["links"] == 1
