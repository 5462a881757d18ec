// The map's pictures, drawn on canvas when the map first asks for them: tier symbols and the badges of grid cells.
import { COLOURS, RATED, SHAPES, TEAMS, TEAM_SHAPES } from "../tiers.js";

/** @typedef {import("../tiers.js").Tier} Tier */
/** @typedef {import("../tiers.js").Theme} Theme */

/** Pictures are drawn this many times larger than shown, so they stay sharp on dense screens. */
export const RATIO = 3;

/**
 * Draws the picture a style layer names: `tier|red|light`, `pending||light`, `flip|worse|light`, `camera||light`, `bare||light`, `view||light`, `spot|1|light`, `stop|team,number,state|light` or `cell|red,yellow,green,star,unrated,none|light`.
 * @param {string} id
 * @returns {ImageData | null} null for a name that is not ours
 */
export function picture(id) {
  const [what, of, theme] = id.split("|");
  if (theme !== "light" && theme !== "dark") return null;
  if (what === "tier") return tierPicture(/** @type {Tier} */ (of), theme);
  if (what === "flip") return flipPicture(of, theme);
  if (what === "pending") return pendingPicture(theme);
  if (what === "camera") return cameraPicture(theme, false);
  if (what === "bare") return cameraPicture(theme, true);
  if (what === "view") return viewPicture(theme);
  if (what === "spot") return spotPicture(of, theme);
  if (what === "stop") return stopPicture(of.split(","), theme);
  if (what === "cell") return cellPicture(of.split(",").map(Number), theme);
  return null;
}

/**
 * @param {number} width
 * @param {number} height
 */
function board(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * RATIO);
  canvas.height = Math.ceil(height * RATIO);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.scale(RATIO, RATIO);
  pen.lineJoin = "round";
  return { canvas, pen };
}

/**
 * A symbol of 20 px in a box of 24: halo, fill, dark outline.
 * @param {Tier} tier
 * @param {Theme} theme
 */
