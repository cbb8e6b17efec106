"""One object of each kind, all of the team Payments, for addresses that ask for one."""

from __future__ import annotations

import pytest
from tests.organisation import NOW, Organisation
from tests.rules.dashboards import a_dashboard
from tests.rules.objects_of_connectors import connectors_made
from tests.rules.objects_of_exports import of_what_leaves
from tests.rules.objects_of_messages import messages_made


@pytest.fixture
def objects(organisation) -> dict[str, int | str]:
    """What braces in the access table stand for."""
    return made(organisation)


def made(organisation: Organisation) -> dict[str, int | str]:
    """One object of each kind, by the name that stands in braces."""
    from throughline.accounts.models import Team
    from throughline.jobs.models import Job
    from throughline.vulnerabilities.models import Service

    payments = Team.objects.get(name="Payments")
    service = Service.objects.create(name="checkout", team=payments)
    job = Job.objects.create(kind="forget ended jobs", asked_by=organisation.ada, created_at=NOW)
    vulnerability = _vulnerability(service, payments)
    return {
        "person": organisation.vera.pk,
        "service": service.pk,
        "job": job.pk,
        "token": _token(organisation.ada),
        "vulnerability": vulnerability,
        "key_result": _key_result(),
        "cycle": _cycle(),
        "candidate": _candidate(),
        **_promises(),
        **connectors_made(),
        "upload": _upload(organisation.ada),
        "import": _import(),
        **_sightings(vulnerability),
        "rule": _rule(organisation.ada),
        **_plan(organisation.ada),
        **_risk(),
        "run": _run(organisation.ada),
        "led_room": _led_room(organisation.ada),
        "training": "on-the-wire",
        **_room(organisation),
        **_board(organisation.ada),
        **_survey(),
        **_planning(),
        **_shelf(organisation.ada),
        **_work(organisation),
        **_finished(organisation.ada),
        **a_dashboard(organisation.ada),
        "worked": _worked(),
        "narrative": "shift-left",
        "matched": _matched(),
        **of_what_leaves(organisation.ada),
        "backup": "throughline-20261121T120000Z.zip",
        **messages_made(organisation),
    }


def _token(owner) -> int:
    from throughline.accounts.tokens import make

    return make("test", owner, name="Nightly build", scopes=["read"], days=90, now=NOW)[0].pk


def _matched() -> int:
    from throughline.assignments.models import Matched
    from throughline.objectives.models import Cycle

    cycle = Cycle.objects.get(key="2027-q1")
    return Matched.objects.create(cycle=cycle, fingerprint="0" * 64, asked_at=NOW).pk


def _vulnerability(service, team) -> int:
    from throughline.sources.models import Feed
    from throughline.vulnerabilities.bulk import Author, Names, insert_records
    from throughline.vulnerabilities.models import Vulnerability

    feed = Feed.objects.create(name="scanner", scope="")
    values = {
        "title": "SQL injection",
        "severity": 3,
        "state": "confirmed",
        "identified_at": "2026-10-01T00:00:00Z",
        "service": service.name,
        "team": team.name,
    }
    names = Names({service.name: service.pk}, {team.name: team.pk})
    author = Author("test", NOW)
    insert_records(feed.pk, [("V-1", "hash", values)], known_at=NOW, names=names, author=author)
    return Vulnerability.objects.get(key="V-1").pk


def _sightings(vulnerability: int) -> dict[str, int]:
    from throughline.sources.models import Feed, Finding, Import, Rekey
    from throughline.vulnerabilities.models import Vulnerability

    feed = Feed.objects.get(name="scanner")
    imported = Import.objects.create(
        feed=feed,
        file_name="scan.json",
        checksum="",
        format="sarif",
        known_at=NOW,
        recorded_at=NOW,
        actor="test",
    )
    since = Vulnerability.objects.get(pk=vulnerability).identified_at
    said = {"keys": b"", "said": b"", "identified_at": since, "seen_at": NOW, "tool": "scanner"}
    before, after = (
        Finding.objects.create(feed=feed, vulnerability_id=vulnerability, **said) for _ in range(2)
    )
    rekey = Rekey.objects.create(before=before, after=after, imported=imported, why="alike")
    return {"finding": before.pk, "rekey": rekey.pk}


