// The texts whose colours and ground axe has not passed before, and the look of each text.
//
// Its rules of colours judge the ink of a text and the grounds behind it, up to the first opaque one. What shows the
// same again, on this page or another, need not be judged again.
(known) => {
  const knownLooks = new Set(known);
  const kept = (find) => {
    const found = new Map();
    return (node) => found.has(node) ? found.get(node) : found.set(node, find(node)).get(node);
  };
  const styleOf = kept((node) => getComputedStyle(node));
  const boxOf = kept((node) => node.getBoundingClientRect());

  const isInside = (inner, outer) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1
    && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
  const touches = (one, other) => one.left < other.right && other.left < one.right
    && one.top < other.bottom && other.top < one.bottom;
  const isTransparent = (colour) => colour === 'transparent' || /[,/] 0\)$/.test(colour);
  const isOpaque = ({ backgroundColor }) => !isTransparent(backgroundColor) && !/\/|rgba/.test(backgroundColor);
  const paints = (style) => style.backgroundImage !== 'none' || !isTransparent(style.backgroundColor);
  const isScrolled = kept((node) => Boolean(
    node && (node.scrollTop || node.scrollLeft || isScrolled(node.parentElement))));
  // A bar that sticks is where the page put it as long as nothing was scrolled.
  const isInPlace = (node, { position, bottom, right }) => ['static', 'relative'].includes(position)
    || (position === 'sticky' && bottom === 'auto' && right === 'auto' && !isScrolled(node.parentElement));
  const isAfloat = kept((node) => {
    const style = styleOf(node);
    const margins = [style.marginTop, style.marginLeft, style.marginRight, style.marginBottom];
    return !isInPlace(node, style) || style.float !== 'none' || style.transform !== 'none'
      || style.translate !== 'none' || margins.some((each) => each.startsWith('-'));
  });
  const isShown = kept((node) => boxOf(node).width > 1 && boxOf(node).height > 1 && boxOf(node).bottom + scrollY > 0
    && node.checkVisibility({ visibilityProperty: true }) && styleOf(node).clipPath !== 'inset(50%)');

  const shown = [...document.querySelectorAll('body, body *')].filter(isShown);
  const grounds = shown.filter((node) => paints(styleOf(node)));
  const afloat = grounds.filter(isAfloat);
  const told = ({ backgroundColor, opacity, filter }) => [backgroundColor, opacity, filter].join(' ');
  // What is painted where the text stands by neither the text nor what holds it.
  const others = (node, among) => among.filter((each) => touches(boxOf(each), boxOf(node)) && !each.contains(node)
    && !node.contains(each));

  const isLarge = ({ fontSize, fontWeight }) => parseFloat(fontSize) >= (fontWeight >= 700 ? 18.67 : 24);
  // A link within a text is told from the text around by more than its colour.
  const mark = ({ color, display, fontSize, fontWeight, fontStyle, textDecorationLine, borderBottom }) =>
    [color, display, fontSize, fontWeight, fontStyle, textDecorationLine, borderBottom].join(' ');
  // Null where it cannot be told, so that axe is asked each time.
  const lookOf = (node) => {
    const control = node.closest('label')?.control ?? node;
    if (control.closest('[disabled], [aria-disabled="true"]')) return null;
    const style = styleOf(node);
    const look = [style.color, isLarge(style), style.textShadow];
    if (node.matches('a, [role=link]')) look.push(mark(style), mark(styleOf(node.parentElement)));
    let floats = false;
    let covered = false;
    for (let ground = node; ground; ground = ground.parentElement) {
      const its = styleOf(ground);
      const { backgroundImage, mixBlendMode, clipPath, opacity, filter } = its;
      if (mixBlendMode !== 'normal' || clipPath !== 'none' || (backgroundImage !== 'none' && !covered)) return null;
      // What fades a ground fades what stands on it as well.
      if (opacity !== '1' || filter !== 'none' || (!covered && paints(its))) look.push(told(its));
      if (!covered && isOpaque(its)) {
        if (!isInside(boxOf(node), boxOf(ground)) && ground !== document.body) return null;
        covered = true;
      }
      floats ||= !covered && isAfloat(ground);
    }
    const between = others(node, floats ? grounds : afloat);
    if (between.some((each) => styleOf(each).backgroundImage !== 'none')) return null;
    return [...look, ...between.map((each) => `over ${told(styleOf(each))} ${styleOf(each).zIndex}`)].join('|');
  };

  // axe hears nothing in what is hidden from readers, and leaves open what stands on a drawing.
  const says = (node) => !node.closest('svg, [aria-hidden="true"]')
    && (node.matches('input:not([type=checkbox], [type=radio]), textarea, select') || [...node.childNodes].some(
      (child) => child.nodeType === Node.TEXT_NODE && child.data.trim()));
  // The second that looks the same is asked about as well, in case axe leaves the first open.
  const seen = new Map();
  const isNew = (look) => !knownLooks.has(look) && seen.set(look, (seen.get(look) ?? 0) + 1).get(look) <= 2;
  const looks = new Map(shown.filter(says).map((node) => [node, lookOf(node)]));
  const fresh = [...looks].filter(([, look]) => look === null || isNew(look)).map(([node]) => node);
  return { fresh: new Set(fresh), looks };
}
