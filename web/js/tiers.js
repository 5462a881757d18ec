// The tiers as the page draws them: order, colours, shapes. The words are in the dictionaries, what they bring in the policy.

/** @typedef {"red" | "yellow" | "green" | "star" | "unrated" | "none"} Tier */

/** The four rated tiers, worst first. @type {Tier[]} */
export const RATED = ["red", "yellow", "green", "star"];
/** Everything a house can be, worst first. @type {Tier[]} */
export const TIERS = [...RATED, "unrated", "none"];

/** @typedef {"light" | "dark"} Theme */

/** Searched for the largest smallest difference under colour-blindness simulations. @type {Record<Theme, Record<Tier, string>>} */
export const COLOURS = {
  light: { red: "#D7263D", yellow: "#F5C242", green: "#2A9D8F", star: "#2D3A8C", unrated: "#7B8490", none: "#A9A79F" },
  dark: { red: "#E8453C", yellow: "#FFD84D", green: "#35C49A", star: "#A78BFA", unrated: "#8C97A5", none: "#4C5763" },
};

/** Few to many, told apart by lightness alone: away from the ground, in one hue that no tier has. @type {Record<Theme, string[]>} */
export const RAMP = {
  light: ["#EADCF0", "#CFB3DC", "#AE85C4", "#8556A4", "#5A2D78"],
  dark: ["#33243F", "#523A66", "#765792", "#A084BB", "#D3C0E4"],
};

/** The shape of a tier in a 24 × 24 box, as an SVG path (canvas reads the same text by Path2D). @type {Record<Tier, string>} */
export const SHAPES = {
  red: "M12 1.6 22.4 12 12 22.4 1.6 12Z",
  yellow: "M2 4h20L12 21.6Z",
  green: "M12 3a9 9 0 1 1 0 18a9 9 0 1 1 0-18Z",
  star: "M12 1.2l3.2 7 7.6.8-5.7 5.1 1.6 7.5L12 17.8l-6.7 3.8 1.6-7.5L1.2 9l7.6-.8Z",
  unrated: "M12 5.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13Z",
  none: "M12 8.5a3.5 3.5 0 1 1 0 7a3.5 3.5 0 1 1 0-7Z",
};

/** Teams of a round; none is a tier's colour. @type {Record<Theme, string[]>} */
export const TEAMS = {
  light: ["#1D5FBF", "#8A3FA0", "#8F5200", "#00707A", "#444B55"],
  dark: ["#7FB0FF", "#D9A0F0", "#F0B35A", "#5AD1DB", "#C3CBD6"],
};

/** The shape of a team's stops, so that nobody needs its colour, in the same box. */
export const TEAM_SHAPES = [
  "M12 2a10 10 0 1 1 0 20a10 10 0 1 1 0-20Z",
  "M3 3h18v18H3Z",
  "M6.5 2.4h11L23 12l-5.500 9.600h-11L1 12Z",
  "M12 1.500 23 9.600 18.800 22.500H5.200L1 9.600Z",
  "M12 .8 23.200 12 12 23.200.8 12Z",
];
