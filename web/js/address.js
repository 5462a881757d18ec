// Keeps the browser's address and the state the same: moves replace it, opening a house adds to the history, Back undoes that.
import { read, write } from "./hash.js";
import { set, state, watch } from "./state.js";
import { paused } from "./ui.js";

let reading = false;

/** @param {(asked: ReturnType<typeof read>) => void} look moves the map where the address says */
export function startAddress(look) {
  const replace = paused(200, () => history.replaceState(null, "", `${location.search}#${write(state)}`));
  watch(["at", "day", "tiers", "as", "page", "photo", "round", "study", "lang", "theme", "area"], replace);
  watch(["sel"], () => {
    if (reading) return;
    const address = `${location.search}#${write(state)}`;
    if (state.sel) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  });
  const follow = () => {
    const asked = read(location.hash);
    reading = true;
    const { at, day, ...rest } = asked;
    set({ ...rest, ...(day ? { day } : {}), ...(rest.sel ? {} : { halo: null }) });
    reading = false;
    if (at) look(asked);
  };
  addEventListener("popstate", follow);
  history.replaceState(null, "", `${location.search}#${write(state)}`);
}
