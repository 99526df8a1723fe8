// What the reader changes: moves with undo and redo, whole cuts, the selection, the comparison.

const BASE = measure();
let figures = BASE;
let changedPlaces = new Set();
const state = { moves: new Map(), founded: [], still: false, selection: null, undo: [], redo: [] };
const filter = { kinds: new Set(KINDS), least: 1, tables: false };
const compare = { there: DATA.other, on: false, name: "", home: [], places: [], differs: new Map(), figures: null };
const RESERVED = new Set(DATA.places.filter((place) => place.kind !== SERVICE).map((place) => place.n));
const say = (text) => { byId("live").textContent = text; };

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
