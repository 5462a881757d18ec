// A PDF in a new tab; a browser that will not open one gets it as a file.
import { tr, troubleText } from "./i18n.js";
import { el, toast } from "./ui.js";

/**
 * @param {string} name of the file
 * @param {() => Promise<Blob>} fetched
 */
export async function openPaper(name, fetched) {
  try {
    const blob = await fetched();
    const url = URL.createObjectURL(new Blob([blob], { type: "application/pdf" }));
    if (!window.open(url, "_blank")) savePaper(`${name}.pdf`, url);
    setTimeout(() => URL.revokeObjectURL(url), 600_000);
  } catch (error) {
    toast(tr("paperFailed") + troubleText(error), "bad");
  }
}

/** @param {string} name @param {string} url */
export function savePaper(name, url) {
  const link = el("a", { href: url, download: name, class: "offscreen" });
  document.body.append(link);
  link.click();
  link.remove();
}
