// Inline SVG icons: the tiers' shapes and the page's line icons.
import { SHAPES } from "./tiers.js";
import { svg } from "./ui.js";

/** Paths in a 24 × 24 box, drawn as 1.7 px lines. */
const LINES = {
  back: "M15 5l-7 7 7 7",
  bad: "M12 4l9 16H3ZM12 10v4.5M12 17.4v.1",
  bars: "M3.5 20h17M6 20v-7M12 20V6M18 20v-10",
  book: "M12 6.5C10 5 7.5 4.5 4 4.5v13.5c3.5 0 6 .5 8 2c2-1.5 4.5-2 8-2V4.5c-3.5 0-6 .5-8 2ZM12 6.5V20",
  camera: "M4 8h3.5L9 5.5h6L16.5 8H20v11H4ZM12 10a3.4 3.4 0 1 1 0 6.8a3.4 3.4 0 1 1 0-6.8Z",
  chart: "M4 19V5M4 19h16M8 15l4-5 3 3 5-7",
  check: "M5 12.5l4.5 4.5L19 7.5",
  circle: "M12 4a8 8 0 1 1 0 16a8 8 0 1 1 0-16Z",
  clock: "M12 4a8 8 0 1 1 0 16a8 8 0 1 1 0-16ZM12 8v4.5l3 2",
  close: "M6 6l12 12M18 6L6 18",
  compass: "M12 3l4 9h-8ZM12 21l-4-9h8Z",
  copy: "M9 9h11v11H9ZM15 9V4H4v11h5",
  cross: "M7 7l10 10M17 7L7 17",
  down: "M12 5v14M6 13l6 6 6-6",
  download: "M12 4v11m0 0l-4.5-4.5M12 15l4.5-4.5M5 20h14",
  edit: "M5 3.5l13 6.5-5.6 2L10 17.5Z",
  eye: "M2.5 12c2.4-4.300 5.600-6.5 9.5-6.5s7.100 2.200 9.5 6.5c-2.4 4.300-5.600 6.5-9.5 6.5S4.900 16.300 2.5 12ZM12 9.200a2.800 2.800 0 1 1 0 5.600a2.800 2.800 0 1 1 0-5.600Z",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  help: "M9 9.2a3 3 0 1 1 4.3 2.7c-.9.5-1.3 1-1.3 2.1M12 17.5v.2M12 3a9 9 0 1 1 0 18a9 9 0 1 1 0-18Z",
  hourglass: "M7 3.5h10M7 20.5h10M8 3.5v3.5c0 2 4 3.5 4 5s-4 3-4 5v3.5M16 3.5v3.5c0 2-4 3.5-4 5s4 3 4 5v3.5",
  home: "M4 11l8-6.5 8 6.5M6 9.500V20h12V9.500M10 20v-5h4v5",
  lasso: "M12 5c4.7 0 8 2 8 4.8s-3.3 4.7-8 4.7-8-1.9-8-4.7S7.3 5 12 5ZM7.5 13.8c-1.2 1-.9 2.6.5 2.9 1.5.3 1.9 1.7.6 3",
  grip: "M9 5.500v.1M15 5.500v.1M9 12v.1M15 12v.1M9 18.500v.1M15 18.500v.1",
  lock: "M6.500 10.500h11V20h-11ZM8.500 10.500V7.500a3.500 3.500 0 0 1 7 0v3",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1",
  minus: "M6 12h12",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
  next: "M9 5l7 7-7 7",
  paper: "M6 3.5h8.5L18.5 7.5v13H6ZM14 3.5V8h4.5M9 12h6.5M9 15.5h6.5",
  pause: "M8.5 5v14M15.5 5v14",
  people: "M9 11a3.5 3.5 0 1 0 0-7a3.5 3.5 0 0 0 0 7ZM2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c2.2.8 3.3 2.6 3.6 5.5",
  pin: "M12 21c-4.5-5-6.5-8-6.5-11a6.5 6.5 0 0 1 13 0c0 3-2 6-6.5 11ZM12 12.5a2.5 2.5 0 1 0 0-5a2.5 2.5 0 0 0 0 5Z",
  play: "M7.5 5l11 7-11 7Z",
  plus: "M12 6v12M6 12h12",
  polygon: "M12 3.5l8.5 6.3-3.2 10H6.7l-3.2-10Z",
  print: "M7 8V4h10v4M7 17H4V8h16v9h-3M7 13.5h10V20H7Z",
  rectangle: "M4 6.5h16v11H4Z",
  redo: "M20 9H10a5 5 0 0 0 0 10h5M20 9l-4-4M20 9l-4 4",
  scales: "M12 4v16M8 20h8M5 7h14M5 7l-2.7 6.200a2.900 2.900 0 0 0 5.4 0ZM19 7l-2.7 6.200a2.900 2.900 0 0 0 5.4 0Z",
  search: "M11 4.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13ZM16 16l4.5 4.5",
  shuffle: "M3.500 7H7l10 10h3.500M3.500 17H7l3-3M14 10l3-3h3.500M18 4.500 20.500 7 18 9.500M18 14.500l2.500 2.500-2.500 2.500",
  route: "M6 20.500a2.500 2.500 0 1 1 0-5a2.500 2.500 0 0 1 0 5ZM18 8.500a2.500 2.500 0 1 1 0-5a2.500 2.500 0 0 1 0 5ZM15.500 6H9a3 3 0 0 0 0 6h6a3 3 0 0 1 0 6H8.500",
  sun: "M12 8a4 4 0 1 1 0 8a4 4 0 1 1 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  tasks: "M4 6.5l1.5 1.5L8.5 5M4 12.5l1.5 1.5L8.5 11M4 18.5l1.5 1.5L8.5 17M12 7h8M12 13h8M12 19h8",
  tool: "M14.5 6.200a4.300 4.300 0 0 1 5.600-1.200l-3 3 .4 2.5 2.5.4 0 0a4.300 4.300 0 0 1-5.7 1.600L7.5 19.300a2 2 0 0 1-2.800-2.800L11.5 9.7a4.300 4.300 0 0 1 3-3.5Z",
  trash: "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.9 12.5h9.2L17.5 7M10 10.5v5.5M14 10.5v5.5",
  undo: "M4 9h10a5 5 0 0 1 0 10H9M4 9l4-4M4 9l4 4",
  up: "M12 19V5M6 11l6-6 6 6",
  user: "M12 12a4 4 0 1 0 0-8a4 4 0 0 0 0 8ZM4.5 20.5c.6-4 3.5-6 7.5-6s6.9 2 7.5 6",
};

/** @typedef {keyof typeof LINES} IconName */

/**
 * A line icon; decoration only, the button carries the name.
 * @param {IconName} name
 */
export function icon(name) {
  return svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" }, svg("path", { d: LINES[name] }));
}

/**
 * The shape of a tier, coloured by the style sheet.
 * @param {import("./tiers.js").Tier} tier
 */
export function mark(tier) {
  return svg("svg", { viewBox: "-1 -1 26 26", class: `mark ${tier}`, "aria-hidden": "true", focusable: "false" }, svg("path", { d: SHAPES[tier] }));
}

/** Puts an icon into every element with `data-icon`. @param {ParentNode} root */
export function hangIcons(root) {
  for (const node of root.querySelectorAll("[data-icon]")) {
    node.prepend(icon(/** @type {IconName} */ (/** @type {HTMLElement} */ (node).dataset.icon)));
  }
}
