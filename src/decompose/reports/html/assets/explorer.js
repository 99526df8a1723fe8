// The page as it starts: its sections, filters, buttons, theme, print, and a handle for scripts.

// Sections below the fold are built when they come into view, and again after a change.
const SECTIONS = [["crossings", showCrossings], ["matrix", showMatrix], ["journeys", showJourneys], ["capabilities", showCapabilities], ["sureness", showSureness]];
if (DATA.alternatives.length > 1) SECTIONS.push(["alternatives", showAlternatives]);
else { byId("alternatives").remove(); byId("alternatives-link").remove(); }
if (GODS.size) SECTIONS.push(["gods", showGods]);
else { byId("gods").remove(); byId("gods-link").remove(); }
if (DATA.plan && DATA.plan.steps.length) SECTIONS.push(["plan", showPlan]);
else { byId("plan").remove(); byId("plan-link").remove(); }
const stale = new Set(SECTIONS.map(([id]) => id)), near = new Set();
function freshen(every) {
  SECTIONS.forEach(([id, build]) => { if (stale.has(id) && (every || near.has(id))) { stale.delete(id); build(); } });
}

// Filters.
const LEVELS = [1, 2, 5];
const levelOf = (step) => LEVELS[step % 3] * 10 ** Math.floor(step / 3);
byId("weight").max = String(Math.max(3, 3 * Math.ceil(Math.log10(1 + Math.max(1, ...TABLE_EDGES.map((edge) => edge.weight).slice(0, 60000))))));
byId("weight").addEventListener("input", (event) => { filter.least = levelOf(Number(event.target.value)); byId("weight-shown").textContent = thousands(filter.least); paint(); });
byId("kinds").addEventListener("change", (event) => { if (event.target.checked) filter.kinds.add(event.target.value); else filter.kinds.delete(event.target.value); paint(); });
byId("all-edges").addEventListener("change", (event) => { filter.tables = event.target.checked; paint(); });
byId("compare").addEventListener("change", (event) => { compare.on = event.target.checked; showPrice(figures); paint(); writeLink(); });

// Buttons, theme, print.
byId("undo").addEventListener("click", () => travel("undo", "redo"));
byId("redo").addEventListener("click", () => travel("redo", "undo"));
byId("reset").addEventListener("click", () => { change(() => { state.moves.clear(); state.founded = []; state.still = false; }); say("Back to the decomposition as it was analysed."); });
byId("export").addEventListener("click", download);
byId("share").addEventListener("click", copyLink);
byId("zoom-in").addEventListener("click", () => zoom(1.35));
byId("zoom-out").addEventListener("click", () => zoom(1 / 1.35));
byId("zoom-fit").addEventListener("click", fitMap);
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme || (prefersDark.matches ? "dark" : "light")) === "dark";
function showTheme() {
  byId("theme").textContent = isDark() ? "Light" : "Dark";
  byId("theme").setAttribute("aria-pressed", String(isDark()));
  readColours();
  paint();
}
byId("theme").addEventListener("click", () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; showTheme(); });
prefersDark.addEventListener("change", showTheme);
function togglePlain(open) {
  byId("plain").classList.toggle("open", open);
  byId("plain-toggle").setAttribute("aria-expanded", String(open));
  byId("plain-toggle").textContent = open ? "Hide the tables" : "Show the tables";
}
byId("plain-toggle").addEventListener("click", () => togglePlain(!byId("plain").classList.contains("open")));
addEventListener("beforeprint", () => freshen(true));
document.querySelectorAll('a[href^="#"]').forEach((link) => link.addEventListener("click", (event) => {
  event.preventDefault();
  const goal = byId(link.getAttribute("href").slice(1));
  if (goal.id === "plain") togglePlain(true);
  freshen(true); // what stands above it must have its full height first
  goal.scrollIntoView();
  goal.tabIndex = -1;
  goal.focus({ preventScroll: true });
}));
addEventListener("hashchange", () => { readLink(); rebuild(); });

byId("compare-box").hidden = !compare.there;
if (compare.there) byId("compare-name").textContent = shown(compare.there.name);
readLink();
readColours();
rebuild();
showTheme();
resize();
if (state.selection && state.selection.kind === "table") reveal(state.selection.id);
new ResizeObserver(resize).observe(canvas);
const watcher = new IntersectionObserver((entries) => {
  entries.forEach((entry) => { if (entry.isIntersecting) near.add(entry.target.id); else near.delete(entry.target.id); });
  freshen(false);
}, { rootMargin: "300px" });
SECTIONS.forEach(([id]) => watcher.observe(byId(id)));

// For scripts: the same moves and numbers as by hand.
window.decomposeExplorer = Object.freeze({
  figures: () => ({ ...figures }),
  services: () => cut.places.map((place) => place.n),
  servicesYaml,
  move: (table, place) => { const number = TABLES.findIndex((each) => each.name === table), to = cut.places.findIndex((each) => each.n === place); if (number < 0 || to < 0) return false; moveTables([number], to); return true; },
  locate: (table) => { const number = TABLES.findIndex((each) => each.name === table); return number < 0 ? null : screenOf(centre(map.tiles[number])); },
});
document.documentElement.classList.add("ready");
