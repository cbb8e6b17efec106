"""Of what can be hit, axe is not asked where it would pass: the rest it is asked about as before."""

from __future__ import annotations

from playwright.sync_api import Browser
from tests.journeys.looks import JUDGES

PAGE = """<!doctype html><html lang="en"><title>Targets</title><style>
  button { position: absolute; padding: 0; border: 0; width: 40px; height: 40px; top: 10px }
  div { position: absolute; top: 200px; left: 10px; width: 300px; height: 60px }
  .small { width: 16px; height: 16px }
</style><main tabindex="-1" style="height: 500px"><h1>Targets</h1>
  <button id="alone" style="left: 10px">a</button>
  <button id="beside" style="left: 50px">b</button>
  <button id="covered" style="left: 150px">c</button>
  <button id="cover" style="left: 166px; z-index: 1">d</button>
  <button id="one" class="small" style="left: 300px">e</button>
  <button id="two" class="small" style="left: 317px">f</button>
  <div tabindex="0" id="holder"><button id="inside" style="left: 10px">g</button>
    <button id="sunk" style="left: 100px; z-index: -1">h</button></div>
</main>"""
# The rule by itself, about the whole page.
ASKED = """async () => { const { violations } = await axe.run({ runOnly: ['target-size'], elementRef: true });
  return violations.flatMap(({ nodes }) => nodes.map(({ element }) => element.id)).sort(); }"""
ROOMY = "() => [...axe.roomyTargets()].map(({ id }) => id).sort()"
JUDGED = """async () => (await axe.judge({ rules: ['wcag22aa'], known: [], asksShape: true })).violations.map(
  ({ html }) => /id="(\\w+)"/.exec(html)[1]).sort()"""


def test_what_axe_is_not_asked_about_would_pass_and_whatever_would_not_is_found(opened: Browser):
    page = opened.new_context().new_page()
    page.set_content(PAGE)
    page.evaluate(JUDGES)
    assert page.evaluate(ROOMY) == ["alone", "beside", "inside"]
    fails = page.evaluate(ASKED)
    assert set(fails) >= {"one", "two", "covered"}
    assert page.evaluate(JUDGED) == fails
