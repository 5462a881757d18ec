// Hears of what others change while the page is open; tries again with growing pauses when the line is lost.
import * as api from "./api.js";
import { state, watch } from "./state.js";

/** Seconds. */
const LONGEST_PAUSE = 30;

/** @param {{ alive: (now: boolean) => void, changed: (change: api.Change) => void }} acts */
export function startLive({ alive, changed }) {
  let line = new AbortController();
  const listen = async () => {
    line.abort();
    const mine = (line = new AbortController());
    let heard = state.revision;
    let pause = 1;
    while (!mine.signal.aborted) {
      try {
        for await (const change of api.changes(heard, mine.signal)) {
          // The server may have begun anew from a backup.
          if (change.revision < heard) changed({ ...change, tiles: null, base: true });
          else if (change.tiles !== undefined) changed(change);
          heard = change.revision;
          pause = 1;
          alive(true);
        }
      } catch { /* a lost line; the pause follows */ }
      if (mine.signal.aborted) return;
      alive(false);
      await new Promise((done) => setTimeout(done, pause * 1000));
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  };
  // Who asks and in which view decides what may be heard.
  watch(["me", "as"], listen);
  listen();
}
