"""A catalogue of Backstage: read with its places, compared, brought in once, and hurtful ones refused."""

from __future__ import annotations

import json
import time

import pytest
from click.testing import CliRunner
from tests.organisation import NOW

from throughline.accounts.models import Team
from throughline.audit.models import Entry
from throughline.cli import main
from throughline.plans.format.problems import Problems
from throughline.vulnerabilities.backstage import read_catalogue
from throughline.vulnerabilities.models import Service
from throughline.vulnerabilities.service_files import bring, compared
from throughline.vulnerabilities.services import add_service

CATALOGUE = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: checkout
  labels: {example.com/tier: "1", env: production}
  annotations: {github.com/project-slug: shop/checkout, "backstage.io/techdocs-ref": "dir:."}
spec: {type: service, lifecycle: production, owner: group:default/team-pay, dependsOn: [resource:db]}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: cart, tags: [java, tier-2]}
spec: {type: service, system: shop}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: shop}
spec: {owner: search}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: blog}
spec: {type: website, owner: "user:default/ada"}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-pay}
spec: {type: team, profile: {displayName: Payments}}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: checkout}
spec: {type: openapi, definition: {$text: ./openapi.yaml}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: other}
"""


def read(text: str = CATALOGUE):
    return read_catalogue({"catalog-info.yaml": text.encode()})


def component(**fields: str) -> str:
    said = {"name": "a", "metadata": "", "spec": "owner: pay"} | fields
    return (
        f"apiVersion: backstage.io/v1alpha1\nkind: Component\n"
        f"metadata:\n  name: {said['name']}\n{said['metadata']}spec:\n  {said['spec']}\n"
    )


def test_components_say_owner_tier_environment_and_repository():
    found = {each.name: each for each in read().components}
    checkout = found["checkout"]
    assert (str(checkout.owner), checkout.tier) == ("group:default/team-pay", 1)
    assert (checkout.environment, checkout.repository) == ("production", "https://github.com/shop/checkout")
    assert (str(found["cart"].owner), found["cart"].tier) == ("group:default/search", 2)
    assert read().ignored == {"API": 1, "ConfigMap": 1}


def test_the_answer_of_the_catalogue_itself_is_read_as_well():
    entity = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": "a", "uid": "1"},
    }
    assert [each.name for each in read(json.dumps([entity])).components] == ["a"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (component(name="a/b"), "catalog-info.yaml:4:9: metadata.name: expected a name such as checkout-api"),
        (component(spec="owner: 'group:a b'"), "info.yaml:6:10: spec.owner: expected an entity such as"),
        (component(spec="owner: [pay]"), "info.yaml:6:10: spec.owner: expected a text, found a list"),
        (component(metadata="  labels: {tier: gold}\n"), "tier: expected a tier from 1 to 5, found 'gold'"),
        (component() + "---\n" + component(name="A"), "info.yaml:8:1: metadata.name: the component 'A'"),
        ("kind: Component\nmetadata: {name: a}", "apiVersion: expected backstage.io/v1alpha1, found ''"),
        ("apiVersion: backstage.io/v1\nkind: Component\nmetadata: a", "metadata: expected a mapping"),
        ("metadata: {name: a}", "kind: it is missing"),
        ("just words", "expected an entity with apiVersion and kind"),
        ("# nothing\n", "catalog-info.yaml:1:1: there is no entity of Backstage in it"),
        ("a: [", "this is no YAML"),
        ("a: &a [x]\nb: [*a, *a]", "the alias *a is not followed"),
        ("a: !!python/object:os.system x", "the tag "),
        ("[" * 5_000, "expected at most 12 levels"),
        (component(name="x" * 200), "metadata.name: expected at most 160 characters, found 200"),
        (component(metadata="  title: a\0b\n"), "catalog-info.yaml"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_with_its_place(text, said):
    began = time.monotonic()
    with pytest.raises(Problems) as refused:
        read(text)
    assert said in str(refused.value)
    assert time.monotonic() - began < 5


def test_every_problem_is_said_at_once():
    with pytest.raises(Problems) as refused:
        read(component(spec="owner: '?'") + "---\n" + component(name="b", spec="owner: '!'"))
    assert len(refused.value.found) == 2


def test_a_catalogue_is_brought_in_once_and_what_it_does_not_say_stays(organisation):
    search = Team.objects.get(name="Search")
    add_service("test", name="Checkout", team=search, tier=3, now=NOW)
    add_service("test", name="legacy", team=search, tier=4, now=NOW)
    found = bring("test", read(), may_add_teams=False, now=NOW)
    assert [(step.name, step.is_new) for step in found.steps] == [
        ("Checkout", False),
        ("cart", True),
        ("blog", True),
    ]
    assert found.steps[0].fields["team"] == ("Search", "Payments")
    assert found.missing == ("legacy",)
    assert "blog is owned by user:default/ada" in found.notes[0]
    stored = {each.name: each for each in Service.objects.select_related("team")}
    assert (stored["Checkout"].team.name, stored["Checkout"].environment) == ("Payments", "production")
    assert (stored["cart"].team, stored["cart"].tier, stored["legacy"].tier) == (search, 2, 4)
    entries = Entry.objects.count()
    again = bring("test", read(), may_add_teams=False, now=NOW)
    assert (again.steps, again.same, Entry.objects.count()) == ((), 3, entries)
    bring("test", read(component(name="checkout", spec="type: service")), may_add_teams=False, now=NOW)
    assert Service.objects.get(name="Checkout").tier == 1


def test_a_team_is_added_once_and_by_nobody_who_may_not(organisation):
    two = component(spec="owner: new-team") + "---\n" + component(name="b", spec="owner: group:new-team")
    with pytest.raises(Problems, match=r"6:10: spec.owner: there is no team 'new-team': an administrator"):
        compared(read(two), may_add_teams=False)
    assert bring("test", read(two), may_add_teams=True, now=NOW).new_teams == ("new-team",)
    assert list(Service.objects.values_list("team__name", flat=True)) == ["new-team", "new-team"]


def test_nothing_is_brought_in_where_a_service_fails_half_way(organisation, monkeypatch):
    from throughline.vulnerabilities import service_files

    real = service_files.add_service

    def fails(actor, *, name, **given):
        if name == "blog":
            raise RuntimeError
        return real(actor, name=name, **given)

    monkeypatch.setattr(service_files, "add_service", fails)
    with pytest.raises(RuntimeError):
        bring("test", read(), may_add_teams=True, now=NOW)
    assert not Service.objects.exists()


def test_the_page_shows_what_would_change_and_does_what_was_seen(organisation, browser_of):
    browser = browser_of(organisation.max)
    shown = browser.post("/services/catalogue/", {"text": CATALOGUE, "compare": "1"})
    page = shown.content.decode()
    assert "3 new, 0 changed, 0 as known" in page
    assert "Left out: 1 API, 1 ConfigMap." in page
    seen = shown.context["form"].initial["seen"]
    other = browser.post("/services/catalogue/", {"text": CATALOGUE, "apply": "1", "seen": "x"})
    assert "The catalogue changed since you compared" in other.content.decode()
    assert not Service.objects.exists()
    done = browser.post("/services/catalogue/", {"text": CATALOGUE, "apply": "1", "seen": seen})
    assert (done.status_code, Service.objects.count()) == (302, 3)
    bad = browser.post("/services/catalogue/", {"text": component(spec="owner: '?'")})
    assert bad.status_code == 422
    assert "<code>catalog-info.yaml:6:10</code> spec.owner: expected an entity" in bad.content.decode()


@pytest.mark.django_db
def test_the_command_says_what_it_does_and_places_what_is_wrong(tmp_path, monkeypatch):
    monkeypatch.setattr("throughline.cli.catalogue.open_home", lambda home: home)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(CATALOGUE)
    (tmp_path / "bad.yaml").write_text(component(name="'?'"))

    def ask(*words):
        return CliRunner().invoke(main, ["catalogue", *words, "--home", str(tmp_path)])

    answer = json.loads(ask("a.yaml", "--json").stdout)
    assert (len(answer["new"]), answer["new_teams"], answer["applied"]) == (3, ["Payments", "search"], True)
    assert ask("a.yaml").stdout.endswith("0 new, 0 changed, 3 as known.\n")
    for words, said in [
        (("bad.yaml",), "bad.yaml:4:9: metadata.name: expected letters"),
        (("a.yaml", "a.yaml"), "a.yaml: the file is named twice"),
        (("none.yaml",), "none.yaml: there is no such file"),
    ]:
        refused = ask(*words)
        assert refused.exit_code == 2
        assert said in refused.stderr
    hint = CliRunner().invoke(main, ["import", "a.yaml", "--format", "backstage"])
    assert "throughline catalogue FILE" in hint.stderr
