"""What an import says of rows that it stores: impossible dates, records without any, owners learnt."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.sources.files import NOW, problems, reading
from tests.sources.test_importing import imported

from throughline.accounts.models import Team
from throughline.audit.models import Entry
from throughline.vulnerabilities.models import Service, Vulnerability

HEADER = "id,identified,mitigated\n"


def notices(text, **wish):
    """What a pass over the rows says, without any data folder."""
    found = reading(text, **wish)
    rows = found.rows()
    list(rows.findings())
    return list(rows.doubts.notices(found.maps, unit=found.table.unit))


def test_a_repair_before_its_discovery_is_named_by_its_rows():
    said = notices(HEADER + "A,2024-03-01,2024-02-01\nB,2024-01-01,2024-02-01\nC,2024-03-01,2024-02-01\n")
    assert len(said) == 1
    assert said[0].startswith("2 rows were mitigated before they were identified (lines 2 and 4)")


def test_a_date_to_come_is_named_whichever_it_is():
    said = notices("id,introduced,identified,mitigated\nA,2031-01-01,2024-01-01,\nB,,2024-01-01,2030-01-01\n")
    assert said == ["2 rows have a date that is still to come (lines 2 and 3): look at the dates"]


def test_what_is_to_come_depends_on_when_the_file_was_made():
    text = HEADER + "A,2024-01-01,2024-06-01\n"
    assert notices(text) == []
    assert "1 row has a date that is still to come (line 2)" in notices(text, as_of="2024-02-01")[0]


def test_a_day_of_today_is_not_to_come_wherever_it_begins():
    tomorrow = NOW + timedelta(hours=14)
    assert notices(HEADER + f"A,{tomorrow:%Y-%m-%d},\n") == []


def test_an_end_of_acceptance_may_lie_ahead():
    assert notices("id,state,identified,mitigated,accepted until\nA,wontfix,2024-01-01,,2031-01-01\n") == []


def test_only_the_first_rows_are_named_and_all_are_counted():
    rows = "".join(f"{n},2024-03-01,2024-02-01\n" for n in range(1_205))
    assert "1,205 rows were" in notices(HEADER + rows)[0]
    assert "(lines 2, 3, 4, 5, 6 and 1,200 more)" in notices(HEADER + rows)[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,severity\nA,high\n", "no column says when anything was identified or mitigated"),
        ("id,mitigated\nA,2024-01-01\n", "no column says when anything was identified"),
        ("id,identified\nA,2024-01-01\n", "no column says when anything was mitigated"),
        (HEADER + "A,,\nB,2024-01-01,\n", "1 of 2 rows does not say when it was identified"),
    ],
)
def test_records_that_count_in_no_time_are_told(text, said):
    assert [found for found in notices(text) if said in found]


def test_a_file_with_sound_dates_says_nothing():
    assert notices(HEADER + "A,2024-01-01,2024-02-01\nB,2024-01-01,\n") == []


@pytest.mark.django_db
def test_the_import_says_it_once_and_not_again_of_the_same_rows():
    text = HEADER + "A,2024-03-01,2024-02-01\n"
    assert "before it was identified (line 2)" in imported(text).notices[0]
    assert imported(text, now=NOW + timedelta(days=1)).notices == ()


@pytest.mark.django_db
def test_a_later_file_with_other_columns_is_not_told_of_dates_that_are_known():
    imported(HEADER + "A,2024-01-01,2024-02-01\n")
    assert imported("id,severity\nA,high\n", now=NOW + timedelta(days=1)).notices == ()


@pytest.mark.django_db
def test_a_service_whose_records_all_name_one_team_is_owned_by_it():
    result = imported("id,service,team\nA,web,Payments\nB,web,Payments\nC,api,Search\nD,api,Payments\nE,x,\n")
    owners = {service.name: service.team and service.team.name for service in Service.objects.all()}
    assert owners == {"web": "Payments", "api": None, "x": None}
    assert result.notices[-1].endswith("all their records name: web (Payments)")
    assert Entry.objects.get(action="service changed").detail["team"] == ["", "Payments"]


@pytest.mark.django_db
def test_of_many_services_that_learn_their_owner_the_first_are_named():
    rows = "".join(f"{n},s{n:02},Payments\n" for n in range(25))
    said = imported(f"id,service,team\n{rows}").notices[-1]
    assert "s09 (Payments) and 15 more" in said
    assert Service.objects.filter(team__name="Payments").count() == 25


@pytest.mark.django_db
def test_an_owner_that_was_named_stays():
    Service.objects.create(name="web", team=Team.objects.create(name="Core"))
    imported("id,service,team\nA,web,Payments\n")
    assert Service.objects.get().team.name == "Core"
    assert Vulnerability.objects.get().team.name == "Payments"


@pytest.mark.django_db
def test_the_mapping_is_told_under_the_names_that_map_takes():
    result = imported("Ref,Found on,Fixed on\nA,2024-01-01,\n")
    assert result.document()["mapping"] == {"id": "Ref", "identified": "Found on", "mitigated": "Fixed on"}


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("2024-02-30", "there is no such day: Feb 2024 has 29 days"),
        ("2024-13-01", "there is no month 13"),
        ("0000-01-31", "there is no year 0"),
        ("2024-01-31T25:00:00Z", "there is no such time: 25:00:00"),
        ("2024-01-31T10:00:00+99:00", "there is no such offset: +99:00"),
    ],
)
def test_a_date_that_cannot_be_says_what_there_is_not(date, said):
    assert said in problems(f"id,mitigated\nA,{date}\n")[0]
