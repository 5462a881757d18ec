// The list as a CSV file, made here from the paged answers; office programs must not run its cells as formulas.
import { kindName, tierName, tr, troubleText } from "./i18n.js";
import { roll, scopeNow, shownOf } from "./roll.js";
import { state } from "./state.js";
import { announce, byId, el, toast } from "./ui.js";

/** More rows than this and the file is cut, with a clear message. */
const CAP = 20_000;

export function startCsv() {
  const button = byId("csv");
  button.addEventListener("click", async () => {
    const scope = scopeNow();
    if (!scope) return;
    button.disabled = true;
    const total = shownOf(scope.counts);
    const { day } = state;
    try {
      const lines = [["csvCode", "csvTier", "csvScore", "csvKind", "csvAddress", "csvLon", "csvLat", "csvDay"].map((word) => tr(/** @type {import("./i18n.js").Word} */ (word))).join(",")];
      for await (const page of roll(500)) {
        for (const { properties: house, geometry } of page) {
          if (lines.length > CAP) break;
          const [lon, lat] = geometry.coordinates;
          lines.push([cell(house.code), cell(tierName(house.tier)), house.score ?? "", cell(kindName(house.kind)), cell(house.address ?? ""), lon, lat, day].join(","));
        }
        if (lines.length > CAP) break;
      }
      save(`${tr("csvFile")}-${tr(state.scope === "area" ? "inArea" : "inView")}-${day}.csv`, `\uFEFF${lines.join("\r\n")}\r\n`);
      const text = total > CAP ? tr("csvCapped", CAP, total) : tr("csvDone", lines.length - 1);
      toast(text);
      announce(text);
    } catch (error) {
      toast(troubleText(error), "bad");
    } finally {
      button.disabled = false;
    }
  });
}

/**
 * A text cell. One that starts like a formula gets an apostrophe before it.
 * @param {string} text
 */
export function cell(text) {
  const tame = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}

/** @param {string} name @param {string} text */
export const save = (name, text) => saveFile(name, new Blob([text], { type: "text/csv;charset=utf-8" }));

/** @param {string} name @param {Blob} file */
export function saveFile(name, file) {
  const url = URL.createObjectURL(file);
  const link = el("a", { href: url, download: name, class: "offscreen" });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
