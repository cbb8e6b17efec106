// Which nodes can be hit well beyond doubt: of those that take the keyboard, whichever are large enough and touch none
// of the others.
//
// For axe an area of 24 by 24 pixels passes, less what other such nodes cover of it; to learn what covers what is most
// of what its rule costs. Whatever is smaller, or may be covered, is left to axe.
() => {
  const LEAST = 24;
  const takers = document.querySelectorAll(`a, area, audio, button, details, embed, iframe, input, object, select, summary,
    textarea, video, [contenteditable], [tabindex]`);
  const places = [...takers].map((node) => ({ node, box: node.getBoundingClientRect() }))
    .sort((one, other) => one.box.top - other.box.top);
  // What holds a node stands below it, unless the node sinks.
  const isBelow = (outer, node) => outer.contains(node) && !sinks(node, outer);
  const sinks = (node, outer) => node !== outer
    && (getComputedStyle(node).zIndex.startsWith('-') || sinks(node.parentElement, outer));
  const touched = new Set();
  places.forEach(({ node, box }, index) => {
    for (const other of places.slice(index + 1)) {
      if (other.box.top >= box.bottom) break;
      if (other.box.bottom <= box.top || other.box.left >= box.right || other.box.right <= box.left) continue;
      if (!isBelow(other.node, node)) touched.add(node);
      if (!isBelow(node, other.node)) touched.add(other.node);
    }
  });
  return new Set(places.filter(({ node, box }) => box.width >= LEAST && box.height >= LEAST && !touched.has(node))
    .map(({ node }) => node));
}
