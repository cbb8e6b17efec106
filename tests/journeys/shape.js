// All rules of axe but those of colours: they differ by theme, and are most of what axe costs.
//
// Half under a bar that sticks, a target is small only until somebody scrolls, so a small one is asked about again in
// the middle of the window. Answers with the violations.
async (rules) => {
  const colours = Object.fromEntries(axe.getRules(['cat.color']).map(({ ruleId }) => [ruleId, { enabled: false }]));
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
  const found = await axe.run(document,
    { resultTypes: ['violations'], elementRef: true, runOnly: rules, rules: colours });
  const told = [];
  for (const { id, nodes } of found.violations) {
    for (const node of nodes) {
      if (id === 'target-size' && !await isSmallEverywhere(node)) continue;
      told.push({ id, nodes: [{ html: node.element.outerHTML, failureSummary: node.failureSummary }] });
    }
  }
  return told;
}
