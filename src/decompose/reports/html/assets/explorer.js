// What the reader does: moves with undo, selection, search, filters, comparison, theme, the link and the file.

const BASE = measure();
let figures = BASE;
let changedPlaces = new Set();
const state = { moves: new Map(), founded: [], still: false, selection: null, undo: [], redo: [] };
const filter = { kinds: new Set(KINDS), least: 1, tables: false };
const compare = { there: DATA.other, on: false, name: "", home: [], places: [], differs: new Map(), figures: null };
const RESERVED = new Set(DATA.places.filter((place) => place.kind !== SERVICE).map((place) => place.n));
const say = (text) => { byId("live").textContent = text; };

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

function rebuild() {
  cut.places = [...DATA.places.map((place) => ({ ...place })), ...state.founded.map((name, n) => ({ n: name, kind: SERVICE, cap: "", owner: "", sure: null, hue: (DATA.places.length + n) % DATA.hues }))];
  cut.home = DATA.home.slice();
  state.moves.forEach((place, table) => { cut.home[table] = place; });
  changedPlaces = new Set();
  state.moves.forEach((place, table) => changedPlaces.add(place).add(DATA.home[table]));
  figures = measure();
  if (state.selection && ((state.selection.kind === "place" && state.selection.id >= cut.places.length) || (state.selection.kind === "pair" && Math.max(state.selection.a, state.selection.b) >= cut.places.length))) state.selection = null;
  matchOther();
  settle(state.moves, state.still ? staying(state.moves) : new Set());
  showPrice(figures);
  showCards();
  showPanel();
  SECTIONS.forEach(([id]) => stale.add(id));
  freshen(false);
  byId("undo").disabled = !state.undo.length;
  byId("redo").disabled = !state.redo.length;
  byId("reset").disabled = !state.moves.size && !state.founded.length;
  writeLink();
}
const snapshot = () => ({ moves: new Map(state.moves), founded: state.founded.slice(), still: state.still });
function change(action) {
  state.undo.push(snapshot());
  state.redo = [];
  action();
  rebuild();
}
function place1(table, place) {
  state.moves.delete(table);
  if (DATA.home[table] !== place) state.moves.set(table, place);
}
function moveTables(tables, place) {
  const moving = tables.filter((table) => cut.home[table] !== place);
  if (!moving.length) return;
  const before = figures;
  change(() => moving.forEach((table) => place1(table, place)));
  say(moving.map(nameOf).join(", ") + " moved to " + placeName(place) + ". Distributed writes " + thousands(figures.distributed_write_transactions) + " (" + difference(figures.distributed_write_transactions - before.distributed_write_transactions) + "), saga cost " + thousands(figures.saga_cost) + ", joins across " + thousands(figures.cross_joins) + ", foreign keys to retire " + thousands(figures.foreign_keys_to_retire) + ".");
}
function recut(home, founded) {
  change(() => {
    state.moves.clear();
    state.founded = founded;
    state.still = true;
    home.forEach((place, table) => { if (DATA.home[table] !== place) state.moves.set(table, place); });
  });
  byId("map-section").scrollIntoView();
  say(plural(figures.services, "service") + " now, distributed writes " + thousands(figures.distributed_write_transactions) + ". Undo brings the earlier cut back.");
}
function foundService(text, tables) {
  const name = text.trim(), input = byId("new-name");
  const known = cut.places.findIndex((place) => place.n === name);
  if (!name || RESERVED.has(name)) {
    input.setCustomValidity(name ? "That name stands for tables outside the services." : "A service needs a name.");
    input.reportValidity();
    return;
  }
  change(() => { const place = known >= 0 ? known : DATA.places.length + state.founded.push(name) - 1; tables.forEach((table) => place1(table, place)); });
  say(tables.map(nameOf).join(", ") + " moved to the new service " + shown(name) + ".");
}
function travel(from, to) {
  if (!state[from].length) return;
  state[to].push(snapshot());
  Object.assign(state, state[from].pop());
  rebuild();
  say((from === "undo" ? "Undone. " : "Done again. ") + "Distributed writes " + thousands(figures.distributed_write_transactions) + ".");
}
function select(chosen) {
  state.selection = chosen;
  if (chosen && chosen.kind === "table") map.focus = chosen.id;
  showPanel();
  byId("panel").scrollTop = 0;
  paint();
  writeLink();
}

