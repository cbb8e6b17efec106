"""Catalogues on the shelf: a table and the maturity model, whole or not at all, each fault with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.organisation import NOW

from throughline.engine.refusals import Refused
from throughline.inspiration import actions, cards
from throughline.inspiration.bringing import Brought, bring_cards, bring_file
from throughline.inspiration.dsomm import practices_of
from throughline.inspiration.models import Item

ACTOR = "test"
MODEL = (Path(__file__).parent / "model.yaml").read_bytes()
TABLE = b"title,address,kind,text\nA talk,https://example.org/talk,video,\nA paper,,,What it says\n"


def test_an_activity_becomes_a_practice_with_where_it_stands_its_risk_and_its_measure():
    found = practices_of(MODEL, file="model.yaml")
    assert [each.title for each in found][:2] == ["A build is the same twice", "What is shipped is signed"]
    assert found[0].uuid == "0b7d6a7e-13c0-4c9b-9d0a-8d0f64a1c001"
    assert found[0].text.split("\n\n") == [
        "Building, Pipelines, level 2",
        "Description: Two builds of one commit give the same bytes.",
        "Risk: A changed compiler goes unseen.",
        "Measure: Pin every tool, and compare the digests of two builds.",
    ]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (b"      level: 3", b"      level: high", "model.yaml:31:14: expected a level from 1 to 5"),
        (b"a1c002", b"a1c001", "stands on line 9 already"),
        (b"      uuid: 0b7d6a7e-13c0-4c9b-9d0a-8d0f64a1c004\n", b"", "'Sign-ins are kept' has no uuid"),
        (b"risk: Somebody", b"risk: &a Somebody", ""),
        (b'comments: ""', b"comments: *a", "the alias *a is not followed"),
        (b"usefulness: 3", b"usefulness: !x 3", "the tag"),
        (b"  Logs:\n", b"  - Logs\n", "model.yaml:"),
    ],
)
def test_what_is_wrong_in_a_model_is_named_by_line_and_column(before, after, message):
    assert before in MODEL
    content = MODEL.replace(before, after, 1)
    if not message:
        # An anchor that nothing follows says nothing.
        assert len(practices_of(content, file="model.yaml")) == 4
        return
    with pytest.raises(Refused) as refused:
        practices_of(content, file="model.yaml")
    assert message in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"meta:\n  version: 1\n", b"- a\n- b\n", b"just text", b"a: b"])
def test_a_file_without_any_activity_is_no_model(content):
    with pytest.raises(Refused, match="expected"):
        practices_of(content, file="model.yaml")


@pytest.mark.django_db
def test_a_model_is_brought_in_once_and_again_only_where_it_changed():
    assert bring_file(ACTOR, MODEL, name="model.yaml", now=NOW) == Brought(new=4)
    assert bring_file(ACTOR, MODEL, name="model.yaml", now=NOW) == Brought(same=4)
    newer = MODEL.replace(b"for a year", b"for two years")
    assert bring_file(ACTOR, newer, name="model.yaml", now=NOW) == Brought(changed=1, same=3)
    assert "two years" in Item.objects.get(title="Sign-ins are kept").text


@pytest.mark.django_db
def test_what_was_withdrawn_stays_off_the_shelf_after_the_next_import():
    bring_file(ACTOR, MODEL, name="model.yaml", now=NOW)
    actions.withdraw(ACTOR, Item.objects.get(title="Sign-ins are kept"), now=NOW)
    bring_file(ACTOR, MODEL.replace(b"for a year", b"for two years"), name="model.yaml", now=NOW)
    assert Item.objects.filter(withdrawn_at=None).count() == 3


@pytest.mark.django_db
def test_a_table_is_brought_in_whole_and_found_again_by_its_titles():
    assert bring_file(ACTOR, TABLE, name="list.csv", now=NOW) == Brought(new=2)
    assert bring_file(ACTOR, TABLE, name="list.csv", now=NOW) == Brought(same=2)
    assert set(Item.objects.values_list("title", "kind")) == {("A talk", "video"), ("A paper", "article")}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (TABLE + b"B,,podcast,\n", "list.csv:4: kind: expected article, video, practice, card"),
        (TABLE + b"B,javascript:alert(1),,\n", "list.csv:4: address: an address starts with https://"),
        (TABLE + b",https://example.org,,\n", "list.csv:4: the title is empty"),
        (TABLE + b"a TALK,,,\n", "list.csv:4: 'a TALK' stands on line 2 already"),
        (b"titel\nA\n", "list.csv:1: there is no column 'titel'"),
        (b"title\n\xff\n", "list.csv:2: this is not UTF-8"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_nothing_is_taken_in(content, message):
    with pytest.raises(Refused) as refused:
        bring_file(ACTOR, content, name="list.csv", now=NOW)
    assert message in str(refused.value)
    assert not Item.objects.exists()


@pytest.mark.django_db
def test_another_kind_of_file_is_refused_by_its_ending():
    with pytest.raises(Refused, match="expected a file that ends in"):
        bring_file(ACTOR, b"x", name="list.txt", now=NOW)


def test_every_card_tells_it_to_somebody_and_says_when_it_fails():
    found = cards.all_cards()
    assert len(found) >= 16
    assert len({each.key for each in found}) == len({each.title for each in found}) == len(found)
    assert {"the board", "a customer", "an engineer"} <= {each.to for each in found}
    assert all(len(each.tell) > 80 and len(each.fails) > 40 for each in found)


@pytest.mark.django_db
def test_the_cards_are_put_on_the_shelf_once():
    assert bring_cards(ACTOR, now=NOW) == Brought(new=len(cards.all_cards()))
    assert bring_cards(ACTOR, now=NOW) == Brought(same=len(cards.all_cards()))
    assert "It fails when" in Item.objects.filter(kind="card").first().text