def _rule(manager) -> int:
    from throughline.engine.triage import Pattern
    from throughline.vulnerabilities.rules import Terms, save

    terms = Terms("Asserts in tests", Pattern(path="tests/**"), "false positive", "tests may assert")
    return save(manager, terms, now=NOW).rule_id


def _upload(owner) -> int:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from throughline.sources.uploads import keep_all

    return keep_all([SimpleUploadedFile("waits.csv", b"id\n1\n")], owner=owner, now=NOW)[0].pk


def _import() -> int:
    from io import BytesIO

    from throughline.sources.actions import import_file
    from throughline.sources.wishes import Wish

    done = import_file(BytesIO(b"id\nV-2\n"), name="register.csv", wish=Wish(), actor="test", now=NOW)
    return done.imports[0]


def _cycle() -> str:
    from datetime import date

    from throughline.objectives.items import add_cycle

    return add_cycle(
        "test", title="2027-Q1 drafted", start=date(2027, 1, 1), end=date(2027, 3, 31), now=NOW
    ).key


def _candidate() -> int:
    from throughline.objectives.models import Cycle
    from throughline.portfolio.actions import add_candidate

    cycle = Cycle.objects.get(title="2027-Q1 drafted")
    return add_candidate("test", cycle=cycle, title="An owner for every service", now=NOW).pk


def _worked() -> int:
    from throughline.objectives.models import Cycle
    from throughline.portfolio.models import Worked

    cycle = Cycle.objects.get(key="2027-q1")
    return Worked.objects.create(
        cycle=cycle, fingerprint="0" * 64, is_stated=False, question="{}", asked_at=NOW
    ).pk


def _key_result() -> int:
    from throughline.objectives.actions import add_key_result

    wish = {"metric": "count()", "baseline": "40", "target": "20", "owner": "Max"}
    dates = {"start": "2026-10-01", "due": "2026-12-31"}
    return add_key_result("test", now=NOW, **wish, **dates).pk


def _plan(author) -> dict[str, int | str]:
    """A proposed cycle with one of each part of a plan; Payments is asked for its half."""
    from throughline.accounts.models import Team
    from throughline.cycles import actions
    from throughline.objectives import efforts, items, sketches

    start, end = NOW.date().replace(year=2027, month=1, day=1), NOW.date().replace(year=2027, month=3, day=31)
    cycle = items.add_cycle("test", title="2027-Q1", start=start, end=end, now=NOW)
    goal = items.add_item("test", "goal", title="Win trust", now=NOW)
    tenet = items.add_item("test", "long_term_objective", title="Assure", kind="perceived_risk", now=NOW)
    objective = items.add_item("test", "objective", title="Fewer surprises", cycle=cycle, now=NOW)
    items.join("test", objective, tenet, "contributes", now=NOW)
    work = items.add_item("test", "initiative", title="Scan more", cycle=cycle, now=NOW)
    wish = {"metric": "count()", "baseline": "measured", "target": "0", "owner": "Max"}
    sketch = sketches.add_sketch("test", objective, now=NOW, **wish)
    effect = efforts.expect("test", work, sketch, low=-9.0, high=-3.0, confidence=0.8, now=NOW)
    half = efforts.ask(
        "test",
        objective,
        team=Team.objects.get(name="Payments"),
        title="Fix in a week",
        outcome="Fixed",
        owner="Mia",
        due=end,
        now=NOW,
    )
    actions.propose("test", cycle, now=NOW)
    comment = actions.comment(author, cycle, of="", text="Why so few?", now=NOW)
    return {
        "cycle": cycle.key,
        "goal": goal.key,
        "tenet": tenet.key,
        "objective": objective.key,
        "initiative": work.key,
        "sketch": sketch.pk,
        "effect": effect.pk,
        "counterpart": half.pk,
        "comment": comment.pk,
    }


