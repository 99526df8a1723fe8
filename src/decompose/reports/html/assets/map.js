// The map: countries of hexagonal tiles on a canvas. Positions come with the data; only a moved table looks for a tile.

const ROW = Math.sqrt(3) / 2, RADIUS = 1 / Math.sqrt(3);
const AROUND = [[1, 0], [0, 1], [-1, 1], [-1, 0], [0, -1], [1, -1]];
const CORNERS = [0, 1, 2, 3, 4, 5].map((k) => { const a = ((60 * k - 30) * Math.PI) / 180; return [RADIUS * Math.cos(a), RADIUS * Math.sin(a)]; });
const KINDS = ["transaction", "join", "reference"];
const centre = (tile) => [tile.q + tile.r / 2, tile.r * ROW];
const tileKey = (q, r) => q + "," + r;

const canvas = byId("map"), pen = canvas.getContext("2d");
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
const map = { x: 0, y: 0, scale: 60, width: 0, height: 0, fitted: 60, tiles: [], at: new Map(), seen: [], paths: new Map(), pairs: [], colours: null, hover: null, focus: -1, drag: null, dirty: false, fit: true };
const WRITES = TABLES.map((_, table) => TOUCHED[table].profiles.reduce((sum, row) => sum + PROFILES[row].count, 0));
const HEAT = (() => { const most = Math.log2(2 + Math.max(0, ...WRITES)); return WRITES.map((count) => Math.min(3, Math.floor((4 * Math.log2(1 + count)) / most))); })();
const ON_FENCE = new Set(DATA.unsure.map((entry) => entry[0]));
const GODS = new Map(DATA.gods.map((god) => [god.table, god]));
const STARRED = new Set([...DATA.findings.filter((finding) => finding[0] === "god-table").map((finding) => finding[4][0]), ...DATA.gods.filter((god) => god.advice !== "leave").map((god) => god.table)]);

function readColours() {
  const style = getComputedStyle(document.documentElement), get = (name) => style.getPropertyValue(name).trim();
  const hues = (prefix) => Array.from({ length: DATA.hues }, (_, n) => get(prefix + n));
  map.colours = { land: hues("--land-"), coast: hues("--coast-"), apart: get("--land-apart"), apartCoast: get("--coast-apart"), sea: get("--sea"), ink: get("--ink"), soft: get("--soft"), paper: get("--paper"), mark: get("--mark"), transaction: get("--transaction"), join: get("--join"), reference: get("--reference"), font: get("--font") };
}
const landOf = (place) => (cut.places[place].kind === SERVICE ? map.colours.land[cut.places[place].hue] : map.colours.apart);
const coastOf = (place) => (cut.places[place].kind === SERVICE ? map.colours.coast[cut.places[place].hue] : map.colours.apartCoast);

// After a new cut as a whole, countries that merge or divide stay where they are and only change their colour.
function staying(moves) {
  const groups = new Map(), sizes = new Map();
  DATA.home.forEach((place) => sizes.set(place, (sizes.get(place) || 0) + 1));
  moves.forEach((place, table) => { const key = DATA.home[table] + "," + place; if (!groups.has(key)) groups.set(key, []); groups.get(key).push(table); });
  const found = new Set();
  groups.forEach((tables, key) => { const [from, to] = key.split(",").map(Number); if (to >= BASE_PLACES || tables.length === sizes.get(from)) tables.forEach((table) => found.add(table)); });
  return found;
}
// Every table on its tile: where the data puts it, or, once moved, on the free tile next to its new country.
function settle(moves, still) {
  map.tiles = TABLES.map((table, number) => (moves.has(number) && !still.has(number) ? null : { q: table.q, r: table.r }));
  map.at = new Map();
  map.tiles.forEach((tile, number) => { if (tile) map.at.set(tileKey(tile.q, tile.r), number); });
  for (const [table, place] of moves) {
    if (still.has(table)) continue;
    const tile = freeTile(table, place);
    map.tiles[table] = tile;
    map.at.set(tileKey(tile.q, tile.r), table);
  }
  map.paths.clear();
  map.members = cut.places.map(() => []);
  cut.home.forEach((place, table) => map.members[place].push(table));
  map.pairs = crossings();
  map.heaviest = heaviest(map.pairs);
  const routesInAll = map.pairs.reduce((sum, pair) => sum + KINDS.filter((kind) => pair[kind]).length, 0);
  byId("routes-shown").textContent = routesInAll > map.heaviest.length ? " · the " + map.heaviest.length + " heaviest of " + thousands(routesInAll) + " routes are drawn" : "";
  map.capitals = map.members.map((tables) => {
    if (!tables.length) return null;
    const spots = tables.map((table) => centre(map.tiles[table]));
    return { x: spots.reduce((s, p) => s + p[0], 0) / spots.length, y: spots.reduce((s, p) => s + p[1], 0) / spots.length, top: Math.min(...spots.map((p) => p[1])) };
  });
  glide();
}
function freeTile(table, place) {
  const home = TABLES[table], members = map.tiles.map((tile, number) => (tile && cut.home[number] === place ? tile : null)).filter(Boolean);
  const isFree = (q, r) => !map.at.has(tileKey(q, r));
  if (!members.length) return newShore();
  const mid = members.map(centre).reduce((sum, p) => [sum[0] + p[0] / members.length, sum[1] + p[1] / members.length], [0, 0]);
  const [hx, hy] = centre(home), spots = new Map();
  for (const tile of members) for (const [dq, dr] of AROUND) {
    const q = tile.q + dq, r = tile.r + dr;
    if (!isFree(q, r)) continue;
    const strangers = AROUND.filter(([a, b]) => { const other = map.at.get(tileKey(q + a, r + b)); return other !== undefined && cut.home[other] !== place; }).length;
    const [x, y] = centre({ q, r });
    spots.set(tileKey(q, r), { q, r, cost: 3 * strangers + Math.hypot(x - mid[0], y - mid[1]) + 0.3 * Math.hypot(x - hx, y - hy) });
  }
  if (!spots.size) return newShore();
  return Array.from(spots.values()).reduce((best, spot) => (spot.cost < best.cost - 1e-9 ? spot : best));
}
function newShore() {
  let east = 0;
  map.at.forEach((_, key) => { const [q, r] = key.split(",").map(Number); east = Math.max(east, q + r / 2); });
  return { q: Math.ceil(east) + 3, r: 0 };
}

