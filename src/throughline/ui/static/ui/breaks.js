// A number and its unit stay on one line, whoever wrote the sentence that they stand in.
const PAIR = /(\d) (?=(?:%|points?|days?|weeks?|hours?|minutes?)(?![\w-]))/g;
const AS_WRITTEN = "code, pre, textarea, script, style, .mono, [contenteditable]";

export function keepTogether(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const kept = node.data.replace(PAIR, "$1\u00a0");
    if (kept !== node.data && !node.parentElement.closest(AS_WRITTEN)) node.data = kept;
  }
}