function tierPicture(tier, theme) {
  const { canvas, pen } = board(24, 24);
  const path = new Path2D(SHAPES[tier]);
  pen.translate(2.4, 2.4);
  pen.scale(0.8, 0.8);
  pen.strokeStyle = theme === "light" ? "rgba(255,255,255,.95)" : "rgba(8,11,15,.9)";
  pen.lineWidth = 4.4;
  pen.stroke(path);
  if (tier === "unrated") {
    pen.fillStyle = theme === "light" ? "#FFFFFF" : "#12171D";
    pen.fill(path);
    pen.strokeStyle = COLOURS[theme].unrated;
    pen.lineWidth = 3;
    pen.stroke(path);
  } else {
    pen.fillStyle = COLOURS[theme][tier];
    pen.fill(path);
    pen.strokeStyle = theme === "light" ? "#1A1D21" : "#0A0D11";
    pen.lineWidth = 1.3;
    pen.stroke(path);
  }
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/** The badge of a house whose public tier still differs: a small hourglass on paper. @param {Theme} theme */
function pendingPicture(theme) {
  const { canvas, pen } = board(13, 13);
  const light = theme === "light";
  pen.translate(6.5, 6.5);
  pen.fillStyle = light ? "#FFFFFF" : "#12171D";
  pen.strokeStyle = light ? "#1A1D21" : "#E9EDF2";
  pen.lineWidth = 1.1;
  disc(pen, 0, 0, 5.6);
  pen.stroke();
  pen.fillStyle = pen.strokeStyle;
  pen.fill(new Path2D("M-2.6-3.2h5.2L.4 0 2.6 3.2h-5.2L-.4 0Z"));
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/** Where a photo was taken: a camera on a disc; crossed out and smaller for a house without one. @param {Theme} theme @param {boolean} without */
function cameraPicture(theme, without) {
  const [size, radius] = without ? [17, 7.2] : [26, 11];
  const { canvas, pen } = board(size, size);
  const light = theme === "light";
  const [paper, ink] = light ? ["#FFFFFF", "#1A1D21"] : ["#12171D", "#E9EDF2"];
  pen.translate(size / 2, size / 2);
  pen.fillStyle = without ? paper : light ? "#1D5FBF" : "#7FB0FF";
  pen.strokeStyle = without ? ink : paper;
  pen.lineWidth = without ? 1.1 : 1.6;
  disc(pen, 0, 0, radius);
  pen.stroke();
  pen.strokeStyle = without ? ink : paper;
  pen.lineWidth = without ? 1 : 1.5;
  pen.scale(radius / 11, radius / 11);
  pen.stroke(new Path2D("M-6-3h2.5l1.2-2h4.6l1.2 2H6v7.5H-6ZM0-1.5a2.3 2.3 0 1 1 0 4.6a2.3 2.3 0 1 1 0-4.6Z"));
  if (without) {
    pen.lineWidth = 2;
    pen.stroke(new Path2D("M-7 7L7-7"));
  }
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/** The way a camera looked: a fading wedge upwards, which the map turns. @param {Theme} theme */
function viewPicture(theme) {
  const { canvas, pen } = board(60, 64);
  const colour = theme === "light" ? "29,95,191" : "127,176,255";
  pen.translate(30, 64);
  const fade = pen.createRadialGradient(0, 0, 8, 0, 0, 62);
  fade.addColorStop(0, `rgba(${colour},.75)`);
  fade.addColorStop(1, `rgba(${colour},.06)`);
  pen.fillStyle = fade;
  pen.strokeStyle = `rgba(${colour},.8)`;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(0, 0);
  pen.arc(0, 0, 60, -Math.PI / 2 - 0.44, -Math.PI / 2 + 0.44);
  pen.closePath();
  pen.fill();
  pen.stroke();
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/** A numbered flag over a house that a photo may show. @param {string} nth @param {Theme} theme */
function spotPicture(nth, theme) {
  const { canvas, pen } = board(22, 26);
  const light = theme === "light";
  pen.translate(11, 11);
  pen.fillStyle = light ? "#1A1D21" : "#E9EDF2";
  pen.strokeStyle = light ? "#FFFFFF" : "#12171D";
  pen.lineWidth = 1.5;
  pen.fill(new Path2D("M-5 7L0 14L5 7Z"));
  disc(pen, 0, 0, 9);
  pen.stroke();
  pen.fillStyle = pen.strokeStyle;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.font = `700 12px ${FONT}`;
  pen.fillText(nth, 0, 0.8);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/**
 * A house that would change: a heavy ring with an arrow down when it gets worse, a dashed one with an arrow up when better.
 * @param {string} way
 * @param {Theme} theme
 */
function flipPicture(way, theme) {
  const { canvas, pen } = board(40, 40);
  const light = theme === "light";
  const paper = light ? "#FFFFFF" : "#12171D";
  const ink = light ? { worse: "#9C1127", better: "#0F5F57" }[way] ?? "#1A1D21" : { worse: "#FF9D97", better: "#6FE3C0" }[way] ?? "#E9EDF2";
  pen.translate(20, 20);
  const ring = () => { pen.beginPath(); pen.arc(0, 0, 12.5, 0, Math.PI * 2); pen.stroke(); };
  pen.strokeStyle = paper;
  pen.lineWidth = way === "worse" ? 6 : 5;
  ring();
  pen.strokeStyle = ink;
  pen.lineWidth = way === "worse" ? 3.2 : 2.2;
  pen.setLineDash(way === "better" ? [5, 3.7] : []);
  ring();
  pen.setLineDash([]);
  if (way === "other") return pen.getImageData(0, 0, canvas.width, canvas.height);
  const down = way === "worse";
  pen.translate(0, down ? 13.5 : -13.5);
  pen.fillStyle = down ? ink : paper;
  pen.strokeStyle = down ? paper : ink;
  pen.lineWidth = 1.3;
  disc(pen, 0, 0, 5.8);
  pen.stroke();
  pen.strokeStyle = down ? paper : ink;
  pen.lineWidth = 1.7;
  pen.lineCap = "round";
  pen.stroke(new Path2D(down ? "M0-3V3M-2.4.6 0 3 2.4.6" : "M0 3V-3M-2.4-.6 0-3 2.4-.6"));
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/**
 * A stop of a round: the shape of its team with its number; hollow and with a mark once somebody was there. `start` is where the team sets out.
 * @param {string[]} of team from 0, number, state
 * @param {Theme} theme
 */
function stopPicture([team, count, stood], theme) {
  const { canvas, pen } = board(34, 34);
  const light = theme === "light";
  const [paper, ink] = light ? ["#FFFFFF", TEAMS.light[Number(team) % TEAMS.light.length]] : ["#12171D", TEAMS.dark[Number(team) % TEAMS.dark.length]];
  const solid = stood === "planned";
  const shape = new Path2D(TEAM_SHAPES[Number(team) % TEAM_SHAPES.length]);
  pen.save();
  pen.translate(4, 4);
  pen.scale(26 / 24, 26 / 24);
  pen.strokeStyle = paper;
  pen.lineWidth = 4;
  pen.stroke(shape);
  pen.fillStyle = solid ? ink : paper;
  pen.fill(shape);
  pen.strokeStyle = ink;
  pen.lineWidth = 2;
  pen.stroke(shape);
  pen.restore();
  pen.fillStyle = pen.strokeStyle = solid ? paper : ink;
  pen.lineCap = "round";
  if (stood === "start") {
    pen.fill(new Path2D("M13 10.500 23.500 17 13 23.500Z"));
    return pen.getImageData(0, 0, canvas.width, canvas.height);
  }
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.font = `700 ${count.length > 2 ? 11 : 14}px ${FONT}`;
  pen.fillText(count, 17, 17.6);
  const sign = { done: "M23.500 8l2.500 2.500L31 5.500", nobody_home: "M24 8h7", refused: "M24.500 5l6 6M30.500 5l-6 6" }[stood];
  if (sign) {
    pen.fillStyle = ink;
    disc(pen, 27.3, 8, 6.4);
    pen.strokeStyle = paper;
    pen.lineWidth = 1.8;
    pen.stroke(new Path2D(sign));
  }
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/**
 * A grid cell: a ring of the tiers' shares in fixed order from the top, the number of rental houses in the middle,
 * and the number of red ones by itself beside a diamond. Never an average of colours.
 * @param {number[]} counts red, yellow, green, star, unrated, none
 * @param {Theme} theme
 */
function cellPicture(counts, theme) {
  const [red] = counts;
  const rental = counts.slice(0, 5).reduce((sum, count) => sum + count, 0);
  const light = theme === "light";
  const ink = light ? "#1A1D21" : "#E9EDF2";
  const paper = light ? "#FFFFFF" : "#1B222B";
  if (!rental) return quietCell(counts[5], light);
  const radius = rental >= 100 ? 22 : rental >= 30 ? 19 : rental >= 8 ? 16.5 : 14;
  const { canvas, pen } = board(64, 60);
  pen.translate(32, 31);
  pen.shadowColor = light ? "rgba(30,35,45,.28)" : "rgba(0,0,0,.6)";
  pen.shadowBlur = 5 * RATIO;
  pen.shadowOffsetY = 1.2 * RATIO;
  pen.fillStyle = paper;
  disc(pen, 0, 0, radius + 1.5);
  pen.shadowColor = "transparent";
  const width = 5;
  let angle = -Math.PI / 2;
  const shares = [...RATED, /** @type {Tier} */ ("unrated")].map((tier, i) => ({ tier, count: counts[i] })).filter(({ count }) => count > 0);
  const gap = shares.length > 1 ? 0.07 : 0;
  for (const { tier, count } of shares) {
    const turn = (count / rental) * Math.PI * 2;
    pen.strokeStyle = tier === "unrated" ? (light ? "#C9CDD3" : "#4A545F") : COLOURS[theme][tier];
    pen.lineWidth = width;
    pen.beginPath();
    pen.arc(0, 0, radius - width / 2, angle + gap / 2, angle + Math.max(turn - gap / 2, gap));
    pen.stroke();
    angle += turn;
  }
  pen.fillStyle = ink;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.font = `600 ${rental >= 1000 ? 10.5 : radius > 17 ? 13.5 : 12}px ${FONT}`;
  pen.fillText(String(rental), 0, 0.8);
  if (red) redFlag(pen, red, radius, theme, paper, ink);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

const FONT = '"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",system-ui,sans-serif';

/**
 * @param {CanvasRenderingContext2D} pen @param {number} red @param {number} radius
 * @param {Theme} theme @param {string} paper @param {string} ink
 */
function redFlag(pen, red, radius, theme, paper, ink) {
  const text = String(red);
  pen.font = `700 10.5px ${FONT}`;
  const width = pen.measureText(text).width + 19;
  const [x, y] = [Math.min(radius * 0.52, 31 - width), -radius - 6];
  pen.fillStyle = paper;
  pen.strokeStyle = COLOURS[theme].red;
  pen.lineWidth = 1.2;
  pill(pen, x, y, width, 15);
  pen.fill();
  pen.stroke();
  pen.save();
  pen.translate(x + 3.5, y + 3);
  pen.scale(0.38, 0.38);
  pen.fillStyle = COLOURS[theme].red;
  pen.fill(new Path2D(SHAPES.red));
  pen.restore();
  pen.fillStyle = ink;
  pen.textAlign = "left";
  pen.fillText(text, x + 14, y + 8.3);
}

/**
 * A cell without rental houses: a small grey disc with the number of houses.
 * @param {number} total
 * @param {boolean} light
 */
function quietCell(total, light) {
  const { canvas, pen } = board(30, 30);
  pen.translate(15, 15);
  pen.fillStyle = light ? "rgba(255,255,255,.85)" : "rgba(27,34,43,.9)";
  disc(pen, 0, 0, 11);
  pen.strokeStyle = light ? "#C4C2BA" : "#3B4550";
  pen.lineWidth = 1;
  pen.stroke();
  pen.fillStyle = light ? "#6C7078" : "#8793A0";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.font = `500 ${total >= 1000 ? 8 : 10}px ${FONT}`;
  pen.fillText(String(total), 0, 0.6);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} radius */
function disc(pen, x, y, radius) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, Math.PI * 2);
  pen.fill();
}

/** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} width @param {number} height */
function pill(pen, x, y, width, height) {
  const r = height / 2;
  pen.beginPath();
  pen.arc(x + r, y + r, r, Math.PI / 2, -Math.PI / 2);
  pen.arc(x + width - r, y + r, r, -Math.PI / 2, Math.PI / 2);
  pen.closePath();
}