// The other decomposition's services are matched with these by the tables they share, so that colours mean the same.
function matchOther() {
  if (!compare.there) return;
  const there = compare.there, overlaps = new Map();
  compare.name = there.name;
  there.home.forEach((place, table) => { const key = place * 4096 + cut.home[table]; if (there.places[place].kind === cut.places[cut.home[table]].kind) overlaps.set(key, (overlaps.get(key) || 0) + 1); });
  const match = new Map(), taken = new Set();
  Array.from(overlaps).sort((a, b) => b[1] - a[1] || a[0] - b[0]).forEach(([key]) => { const from = Math.floor(key / 4096), to = key % 4096; if (!match.has(from) && !taken.has(to)) { match.set(from, to); taken.add(to); } });
  compare.differs = new Map();
  there.home.forEach((place, table) => {
    const same = match.get(place);
    if (same === cut.home[table]) return;
    compare.differs.set(table, { name: there.places[place].n, hue: same === undefined || cut.places[same].kind !== SERVICE ? null : cut.places[same].hue });
  });
  if (!compare.figures) compare.figures = measure(there.home, there.places);
}

// The link: names, not numbers, so that it still means the same in tomorrow's report of the same database.
const coded = (text) => Array.from({ length: text.length }, (_, n) => text[n]).map((unit) => (/[A-Za-z0-9_.-]/.test(unit) ? unit : "~" + unit.charCodeAt(0).toString(16).padStart(4, "0"))).join("");
const decoded = (text) => text.replace(/~([0-9a-f]{4})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
function writeLink() {
  const parts = [];
  if (state.founded.length) parts.push("new=" + state.founded.map(coded).join(","));
  if (state.moves.size) parts.push("moves=" + Array.from(state.moves, ([table, place]) => coded(TABLES[table].name) + ":" + coded(cut.places[place].n)).join(","));
  if (state.still && state.moves.size) parts.push("still=1");
  const chosen = state.selection;
  if (chosen && chosen.kind === "table") parts.push("table=" + coded(TABLES[chosen.id].name));
  if (chosen && chosen.kind === "place") parts.push("service=" + coded(cut.places[chosen.id].n));
  if (chosen && chosen.kind === "profile" && PROFILES[chosen.id].id) parts.push("transaction=" + coded(PROFILES[chosen.id].id));
  if (compare.on) parts.push("compare=1");
  const link = "#" + parts.join("&");
  if (location.hash !== link && (parts.length || location.hash.includes("="))) history.replaceState(null, "", parts.length ? link : location.pathname + location.search);
}
function readLink() {
  const parts = new Map(location.hash.slice(1).split("&").filter((part) => part.includes("=")).map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]));
  if (!parts.size) return;
  const table = (text) => TABLES.findIndex((each) => each.name === decoded(text));
  const words = (name) => (parts.get(name) || "").split(",").filter(Boolean);
  state.founded = Array.from(new Set(words("new").map(decoded))).filter((name) => !DATA.places.some((place) => place.n === name));
  const places = [...DATA.places.map((place) => place.n), ...state.founded];
  state.moves = new Map();
  state.still = parts.get("still") === "1";
  words("moves").forEach((pair) => { const [from, to] = pair.split(":"), number = table(from), place = places.indexOf(decoded(to || "")); if (number >= 0 && place >= 0) place1(number, place); });
  state.selection = null;
  if (parts.has("table") && table(parts.get("table")) >= 0) state.selection = { kind: "table", id: table(parts.get("table")) };
  if (parts.has("service") && places.includes(decoded(parts.get("service")))) state.selection = { kind: "place", id: places.indexOf(decoded(parts.get("service"))) };
  const profile = PROFILES.findIndex((each) => each.id && each.id === decoded(parts.get("transaction") || ""));
  if (profile >= 0) state.selection = { kind: "profile", id: profile };
  compare.on = Boolean(compare.there) && parts.get("compare") === "1";
  byId("compare").checked = compare.on;
}
function download() {
  const link = make("a", { href: URL.createObjectURL(new Blob([servicesYaml()], { type: "text/yaml" })), download: "services.yml" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  say("services.yml is in your downloads. decompose assess services.yml prices it the same.");
}
async function copyLink() {
  writeLink();
  let told = "The link is copied.";
  if (navigator.clipboard) await navigator.clipboard.writeText(location.href).catch(() => { told = "The link stands in the address bar."; });
  else told = "The link stands in the address bar.";
  byId("share").textContent = told.startsWith("The link is") ? "Copied" : "In the address bar";
  setTimeout(() => { byId("share").textContent = "Copy link"; }, 2500);
  say(told);
}

// Search over tables, services and transactions.
const INDEX = [
  ...TABLES.map((table, id) => ({ kind: "table", id, text: table.name, note: "table" })),
  ...DATA.places.map((place, id) => ({ kind: "place", id, text: place.n, note: place.kind === SERVICE ? "service" : "set apart" })),
  ...PROFILES.map((profile, id) => ({ kind: "profile", id, text: profile.name, note: "transaction" })).filter((each) => each.text),
].map((each) => ({ ...each, folded: each.text.toLowerCase() }));
const search = byId("search"), found = byId("found");
let options = [], active = -1;
function lookUp() {
  const words = search.value.trim().toLowerCase();
  const rank = (each) => (each.folded === words ? 0 : each.folded.startsWith(words) ? 1 : 2);
  options = words ? INDEX.filter((each) => each.folded.includes(words)).sort((a, b) => rank(a) - rank(b) || a.folded.length - b.folded.length).slice(0, 12) : [];
  active = options.length ? 0 : -1;
  showFound();
}
function showFound() {
  found.hidden = !options.length;
  search.setAttribute("aria-expanded", String(!found.hidden));
  found.replaceChildren(...options.map((each, n) => {
    const row = make("li", { role: "option", id: "found-" + n, "aria-selected": String(n === active) }, make("span", {}, shown(each.text)), make("span.small", {}, each.note));
    row.addEventListener("mousedown", (event) => { event.preventDefault(); take(n); });
    return row;
  }));
  if (active >= 0 && options.length) search.setAttribute("aria-activedescendant", "found-" + active); else search.removeAttribute("aria-activedescendant");
}
function take(n) {
  const each = options[n];
  options = [];
  showFound();
  if (!each) return;
  select({ kind: each.kind, id: each.id });
  if (each.kind === "table") reveal(each.id);
  say(shown(each.text) + " selected");
}
search.addEventListener("input", lookUp);
search.addEventListener("blur", () => { options = []; showFound(); });
search.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); if (options.length) active = (active + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length; showFound(); }
  else if (event.key === "Enter") take(active);
  else if (event.key === "Escape") { search.value = ""; options = []; showFound(); }
});

