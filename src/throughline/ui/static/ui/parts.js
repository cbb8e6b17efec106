// [data-parts-sum]: what the parts of a form add up to, said while they are typed.
// Without this script the sum is said when the form is sent.
const PART = "input[name^=part_]";
const tenths = (value) => Math.round(value * 10) / 10;

/** A part as the server reads it, in hundredths: 40 % and 0.4 alike; null for what is no share. */
export function partOf(text) {
  const found = /^(\d*[.,]?\d*)\s*(%?)$/.exec(text.trim());
  if (!found || !/\d/.test(found[1])) return null;
  const share = Number(found[1].replace(",", ".")) * (found[2] ? 1 : 100);
  return share > 0 && share <= 100 ? share : null;
}

/** What is said of some parts as they are written; nothing where none is. */
export function saidOf(texts) {
  const written = texts.filter((text) => text.trim());
  if (!written.length) return "";
  const parts = written.map(partOf);
  if (parts.includes(null)) return "Write each part like 60 % or 0.6";
  const sum = tenths(parts.reduce((all, part) => all + part, 0));
  if (sum > 100) return `Together ${sum} %: ${tenths(sum - 100)} % too much`;
  return sum < 100 ? `Together ${sum} %; ${tenths(100 - sum)} % is of no kind` : "Together 100 %";
}

export function watchParts(root) {
  root.querySelectorAll("[data-parts-sum]").forEach((line) => {
    const form = line.closest("form");
    if (!form || line.dataset.watched) return;
    line.dataset.watched = "yes";
    const asked = line.textContent;
    // What is half typed is not scolded: "6" may become "60 %".
    const isDone = (field) => field !== document.activeElement || partOf(field.value) !== null;
    const say = () => {
      const said = saidOf([...form.querySelectorAll(PART)].filter(isDone).map((field) => field.value)) || asked;
      if (line.textContent !== said) line.textContent = said;
    };
    line.setAttribute("role", "status");
    for (const change of ["input", "focusout"]) {
      form.addEventListener(change, (event) => { if (event.target.matches(PART)) say(); });
    }
    say();
  });
}
