// Days as text, YYYY-MM-DD, and the little arithmetic the page needs. No clock: "today" is told by the server.

const DAY = 86_400_000;

/** @param {string} day @returns {number} days since 1970 */
export const toNumber = (day) => Math.round(Date.parse(day) / DAY);

/** @param {number} count days since 1970 */
export const fromNumber = (count) => new Date(count * DAY).toISOString().slice(0, 10);

/** @param {string} day @param {number} days */
export const plusDays = (day, days) => fromNumber(toNumber(day) + days);

/** From one day to another; negative when the other is past. @param {string} from @param {string} to */
export const days = (from, to) => toNumber(to) - toNumber(from);

/** The same day some months on, clamped to the month's end; the last day of a month stays the last. @param {string} day @param {number} months */
export function plusMonths(day, months) {
  const [year, month, date] = day.split("-").map(Number);
  const lastOf = (/** @type {number} */ y, /** @type {number} */ m) => new Date(Date.UTC(y, m, 0)).getUTCDate();
  const index = year * 12 + month - 1 + months;
  const [y, m] = [Math.floor(index / 12), (index % 12) + 1];
  const end = lastOf(y, m);
  const clamped = date === lastOf(year, month) ? end : Math.min(date, end);
  return `${String(y).padStart(4, "0")}-${String(m).padStart(2, "0")}-${String(clamped).padStart(2, "0")}`;
}