// Filters.
const LEVELS = [1, 2, 5];
const levelOf = (step) => LEVELS[step % 3] * 10 ** Math.floor(step / 3);
byId("weight").max = String(Math.max(3, 3 * Math.ceil(Math.log10(1 + Math.max(1, ...TABLE_EDGES.map((edge) => edge.weight).slice(0, 60000))))));
byId("weight").addEventListener("input", (event) => { filter.least = levelOf(Number(event.target.value)); byId("weight-shown").textContent = thousands(filter.least); paint(); });
byId("kinds").addEventListener("change", (event) => { if (event.target.checked) filter.kinds.add(event.target.value); else filter.kinds.delete(event.target.value); paint(); });
byId("all-edges").addEventListener("change", (event) => { filter.tables = event.target.checked; paint(); });
byId("compare").addEventListener("change", (event) => { compare.on = event.target.checked; showPrice(figures); paint(); writeLink(); });

// The pointer on the map.
const at = (event) => { const box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
const tip = byId("tip");
function hover(px, py) {
  const table = tileAt(px, py), route = table < 0 || !state.selection ? routeAt(px, py) : null;
  const before = map.hover;
  map.hover = { table: route ? -1 : table, route };
  canvas.style.cursor = route ? "pointer" : table >= 0 ? "grab" : "default";
  tip.hidden = table < 0 && !route;
  if (route) tip.replaceChildren(make("b", {}, placeName(route.pair.a) + " – " + placeName(route.pair.b)), make("span", {}, borderText(route.pair)));
  else if (table >= 0) tip.replaceChildren(make("b", {}, nameOf(table)), make("span", {}, placeName(cut.home[table]) + " · written in " + thousands(WRITES[table]) + " transactions"), ON_FENCE.has(table) ? make("span", {}, "on the fence") : "", compare.on && compare.differs.has(table) ? make("span", {}, "there in " + shown(compare.differs.get(table).name)) : "");
  tip.style.left = Math.min(px + 16, map.width - 240) + "px";
  tip.style.top = Math.min(py + 18, map.height - 70) + "px";
  if (!before || before.table !== map.hover.table || (before.route && before.route.pair) !== (route && route.pair)) paint();
}
canvas.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  const [px, py] = at(event);
  canvas.setPointerCapture(event.pointerId);
  map.drag = { px, py, sx: px, sy: py, x: map.x, y: map.y, table: -1, held: tileAt(px, py), target: -1, far: false };
});
canvas.addEventListener("pointermove", (event) => {
  const [px, py] = at(event), drag = map.drag;
  if (!drag) return hover(px, py);
  drag.far = drag.far || Math.hypot(px - drag.sx, py - drag.sy) > 5;
  if (!drag.far) return;
  tip.hidden = true;
  if (drag.held < 0) {
    map.x = drag.x - (px - drag.sx) / map.scale;
    map.y = drag.y - (py - drag.sy) / map.scale;
    map.fit = false;
    return sketch();
  }
  drag.table = drag.held;
  drag.px = px;
  drag.py = py;
  const near_ = placeNear(px, py, drag.table), target = near_ === cut.home[drag.table] ? -1 : near_;
  if (target === drag.target && drag.drawn) sketch();
  else {
    drag.target = target;
    drag.drawn = true;
    paint();
    showPrice(target >= 0 ? measureMoved(figures, [drag.table], target) : figures, target >= 0 ? "preview" : "");
  }
  canvas.style.cursor = "grabbing";
});
canvas.addEventListener("pointerup", (event) => {
  const drag = map.drag, [px, py] = at(event);
  map.drag = null;
  if (!drag) return;
  if (drag.table >= 0) {
    if (drag.target >= 0) moveTables([drag.table], drag.target);
    else { showPrice(figures); paint(); }
  } else if (!drag.far) {
    const route = state.selection ? null : routeAt(px, py);
    if (route) select({ kind: "pair", a: route.pair.a, b: route.pair.b });
    else if (drag.held >= 0) select(map.scale < 20 ? { kind: "place", id: cut.home[drag.held] } : { kind: "table", id: drag.held });
    else select(null);
  }
});
canvas.addEventListener("pointercancel", () => { map.drag = null; showPrice(figures); paint(); });
canvas.addEventListener("pointerleave", () => { if (!map.drag) { map.hover = null; tip.hidden = true; paint(); } });
canvas.addEventListener("wheel", (event) => { if (!event.ctrlKey && !event.metaKey) return; event.preventDefault(); zoom(Math.exp(-event.deltaY / 240), ...at(event)); }, { passive: false });
canvas.addEventListener("dblclick", (event) => zoom(1.7, ...at(event)));

