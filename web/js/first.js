// Runs before the first paint (a classic script, no module): theme and language, so that nothing flashes.
(() => {
  const hash = new URLSearchParams(location.hash.slice(1));
  const kept = (/** @type {string} */ name) => {
    try { return localStorage.getItem(`sanshi.${name}`); } catch { return null; }
  };
  const theme = hash.get("theme") || kept("theme");
  const dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  const lang = hash.get("lang") || kept("lang") || (/^en\b/i.test(navigator.language) ? "en" : "zh");
  document.documentElement.lang = lang === "en" ? "en" : "zh-CN";
})();