def _run(person) -> int:
    """A training run with one answer."""
    from throughline.calibration import actions
    from throughline.calibration.question_sets import all_sets

    of = all_sets()["on-the-wire"]
    run = actions.begin(person, of, now=NOW)
    actions.answer_statement(person, run, of.questions[0].key, probability=0.8, now=NOW)
    return run.pk


def _led_room(person) -> int:
    """A room that the person leads, and in which she alone sits."""
    from throughline.forecasts.models import Panelist, Room, Round
    from throughline.risk.models import Scenario

    asked = Scenario.objects.get(key="prod-access")
    room = Room.objects.create(scenario=asked, title="Led", facilitator=person, created_at=NOW, closed_at=NOW)
    Panelist.objects.create(room=room, person=person, joined_at=NOW)
    Round.objects.create(room=room, number=1, opened_at=NOW)
    return room.pk


def _promises() -> dict[str, int | str]:
    """A series with a value, and an event that happened."""
    from throughline.objectives.actions import add_key_result
    from throughline.objectives.completions import complete
    from throughline.series.actions import push

    series = push("test", "build_minutes", 11, at="2026-11-20", now=NOW).series
    when = {"start": "2026-10-01", "due": "2026-12-31", "owner": "Max"}
    event = add_key_result("test", kind="binary", acceptance="It is signed.", now=NOW, **when)
    done = complete(event, "test", evidence="the signed page", now=NOW)
    return {"series": series.name, "event": event.pk, "completion": done.pk}


def _risk() -> dict[str, int | str]:
    """A scenario with an estimate, what an initiative leaves of it, and how much loss is borne."""
    from throughline.objectives.models import Initiative
    from throughline.risk import treating
    from throughline.risk.actions import add_estimate, add_scenario

    asked = {"statement": "Production is reached", "criteria": "An incident says so.", "judge": "Max"}
    made = add_scenario("test", key="prod-access", start="2027-01-01", now=NOW, **asked)
    frequency, loss = {"probability": 0.1, "per": "quarter"}, {"ci90": [1e5, 2e6]}
    add_estimate("test", made, frequency=frequency, loss=loss, now=NOW)
    work = Initiative.objects.get(title="Scan more")
    treatment = treating.treat("test", work, made, frequency=(0.4, 0.7), now=NOW)
    treating.state_cost("test", work, low=4e4, high=9e4, now=NOW)
    borne = [{"loss": 1e6, "probability": 0.1}, {"loss": 1e7, "probability": 0.01}]
    treating.state_appetite("test", borne, now=NOW)
    return {"scenario": made.key, "treatment": treatment.pk}


def _room(organisation) -> dict[str, int]:
    """An open room about the scenario, led by Ada, and a base rate beside it."""
    from throughline.forecasts.opening import open_room
    from throughline.forecasts.rates import add_rate
    from throughline.risk.models import Scenario

    asked = Scenario.objects.get(key="prod-access")
    panel = [organisation.ada, organisation.max, organisation.mia]
    room = open_room(organisation.ada, asked, panel=panel, now=NOW)
    counted = {"kind": "gamma_poisson", "title": "Laptops taken over", "events": 3, "exposure": 10}
    return {"room": room.pk, "base_rate": add_rate(organisation.ada, asked, now=NOW, **counted).pk}


