"""What a clone tells is kept on its records, never over better evidence; people correct it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import Http404
from tests.organisation import NOW
from tests.sources.files import stream

from throughline.audit.models import Entry
from throughline.engine.introduction.candidates import Candidate, Introduction
from throughline.engine.introduction.evidence import Evidence
from throughline.engine.introduction.holdings import Spell, State
from throughline.engine.refusals import Refused
from throughline.introductions.actions import correct, store, take_back
from throughline.introductions.answers import Answer
from throughline.introductions.models import Estimate
from throughline.sources.actions import import_file
from throughline.sources.wishes import Wish
from throughline.vulnerabilities.bulk import unlike_their_history
from throughline.vulnerabilities.models import Vulnerability

REGISTER = """id,title,file,line,component,vulnerability_ids,fix_commit,identified,introduced,team,service
LINE,A copy,src/a.c,12,,,,2024-06-01,,Payments,shop
FIX,Another,,,,,abcdef1,2024-06-01,,Payments,shop
PACKAGE,Old lodash,,,lodash,CVE-2024-1,,2024-06-01,,Payments,shop
KNOWN,Told,src/b.c,3,,,,2024-06-01,2023-05-05,Payments,shop
ELSEWHERE,A copy,src/a.c,12,,,,2024-06-01,,Search,search
"""
LATER = NOW + timedelta(days=1)


def on(month: int, day: int) -> datetime:
    return datetime(2024, month, day, 12, tzinfo=UTC)


def bring(text: str, *, now: datetime = NOW) -> None:
    import_file(stream(text), name="register.csv", wish=Wish(), actor="command line", now=now)


@pytest.fixture
def records(organisation) -> dict[str, Vulnerability]:
    bring(REGISTER)
    return {each.key: each for each in Vulnerability.objects.all()}


def fresh(record: Vulnerability) -> Vulnerability:
    return Vulnerability.objects.get(pk=record.pk)


def answer(kind: str, evidence: Evidence, *days: datetime, at: datetime | None = None, **about) -> Answer:
    candidates = tuple(Candidate(f"{number:040}", day, 1) for number, day in enumerate(days))
    found = Introduction(at or min(days), min(days), max(days), evidence, candidates)
    spells = about.pop("spells", ())
    return Answer("as it was asked", kind, about, found, ("one thing to know",), spells)


MARCH = on(3, 5)


def flagged(day: datetime = MARCH, file: str = "src/a.c", line: int = 12) -> Answer:
    return answer("finding", Evidence.FLAGGED_LINE, day, file=file, line=line, revision="f" * 40)


def kept(*answers: Answer, service: str = "shop", now: datetime = LATER, **more) -> list:
    found = store(answers, repository="shop", actor="command line", service=service, now=now, **more)
    return [
        [(Vulnerability.objects.get(pk=each.vulnerability).key, each.outcome) for each in one]
        for one in found
    ]


def test_a_flagged_line_dates_the_record_of_its_place_in_one_service(records):
    assert kept(flagged()) == [[("LINE", "stored")]]
    record = fresh(records["LINE"])
    assert (record.introduced_at, record.introduced_basis) == (on(3, 5), "inferred")
    assert (record.introduced_method, record.introduced_earliest) == ("flagged line", None)
    assert fresh(records["ELSEWHERE"]).introduced_at is None
    assert list(unlike_their_history()) == []
    assert Entry.objects.filter(action="introductions stored").count() == 1


def test_a_place_in_several_services_is_not_guessed(records):
    with pytest.raises(Refused, match="records of several services \\(search, shop\\)"):
        kept(flagged(), service="")
    assert not Estimate.objects.exists()


def test_a_fix_dates_the_record_that_names_its_commit_with_its_interval(records):
    traced = answer("fix", Evidence.TRACED_BLAME, on(1, 1), on(4, 4), at=on(2, 2), fix="abcdef1" + "0" * 33)
    assert kept(traced) == [[("FIX", "stored")]]
    record = fresh(records["FIX"])
    assert (record.introduced_earliest, record.introduced_at, record.introduced_latest) == (
        *(on(1, 1), on(2, 2), on(4, 4)),
    )
    other = answer("fix", Evidence.TRACED_BLAME, on(1, 1), fix="abcdef2" + "0" * 33)
    assert kept(other) == [[]]
    assert kept(other, number=records["LINE"].pk) == [[("LINE", "stored")]]


@pytest.mark.parametrize(("ids", "is_met"), [(["GHSA-1", "cve-2024-1"], True), (["CVE-2024-2"], False)])
def test_a_dependency_is_its_package_with_one_of_its_advisories(records, ids, is_met):
    days = (on(2, 2), on(5, 5), on(9, 9))
    vulnerable = frozenset({"4.17.4"})
    spells = tuple(Spell(State("a" * 40, day, vulnerable), None, vulnerable) for day in days)
    about = {"package": "lodash", "ecosystem": "npm", "vulnerability_ids": ids, "spells": spells}
    assert kept(answer("dependency", Evidence.LOCKFILE_HISTORY, *days, **about)) == [
        [("PACKAGE", "stored")] if is_met else []
    ]
    if is_met:
        # The entry that was there when it was identified in June.
        assert fresh(records["PACKAGE"]).introduced_at == on(5, 5)


def test_an_advisory_on_commits_dates_a_flaw_of_the_clone_s_own_code_and_no_component(records):
    said = {"vulnerability_ids": ["CVE-2024-1"], "repository": "", "fixed": []}
    assert kept(answer("advisory", Evidence.ADVISORY_RANGE, on(2, 2), **said)) == [[]]
    by_key = answer("advisory", Evidence.ADVISORY_RANGE, on(2, 2), **{**said, "vulnerability_ids": ["line"]})
    assert kept(flagged(), by_key, flagged()) == [
        [("LINE", "stored")],
        [("LINE", "stored")],
        [("LINE", "kept beside")],
    ]
    assert fresh(records["LINE"]).introduced_method == "advisory range"


def test_what_a_person_reported_stays_and_what_was_found_is_kept_beside(records):
    assert kept(flagged(file="src/b.c", line=3)) == [[("KNOWN", "kept beside")]]
    assert fresh(records["KNOWN"]).introduced_at.year == 2023
    assert "what is known is better: reported" in Estimate.objects.get().reason


def test_worse_evidence_gives_way_and_better_one_stays(records):
    number = records["LINE"].pk
    traced = answer("fix", Evidence.TRACED_BLAME, on(1, 1), fix="0" * 40)
    named = answer("fix", Evidence.TRAILER, on(2, 2), fix="0" * 40)
    outcomes = [kept(each, number=number)[0][0][1] for each in (traced, flagged(), traced, named, flagged())]
    assert outcomes == ["stored", "stored", "kept beside", "stored", "kept beside"]
    record = fresh(records["LINE"])
    assert (record.introduced_at, record.introduced_basis) == (on(2, 2), "reported")


def test_a_bisection_and_a_release_date_the_records_that_name_them(records):
    bring(
        "id,title,regressed_by,first_affected,unaffected,identified,team,service\n"
        "BISECTED,A,abcdef1,,,2024-06-01,Payments,shop\nRELEASED,B,,1.2,,2024-06-01,Payments,shop\n"
        "NEITHER,C,,,v1.2,2024-06-01,Payments,shop\n"
    )
    about = {"log": "a.log", "bad": [], "good": [], "skipped": []}
    found = answer("bisect", Evidence.BISECT, on(2, 2), first_bad="abcdef1" + "0" * 33, **about)
    release = answer(
        "release", Evidence.FIRST_AFFECTED_RELEASE, on(3, 3), tag="v1.2", commit="", previous=None
    )
    assert kept(found, release) == [[("BISECTED", "stored")], [("RELEASED", "stored")]]
    record = Vulnerability.objects.get(key="BISECTED")
    assert (record.introduced_basis, record.introduced_method) == ("inferred", "bisect")
    undecided = answer("bisect", Evidence.BISECT, on(2, 2), on(2, 4), first_bad=None, **about)
    assert kept(undecided) == [[]]


def test_bisecting_goes_before_an_advisory_and_a_release_before_nothing(records):
    number = records["LINE"].pk
    release = answer("release", Evidence.FIRST_AFFECTED_RELEASE, on(1, 1), on(5, 5), tag="v1.2")
    traced = answer("fix", Evidence.TRACED_BLAME, on(1, 2), fix="0" * 40)
    advised = answer("advisory", Evidence.ADVISORY_RANGE, on(1, 3), vulnerability_ids=["CVE-2024-7"])
    left = answer("bisect", Evidence.BISECT, on(1, 4), on(1, 8), at=on(1, 6), first_bad=None)
    exact = answer("bisect", Evidence.BISECT, on(1, 5), first_bad="f" * 40)
    named = answer("fix", Evidence.TRAILER, on(1, 7), fix="0" * 40)
    order = (release, traced, release, advised, left, advised, exact, left, exact, named, exact)
    assert [kept(each, number=number)[0][0][1] for each in order] == [
        *("stored", "stored", "kept beside", "stored", "stored", "kept beside", "stored", "kept beside"),
        *("unchanged", "stored", "kept beside"),
    ]
    reasons = " ".join(Estimate.objects.values_list("reason", flat=True))
    assert "what is known is better: a bisection that was finished" in reasons
    assert list(unlike_their_history()) == []


def test_a_commit_after_the_identification_brought_nothing_in(records):
    assert kept(flagged(on(7, 7))) == [[("LINE", "kept beside")]]
    assert "identified on 2024-06-01, before that" in Estimate.objects.get().reason


def test_storing_the_same_again_changes_nothing(records):
    kept(flagged())
    assert kept(flagged()) == [[("LINE", "unchanged")]]
    assert Estimate.objects.count() == 1


def test_an_import_that_says_nothing_of_it_takes_nothing_away_and_one_that_does_is_heard(records):
    kept(flagged())
    bring(REGISTER.replace("A copy", "Copied", 1), now=LATER + timedelta(days=1))
    record = fresh(records["LINE"])
    assert (record.title, record.introduced_at) == ("Copied", on(3, 5))
    bring(
        REGISTER.replace("2024-06-01,,Payments", "2024-06-01,2024-02-01,Payments", 1),
        now=LATER + timedelta(days=2),
    )
    record = fresh(records["LINE"])
    assert (f"{record.introduced_at:%Y-%m-%d}", record.introduced_basis) == ("2024-02-01", "reported")
    assert list(unlike_their_history()) == []


def test_a_person_corrects_it_and_neither_clone_nor_import_changes_that(organisation, records):
    kept(flagged())
    id = records["LINE"].pk
    correct(organisation.mia, id, day=date(2024, 2, 1), latest=date(2024, 2, 9), why="I wrote it", now=LATER)
    assert kept(flagged(on(3, 6))) == [[("LINE", "kept beside")]]
    bring(
        REGISTER.replace("2024-06-01,,Payments", "2024-06-01,2024-02-02,Payments", 1),
        now=LATER + timedelta(days=1),
    )
    record = fresh(records["LINE"])
    assert (f"{record.introduced_at:%Y-%m-%d}", record.introduced_basis) == ("2024-02-01", "manual")
    assert (record.introduced_method, f"{record.introduced_latest:%Y-%m-%d}") == ("I wrote it", "2024-02-09")
    assert list(unlike_their_history()) == []


def test_taking_it_back_lets_what_was_found_stand_again(organisation, records):
    kept(flagged())
    id = records["LINE"].pk
    correct(organisation.mia, id, day=date(2024, 2, 1), now=LATER)
    take_back(organisation.mia, id, now=LATER + timedelta(hours=1))
    record = fresh(records["LINE"])
    assert (record.introduced_at, record.introduced_method, record.pinned) == (on(3, 5), "flagged line", [])
    with pytest.raises(Refused, match="nothing to take back"):
        take_back(organisation.mia, id, now=LATER)
    assert list(unlike_their_history()) == []


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"day": date(2024, 6, 2)}, "day"),
        ({"day": date(2024, 2, 2), "earliest": date(2024, 2, 3)}, "earliest"),
        ({"day": date(2024, 2, 2), "latest": date(2024, 2, 1)}, "latest"),
    ],
)
def test_days_out_of_order_are_refused_beside_their_field(organisation, records, said, place):
    with pytest.raises(Refused) as refused:
        correct(organisation.mia, records["LINE"].pk, **said, now=LATER)
    assert refused.value.code == place


def test_only_who_may_decide_about_a_record_may_say_it(organisation, records):
    for person, key in ((organisation.vera, "LINE"), (organisation.mia, "ELSEWHERE")):
        with pytest.raises(Http404):
            correct(person, records[key].pk, day=date(2024, 2, 1), now=LATER)


def test_the_page_of_a_record_shows_the_candidates_and_takes_a_correction(organisation, records, browser_of):
    traced = answer("fix", Evidence.TRACED_BLAME, on(1, 1), on(4, 4), at=on(2, 2), fix="abcdef1" + "0" * 33)
    kept(traced)
    browser, address = browser_of(organisation.mia), f"/vulnerabilities/{records['FIX'].pk}/"
    for where in (address, f"{address}introduced/"):
        page = browser.get(where).content.decode()
        assert "traced blame" in page
        assert "0000000000000000" not in page
        assert "2 commits from 2024-01-01 to 2024-04-04" in page
        assert "One thing to know." in page
    wrong = browser.post(f"{address}introduced/say/", {"day": "2024-06-02"})
    assert (wrong.status_code, "It was identified on 2024-06-01" in wrong.content.decode()) == (422, True)
    assert (
        browser.post(f"{address}introduced/say/", {"day": "2024-03-03", "why": "Bisected"}).status_code == 302
    )
    said = browser.get(f"{address}introduced.json").json()
    assert (said["introduced"], said["basis"], said["method"]) == (
        "2024-03-03T00:00:00Z",
        "manual",
        "Bisected",
    )
    assert [each["is_said"] for each in said["estimates"]] == [False]
    assert "Said by hand: Bisected." in browser.get(address).content.decode()


def test_a_viewer_sees_the_evidence_and_no_form(organisation, records, browser_of):
    kept(flagged())
    page = (
        browser_of(organisation.vera)
        .get(f"/vulnerabilities/{records['LINE'].pk}/introduced/")
        .content.decode()
    )
    assert "flagged line" in page
    assert "introduced/say" not in page
    assert (
        browser_of(organisation.omar).get(f"/vulnerabilities/{records['LINE'].pk}/introduced/").status_code
        == 404
    )
