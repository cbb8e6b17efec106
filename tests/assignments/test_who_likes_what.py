"""Who likes what another does not is named only of who shares it: of work of one kind it is an answer."""

from __future__ import annotations

import pytest
from tests.organisation import NOW

from throughline.people import actions

pytestmark = pytest.mark.django_db
RULES = "initiative:rules"


def complements(person: dict) -> list[str]:
    return next(each["complements"] for each in person["suggestions"] if each["work"] == RULES)


def test_nobody_is_named_as_liking_what_she_keeps_to_herself(works, organisation, browser_of, quarter):
    works["rules"].kinds = {"coordination": 1.0}
    works["rules"].save()
    mia, lead = browser_of(organisation.mia), browser_of(organisation.max)

    def named() -> list[list[str]]:
        own = mia.get("/next.json").json()["people"][0]
        in_a_talk = lead.get(f"/next/{organisation.mia.pk}.json").json()["people"][0]
        planned = lead.get(f"/match/{quarter.key}.json").json()["answer"]["people"]
        of_plan = next(each for each in planned if each["name"] == "Mia")
        return [complements(each) for each in (own, in_a_talk, of_plan)]

    assert named() == [[], [], []]
    actions.share(organisation.max, interests=True, goals=False, now=NOW)
    assert named() == [["Max"], [], []]
    actions.share(organisation.mia, interests=True, goals=False, now=NOW)
    assert named() == [["Max"], ["Max"], [str(organisation.max.pk)]]