// The keyboard on the map: the nearest tile in the arrow's direction.
const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
function walk([dx, dy]) {
  if (map.focus < 0) map.focus = 0;
  else {
    const [x, y] = centre(map.tiles[map.focus]);
    let best = -1, least = Infinity;
    map.tiles.forEach((tile, table) => {
      const [tx, ty] = centre(tile), along = (tx - x) * dx + (ty - y) * dy, aside = Math.abs((tx - x) * dy) + Math.abs((ty - y) * dx);
      if (along > 0.2 && along + 2 * aside < least) { least = along + 2 * aside; best = table; }
    });
    if (best >= 0) map.focus = best;
  }
  const [sx, sy] = screenOf(centre(map.tiles[map.focus]));
  if (!visible(sx, sy, -map.scale / 2)) reveal(map.focus);
  say(nameOf(map.focus) + ", " + placeName(cut.home[map.focus]));
  paint();
}
canvas.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (DIRECTIONS[event.key]) walk(DIRECTIONS[event.key]);
  else if (event.key === "Enter" || event.key === " ") { if (map.focus >= 0) select({ kind: "table", id: map.focus }); }
  else if (event.key === "m" || event.key === "M") { if (map.focus >= 0) { select({ kind: "table", id: map.focus }); byId("move-to").focus(); } }
  else if (event.key === "Escape") select(null);
  else if (event.key === "+" || event.key === "=") zoom(1.3);
  else if (event.key === "-") zoom(1 / 1.3);
  else if (event.key === "0") fitMap();
  else return;
  event.preventDefault();
});
canvas.addEventListener("focus", paint);
canvas.addEventListener("blur", paint);
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || /INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) return;
  const key = event.key.toLowerCase();
  if (key === "z" && !event.shiftKey) travel("undo", "redo");
  else if (key === "y" || (key === "z" && event.shiftKey)) travel("redo", "undo");
  else return;
  event.preventDefault();
});

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