// Tiles glide to their new places; whoever prefers stillness sees them there at once.
function glide() {
  const goal = map.tiles.map(centre), from = map.seen.length ? map.seen.map((p) => p.slice()) : goal;
  const still = reducedMotion.matches || goal.every((p, n) => Math.abs(p[0] - from[n][0]) + Math.abs(p[1] - from[n][1]) < 1e-6);
  map.seen = goal.map((p) => p.slice());
  if (still) { map.moving = null; return paint(); }
  map.moving = new Set(goal.map((_, n) => n).filter((n) => Math.abs(goal[n][0] - from[n][0]) + Math.abs(goal[n][1] - from[n][1]) > 1e-6));
  const began = performance.now(), moving = map.moving;
  const step = (now) => {
    if (map.moving !== moving) return;
    const t = Math.min(1, (now - began) / 260), eased = 1 - Math.pow(1 - t, 3);
    moving.forEach((n) => { map.seen[n] = [from[n][0] + (goal[n][0] - from[n][0]) * eased, from[n][1] + (goal[n][1] - from[n][1]) * eased]; });
    if (t >= 1) map.moving = null;
    paint();
    if (t < 1) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}
const screenOf = ([x, y]) => [(x - map.x) * map.scale + map.width / 2, (y - map.y) * map.scale + map.height / 2];
const worldOf = (px, py) => [(px - map.width / 2) / map.scale + map.x, (py - map.height / 2) / map.scale + map.y];

function bounds() {
  const spots = map.tiles.map(centre), xs = spots.map((p) => p[0]), ys = spots.map((p) => p[1]);
  const low = (values) => values.reduce((a, b) => Math.min(a, b), Infinity), high = (values) => values.reduce((a, b) => Math.max(a, b), -Infinity);
  return spots.length ? [low(xs) - 0.8, low(ys) - 1.45, high(xs) + 0.8, high(ys) + 0.9] : [0, 0, 1, 1];
}
const HINT = 26; // the line at the lower edge, in pixels
function fitMap() {
  const [left, top, right, bottom] = bounds();
  map.scale = map.fitted = Math.max(2, Math.min(map.width / (right - left), (map.height - HINT) / (bottom - top), 130));
  map.x = (left + right) / 2;
  map.y = (top + bottom) / 2 + HINT / 2 / map.scale;
  map.fit = true;
  paint();
}
function zoom(factor, px = map.width / 2, py = map.height / 2) {
  const [x, y] = worldOf(px, py);
  map.scale = Math.max(map.fitted * 0.6, Math.min(240, map.scale * factor));
  map.x = x - (px - map.width / 2) / map.scale;
  map.y = y - (py - map.height / 2) / map.scale;
  map.fit = false;
  sketch();
}
function resize() {
  const box = canvas.getBoundingClientRect(), ratio = Math.min(devicePixelRatio || 1, 2);
  map.width = Math.max(box.width, 10);
  map.height = Math.max(box.height, 10);
  canvas.width = Math.round(map.width * ratio);
  canvas.height = Math.round(map.height * ratio);
  map.ratio = ratio;
  if (map.fit) fitMap(); else paint();
}
function visible(x, y, margin) { return x > -margin && y > -margin && x < map.width + margin && y < map.height + margin; }

function tileAt(px, py) {
  const [x, y] = worldOf(px, py), fr = y / ROW, fq = x - fr / 2, fs = -fq - fr;
  let q = Math.round(fq), r = Math.round(fr);
  const s = Math.round(fs), dq = Math.abs(q - fq), dr = Math.abs(r - fr), ds = Math.abs(s - fs);
  if (dq > dr && dq > ds) q = -r - s;
  else if (dr > ds) r = -q - s;
  const table = map.at.get(tileKey(q, r));
  return table === undefined ? -1 : table;
}
function placeNear(px, py, except) {
  const [x, y] = worldOf(px, py);
  let best = -1, least = 1.7;
  map.tiles.forEach((tile, table) => {
    if (table === except) return;
    const [tx, ty] = centre(tile), distance = Math.hypot(tx - x, ty - y);
    if (distance < least) { least = distance; best = cut.home[table]; }
  });
  return best;
}
function routeAt(px, py) {
  let best = null, least = 7;
  (map.routes || []).forEach((route) => {
    const l = route.line;
    for (let t = 0.04; t < 1; t += 0.04) {
      const u = 1 - t, d = Math.hypot(u * u * l.x1 + 2 * u * t * l.cx + t * t * l.x2 - px, u * u * l.y1 + 2 * u * t * l.cy + t * t * l.y2 - py);
      if (d < least) { least = d; best = route; }
    }
  });
  return best;
}
// Brings a table into view without moving the map where it is visible already.
function reveal(table) {
  const [x, y] = screenOf(centre(map.tiles[table]));
  if (map.scale < NAMED_TILES) { map.scale = Math.max(map.scale, 64); map.fit = false; }
  else if (visible(x, y, -map.scale)) return paint();
  [map.x, map.y] = centre(map.tiles[table]);
  map.fit = false;
  paint();
}
