// What axe finds wrong: with the shape of a page, where it is asked for, and with the colours of texts.
//
// Both in one run, since most of what one costs is to learn how everything lies. Answers with the violations, and with
// the looks of texts that passed now.
async ({ rules, known, asksShape }) => {
  const { fresh, looks } = axe.textsToJudge(known);
  if (!asksShape && !fresh.size) return { violations: [], passed: [] };
  const ofColours = axe.getRules(rules).filter(({ tags }) => tags.includes('cat.color')).map(({ ruleId }) => ruleId);

  // Those of colours are most of what axe costs, and are asked about these texts and what they hold.
  const isFresh = (node) => Boolean(node && (fresh.has(node) || isFresh(node.parentElement)));
  const narrowed = axe._audit.rules.filter(({ id }) => ofColours.includes(id)).map((rule) => [rule, rule.matches]);
  for (const [rule, matches] of narrowed) rule.matches = (node, ...more) => isFresh(node) && matches(node, ...more);
  const ofTargets = axe._audit.rules.find(({ id }) => id === 'target-size');
  narrowed.push([ofTargets, ofTargets.matches]);
  const roomy = asksShape ? axe.roomyTargets() : new Set();
  const { matches: isTarget } = ofTargets;
  ofTargets.matches = (node, ...more) => !roomy.has(node) && isTarget(node, ...more);
  axe.addReporter('judged', (found, options, tell) => {
    const looksIn = (type, ids) => found.filter(({ id }) => ids.includes(id))
      .flatMap((rule) => rule[type].map(({ node }) => looks.get(node.element)));
    const doubted = new Set(['violations', 'incomplete'].flatMap((type) => looksIn(type, ofColours)));
    const passed = looksIn('passes', ['color-contrast']);
    axe.getReporter('v1')(found, options, ({ violations }) =>
      tell({ violations, passed: [...new Set(passed)].filter((look) => look && !doubted.has(look)) }));
  });
  const { violations, passed } = await axe.run(document,
    { resultTypes: ['violations'], elementRef: true, reporter: 'judged', runOnly: asksShape ? rules : ofColours });
  for (const [rule, matches] of narrowed) rule.matches = matches;

  // Half under a bar that sticks, a target is small only until somebody scrolls, so a small one is asked about again in
  // the middle of the window.
  const placesAround = ({ parentElement: around }) =>
    around ? [[around, around.scrollLeft, around.scrollTop], ...placesAround(around)] : [];
  const isSmallEverywhere = async ({ element }) => {
    const places = placesAround(element);
    element.scrollIntoView({ block: 'center', behavior: 'instant' });
    const again = await axe.run(element, { resultTypes: ['violations'], runOnly: ['target-size'] });
    // Scrolled, the same page would be taken for another by night, and all rules be asked again.
    for (const [each, left, top] of places) each.scrollTo({ left, top, behavior: 'instant' });
    return again.violations.length > 0;
  };
  const told = [];
  for (const { id, nodes } of violations) {
    for (const node of nodes) {
      if (id === 'target-size' && !await isSmallEverywhere(node)) continue;
      told.push({ id, html: node.element.outerHTML, failureSummary: node.failureSummary });
    }
  }
  return { violations: told, passed };
}
