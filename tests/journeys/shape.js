// All rules of axe but those of colours, which look at what is there and where it is.
//
// How large a target is takes half of that time, so it is asked only of those that are small or meet another: one of
// 24 by 24 pixels that no other overlaps passes in any case. Answers with the violations.
async (rules) => {
  const off = axe.getRules(['cat.color']).map(({ ruleId }) => ruleId).concat('target-size');
  const LEAST = 24;
  const targets = [...document.querySelectorAll('*')]
    .filter((node) => node.tabIndex >= 0 || node.matches('[tabindex], button, input, select, textarea, summary'))
    .map((node) => [node, node.getBoundingClientRect()]);
  const meets = (one, other) => one.left < other.right && other.left < one.right
    && one.top < other.bottom && other.top < one.bottom;
  const doubtful = targets.filter(([node, box]) => box.width < LEAST || box.height < LEAST
    || targets.some(([other, its]) => other !== node && meets(box, its))).map(([node]) => node);
  const found = await axe.run(document, {
    resultTypes: ['violations'], runOnly: rules, rules: Object.fromEntries(off.map((each) => [each, { enabled: false }])),
  });
  const small = doubtful.length
    ? await axe.run({ include: doubtful }, { resultTypes: ['violations'], runOnly: ['target-size'] }) : { violations: [] };
  return [...found.violations, ...small.violations];
}