def _board(leader) -> dict[str, int | str]:
    """A board of Ada's alone, whose vote is over."""
    from throughline.objectives.models import Cycle
    from throughline.workshops import actions, opening, sorting, voting
    from throughline.workshops.access import live_clusters

    cycle = Cycle.objects.get(title="2027-Q1")
    board = opening.open_board(leader, cycle, purpose="ideas", title="What next", now=NOW)
    notes = [
        actions.write(leader, board, actions.Written(text=text), now=NOW) for text in ("Keys", "Backups")
    ]
    opening.reveal(leader, board, now=NOW)
    sorting.each_its_own(leader, board, now=NOW)
    opening.open_vote(leader, board, now=NOW)
    clusters = list(live_clusters(board).values_list("pk", flat=True))
    voting.rank(leader, board, clusters, now=NOW)
    voting.close_vote(leader, board, now=NOW)
    return {"board": board.pk, "note": notes[0].handle, "cluster": clusters[0]}


def _survey() -> dict[str, int | str]:
    """A survey whose open wave shows five answers, with the token of its shared link."""
    from throughline.surveys import actions, answering, waves
    from throughline.surveys.access import door_behind

    made = actions.make_survey("test", title="The review", question="Would you recommend it?", now=NOW)
    token = waves.open_wave("test", made, now=NOW).shared.strip("/").split("/")[-1]
    for score in (9, 8, 7, 6, 10):
        answering.answer(door_behind(token), answering.Given(score, "It helped"), now=NOW)
    return {"survey": made.pk, "survey_token": token}


def _planning() -> dict[str, int]:
    """What another team wants in the cycle, and the weeks that a goal claims of it."""
    from throughline.objectives.models import Cycle, Goal
    from throughline.planning import claiming, others

    cycle = Cycle.objects.get(title="2027-Q1")
    said = others.Said(team="Search", title="Answer in a second")
    other = others.add("test", cycle, said, bridges=cycle.objectives.all(), now=NOW)
    claim = claiming.claim("test", cycle, Goal.objects.get(title="Win trust"), weeks=4, now=NOW)
    return {"other_objective": other.pk, "claim": claim.pk}


def _shelf(person) -> dict[str, int]:
    """An item on the shelf, and the person's reading of another one."""
    from throughline.inspiration import actions
    from throughline.objectives.models import Cycle

    cycle = Cycle.objects.get(title="2027-Q1")
    item, other = (actions.put("test", actions.Said(title=title), now=NOW) for title in ("Talk", "Paper"))
    reading = actions.assign("test", other, to=person, cycle=cycle, now=NOW)
    return {"shelved": item.pk, "reading": reading.pk}


def _work(organisation: Organisation) -> dict[str, int | str]:
    """A growth goal and a piece of work, both of the administrator, and a member who is given work."""
    from throughline.objectives.models import Initiative
    from throughline.people import actions

    ada = organisation.ada
    goal = actions.set_goal(ada, text="Threat models that engineers use", now=NOW)
    work = Initiative.objects.create(
        key="own-work", title="Own work", status="done", created_at=NOW, owner=ada
    )
    return {"growth_goal": goal.pk, "own_work": work.key, "worker": ada.pk, "work_kind": "tooling"}


def _finished(ada) -> dict[str, int | str]:
    """An initiative that is done and a key result that was graded, both Ada's; she said how the first was."""
    from throughline.objectives.actions import add_key_result
    from throughline.objectives.models import Initiative, KeyResult
    from throughline.outcomes.access import Piece
    from throughline.outcomes.actions import grade

    work = Initiative.objects.create(
        key="finished-work", title="Finished work", status="done", created_at=NOW, owner=ada
    )
    wish = {"metric": "count()", "baseline": "40", "target": "20", "owner": "Ada"}
    closed = add_key_result("test", now=NOW, **wish, start="2026-07-01", due="2026-09-30")
    KeyResult.objects.filter(pk=closed.pk).update(closed_at=NOW, grade=0.7, graded_value=26)
    outcome = grade(ada, Piece(work, True), overall=4, impact=3, now=NOW)
    return {"finished_work": work.key, "closed_key_result": closed.pk, "own_outcome": outcome.pk}
