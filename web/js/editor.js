// A plain monospace text with line numbers: for reading, or for editing a copy. Knows nothing of what the text says.
import { el } from "./ui.js";

/**
 * @param {{ id: string, label: string, text: string, readonly: boolean, changed?: (text: string) => void }} options
 */
export function editor({ id, label, text, readonly, changed }) {
  const numbers = el("pre", { class: "line-numbers", "aria-hidden": "true" });
  const area = el("textarea", { id, class: "source", wrap: "off", spellcheck: "false", autocapitalize: "off", autocomplete: "off", "aria-label": label, readonly, translate: "no" });
  area.value = text;
  let bad = 0;
  let count = 0;
  const number = () => {
    const now = area.value.split("\n").length;
    if (now === count && !bad) return;
    count = now;
    numbers.replaceChildren(...Array.from({ length: count }, (_, i) => el("span", { class: i + 1 === bad ? "bad" : "" }, `${i + 1}\n`)));
    numbers.scrollTop = area.scrollTop;
  };
  area.addEventListener("scroll", () => { numbers.scrollTop = area.scrollTop; });
  area.addEventListener("input", () => {
    bad = 0;
    count = 0;
    number();
    changed?.(area.value);
  });
  number();
  return {
    node: el("div", { class: "editor" }, numbers, area),
    /** Puts the caret on a line and marks its number. @param {number} line from 1 */
    go(line) {
      const lines = area.value.split("\n");
      const from = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
      bad = line;
      number();
      area.focus();
      area.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
      area.scrollTop = Math.max(0, (line - 5) * (area.scrollHeight / Math.max(lines.length, 1)));
      area.scrollLeft = 0;
      numbers.scrollTop = area.scrollTop;
    },
    focus: () => area.focus(),
  };
}
