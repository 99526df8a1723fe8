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

// Lines of a name that fit a tile: broken at the joints of its words, long words wherever it must be.
const LABELS = TABLES.map((table) => {
  const parts = (shown(table.name).match(/[^_.\s-]+[_.\s-]*|[_.\s-]+/g) || [shown(table.name)]).flatMap((part) => (part.length > 13 ? part.match(new RegExp(".{1," + Math.ceil(part.length / Math.ceil(part.length / 11)) + "}", "gu")) : [part]));
  const lines = [];
  for (const part of parts) {
    if (lines.length && (lines[lines.length - 1] + part).trim().length <= 10) lines[lines.length - 1] += part;
    else lines.push(part);
  }
  return lines.length > 4 ? [...lines.slice(0, 3), "…"] : lines;
});

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
  return spots.length ? [low(xs) - 0.8, low(ys) - 1.3, high(xs) + 0.8, high(ys) + 0.9] : [0, 0, 1, 1];
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
function paint() {
  if (map.dirty) return;
  map.dirty = true;
  requestAnimationFrame(() => { map.dirty = false; render(); });
}

function hexagon(path, x, y, size) {
  CORNERS.forEach(([cx, cy], k) => (k ? path.lineTo(x + cx * size, y + cy * size) : path.moveTo(x + cx * size, y + cy * size)));
  path.closePath();
}
// A country's outlines in map units, kept until somebody moves.
function country(place) {
  if (map.paths.has(place)) return map.paths.get(place);
  const paths = { land: new Path2D(), coast: new Path2D(), heat: [0, 1, 2, 3].map(() => new Path2D()) };
  for (const table of map.members[place]) {
    const { q, r } = map.tiles[table], [x, y] = centre(map.tiles[table]);
    if (map.moving && map.moving.has(table)) continue;
    hexagon(paths.land, x, y, 1.01);
    hexagon(paths.heat[HEAT[table]], x, y, 0.9);
    AROUND.forEach(([dq, dr], k) => {
      const other = map.at.get(tileKey(q + dq, r + dr));
      if (other !== undefined && cut.home[other] === place && !(map.moving && map.moving.has(other))) return;
      const a = CORNERS[k], b = CORNERS[(k + 1) % 6];
      paths.coast.moveTo(x + a[0], y + a[1]);
      paths.coast.lineTo(x + b[0], y + b[1]);
    });
  }
  if (!map.moving) map.paths.set(place, paths);
  return paths;
}

function render() {
  if (!map.colours || !map.members) return;
  const c = map.colours, lit = highlighted();
  pen.setTransform(map.ratio, 0, 0, map.ratio, 0, 0);
  pen.fillStyle = c.sea;
  pen.fillRect(0, 0, map.width, map.height);
  pen.save();
  pen.translate(map.width / 2 - map.x * map.scale, map.height / 2 - map.y * map.scale);
  pen.scale(map.scale, map.scale);
  if (!lit) { pen.restore(); routes(1); pen.save(); pen.translate(map.width / 2 - map.x * map.scale, map.height / 2 - map.y * map.scale); pen.scale(map.scale, map.scale); }
  pen.lineJoin = pen.lineCap = "round";
  map.members.forEach((tables, place) => {
    if (!tables.length) return;
    const paths = country(place), target = map.drag && map.drag.target === place;
    pen.strokeStyle = coastOf(place);
    pen.globalAlpha = target ? 0.55 : 0.16;
    pen.lineWidth = target ? 0.5 : 0.3;
    pen.stroke(paths.coast);
    pen.globalAlpha = 1;
    pen.fillStyle = landOf(place);
    pen.fill(paths.land);
    pen.fillStyle = coastOf(place);
    paths.heat.forEach((path, level) => { pen.globalAlpha = 0.05 + 0.085 * level; pen.fill(path); });
    pen.globalAlpha = 1;
    pen.lineWidth = Math.max(0.05, 1.6 / map.scale);
    pen.stroke(paths.coast);
  });
  if (map.moving) map.moving.forEach((table) => floating(table, map.seen[table]));
  if (lit) veil(lit);
  pen.restore();
  if (!lit) routes(filter.tables || (map.hover && map.hover.route) ? 1 : 0.2);
  if (lit) relations(lit);
  labels(lit);
  marks();
  if (lit) letters(lit);
  countryNames();
  keep();
  if (map.drag && map.drag.table >= 0) ghost();
}
// While the reader pans, zooms or drags, the last picture is shown shifted and scaled; the sharp one follows at rest.
const picture = { canvas: document.createElement("canvas"), x: 0, y: 0, scale: 1 };
function keep() {
  clearTimeout(picture.timer);
  picture.canvas.width = canvas.width;
  picture.canvas.height = canvas.height;
  picture.canvas.getContext("2d").drawImage(canvas, 0, 0);
  Object.assign(picture, { x: map.x, y: map.y, scale: map.scale });
}
function sketch() {
  clearTimeout(picture.timer);
  if (!map.drag || map.drag.table < 0) picture.timer = setTimeout(paint, 120);
  if (map.sketched) return;
  map.sketched = true;
  requestAnimationFrame(() => {
    map.sketched = false;
    const [x, y] = screenOf([picture.x, picture.y]), grown = map.scale / picture.scale;
    pen.setTransform(map.ratio, 0, 0, map.ratio, 0, 0);
    pen.fillStyle = map.colours.sea;
    pen.fillRect(0, 0, map.width, map.height);
    pen.drawImage(picture.canvas, x - (map.width * grown) / 2, y - (map.height * grown) / 2, map.width * grown, map.height * grown);
    if (map.drag && map.drag.table >= 0) ghost();
  });
}
function floating(table, [x, y]) {
  const path = new Path2D(), place = cut.home[table];
  hexagon(path, x, y, 0.96);
  pen.fillStyle = landOf(place);
  pen.fill(path);
  pen.strokeStyle = coastOf(place);
  pen.lineWidth = Math.max(0.05, 1.6 / map.scale);
  pen.stroke(path);
}
// Whatever is not part of the selection steps back.
function veil(lit) {
  const path = new Path2D();
  map.tiles.forEach((tile, table) => { if (!lit.tables.has(table)) hexagon(path, ...centre(tile), 1.02); });
  pen.fillStyle = map.colours.sea;
  pen.globalAlpha = 0.66;
  pen.fill(path);
  pen.globalAlpha = 1;
}
function visible(x, y, margin) { return x > -margin && y > -margin && x < map.width + margin && y < map.height + margin; }
function labels(lit) {
  if (map.scale < 42) return;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  for (let table = 0; table < TABLES.length; table++) {
    const [x, y] = screenOf(map.seen[table]);
    if (!visible(x, y, map.scale)) continue;
    const lines = LABELS[table], longest = lines.reduce((most, line) => Math.max(most, line.trim().length), 1);
    const size = Math.min(15, map.scale * 0.158 * Math.min(1, 10 / longest));
    if (size < 5.5) continue;
    pen.font = "500 " + size + "px " + map.colours.font;
    pen.fillStyle = map.colours.ink;
    pen.globalAlpha = lit && !lit.tables.has(table) ? 0.35 : 1;
    lines.forEach((line, n) => pen.fillText(line.trim(), x, y + (n - (lines.length - 1) / 2) * size * 1.12, map.scale * 0.93));
    pen.globalAlpha = 1;
  }
}
function ring(table, colour, width, dash, size = 0.86) {
  const [x, y] = screenOf(map.seen[table]), path = new Path2D();
  CORNERS.forEach(([cx, cy], k) => { const px = x + cx * size * map.scale, py = y + cy * size * map.scale; if (k) path.lineTo(px, py); else path.moveTo(px, py); });
  path.closePath();
  pen.setLineDash(dash || []);
  pen.lineWidth = width;
  pen.strokeStyle = colour;
  pen.stroke(path);
  pen.setLineDash([]);
}
function badge(table, text) {
  const [x, y] = screenOf(map.seen[table]), size = Math.max(7, map.scale * 0.13);
  pen.font = "700 " + size + "px " + map.colours.font;
  pen.fillStyle = map.colours.ink;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(text, x, y - map.scale * 0.4);
}
function marks() {
  ON_FENCE.forEach((table) => { if (map.scale > 16) ring(table, map.colours.soft, Math.max(1, map.scale / 45), [map.scale / 16, map.scale / 20]); });
  if (map.scale > 42) STARRED.forEach((table) => badge(table, "★"));
  state.moves.forEach((_, table) => ring(table, map.colours.mark, Math.max(1.5, map.scale / 22)));
  if (compare.on) compare.differs.forEach((there, table) => twin(table, there));
  if (state.selection && state.selection.kind === "table") ring(state.selection.id, map.colours.ink, 2.5, null, 0.98);
  if (map.focus >= 0 && document.activeElement === canvas) ring(map.focus, map.colours.mark, 3, [5, 3], 1.02);
  if (map.hover && map.hover.table >= 0) ring(map.hover.table, map.colours.ink, 1.5, null, 0.97);
}
// In the other decomposition this table lies elsewhere: a smaller tile in that country's colour says where.
function twin(table, there) {
  const [x, y] = screenOf(map.seen[table]), path = new Path2D(), size = 0.3 * map.scale;
  CORNERS.forEach(([cx, cy], k) => { const px = x + cx * size, py = y + map.scale * 0.36 + cy * size; if (k) path.lineTo(px, py); else path.moveTo(px, py); });
  path.closePath();
  pen.fillStyle = there.hue === null ? map.colours.apart : map.colours.land[there.hue];
  pen.fill(path);
  pen.strokeStyle = there.hue === null ? map.colours.apartCoast : map.colours.coast[there.hue];
  pen.lineWidth = 1.5;
  pen.stroke(path);
  ring(table, map.colours.ink, 1, [2, 3], 0.93);
}
function countryNames() {
  pen.textAlign = "center";
  pen.textBaseline = "alphabetic";
  const closed = map.scale < 42;
  map.members.forEach((tables, place) => {
    if (!tables.length) return;
    const capital = map.capitals[place];
    const [x, y] = screenOf([capital.x, closed ? capital.y : capital.top - 0.78]);
    const size = closed ? Math.max(10, Math.min(22, map.scale * Math.sqrt(tables.length) * 0.22)) : Math.max(11, Math.min(19, map.scale * 0.24));
    pen.font = "700 " + size + "px " + map.colours.font;
    pen.lineWidth = Math.max(3, size / 3.5);
    pen.lineJoin = "round";
    pen.strokeStyle = closed ? landOf(place) : map.colours.sea;
    pen.fillStyle = map.colours.ink;
    const name = placeName(place), text = name.length > 28 ? name.slice(0, 27) + "…" : name;
    if (closed && size * text.length * 0.5 > map.scale * (Math.sqrt(tables.length) + 2.5) && map.scale < 12) return;
    pen.strokeText(text, x, y);
    pen.fillText(text, x, y);
    if (!closed || size < 13) return;
    pen.font = "500 " + size * 0.68 + "px " + map.colours.font;
    const count = plural(tables.length, "table");
    pen.strokeText(count, x, y + size * 0.95);
    pen.fillText(count, x, y + size * 0.95);
  });
}

// Routes between countries, one per kind, wider for more executions; at tile level lines between tables.
const DASH = { transaction: [], join: [7, 5], reference: [1.5, 4.5] };
const BEND = { transaction: 0.34, join: 0, reference: -0.34 };
const thickness = (weight) => Math.min(7, 1 + 1.15 * Math.log10(1 + weight));
const wanted = (kind, weight) => filter.kinds.has(kind) && (kind === "reference" || weight >= filter.least);
function curve(a, b, bend) {
  const [x1, y1] = screenOf(a), [x2, y2] = screenOf(b), dx = x2 - x1, dy = y2 - y1, length = Math.hypot(dx, dy) || 1;
  const sway = bend * Math.min(map.scale * 1.1, length * 0.5) + (bend ? 0 : 0.0001);
  return { x1, y1, x2, y2, cx: (x1 + x2) / 2 - (dy / length) * sway, cy: (y1 + y2) / 2 + (dx / length) * sway };
}
function stroke(line, kind, width, alpha) {
  pen.beginPath();
  pen.moveTo(line.x1, line.y1);
  pen.quadraticCurveTo(line.cx, line.cy, line.x2, line.y2);
  pen.setLineDash(DASH[kind]);
  pen.lineCap = kind === "reference" ? "round" : "butt";
  pen.lineWidth = width;
  pen.strokeStyle = map.colours[kind];
  pen.globalAlpha = alpha;
  pen.stroke();
  pen.globalAlpha = 1;
  pen.setLineDash([]);
}
// Routes run under the land like ferries on old maps; faint on top of it, so that names stay readable.
function routes(strength) {
  map.routes = [];
  if (filter.tables) {
    for (const edge of TABLE_EDGES) {
      if (!wanted(edge.kind, edge.weight)) continue;
      const across = crosses(edge.a, edge.b), line = curve(map.seen[edge.a], map.seen[edge.b], 0.2);
      if (!visible(line.x1, line.y1, 0) && !visible(line.x2, line.y2, 0)) continue;
      stroke(line, edge.kind, Math.max(0.8, thickness(edge.weight) * 0.45), strength * (across ? 0.75 : 0.16));
    }
    return;
  }
  for (const { pair, kind } of map.heaviest) {
    if (!wanted(kind, pair[kind])) continue;
    const a = map.capitals[pair.a], b = map.capitals[pair.b], line = curve([a.x, a.y], [b.x, b.y], BEND[kind]);
    map.routes.push({ pair, kind, line });
    const hot = map.hover && map.hover.route && map.hover.route.pair === pair;
    stroke(line, kind, thickness(pair[kind]) * Math.min(1, 0.35 + map.scale / 70) + (hot ? 1.5 : 0), hot ? 1 : strength * (map.hover && map.hover.route ? 0.25 : 0.85));
  }
}
// Of each kind the routes that weigh most: a map of every one of them would be a ball of wool.
const ROUTES = 60;
function heaviest(pairs) {
  return KINDS.flatMap((kind) => pairs.filter((pair) => pair[kind]).sort((x, y) => y[kind] - x[kind] || x.a - y.a || x.b - y.b).slice(0, ROUTES).map((pair) => ({ pair, kind })));
}
// The selection's own relations, drawn over everything else.
function relations(lit) {
  map.routes = [];
  for (const edge of lit.edges) {
    if (!wanted(edge.kind, edge.weight)) continue;
    stroke(curve(...apart(map.seen[edge.a], map.seen[edge.b]), 0.12 + 0.1 * KINDS.indexOf(edge.kind)), edge.kind, thickness(edge.weight) * 0.7, 0.85);
  }
}
// Two ends drawn in from the tiles' middles to their rims, so that the names between stay readable.
function apart([x1, y1], [x2, y2]) {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1, dx = (0.36 * (x2 - x1)) / length, dy = (0.36 * (y2 - y1)) / length;
  return [[x1 + dx, y1 + dy], [x2 - dx, y2 - dy]];
}
function letters(lit) {
  lit.letters.forEach((letter, table) => {
    const [x, y] = screenOf(map.seen[table]), size = Math.max(8, map.scale * 0.17);
    pen.beginPath();
    pen.arc(x + map.scale * 0.27, y - map.scale * 0.34, size * 0.75, 0, 2 * Math.PI);
    pen.fillStyle = letter === "R" ? map.colours.join : map.colours.transaction;
    pen.fill();
    pen.font = "700 " + size + "px " + map.colours.font;
    pen.fillStyle = "#fff";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(letter, x + map.scale * 0.27, y - map.scale * 0.33);
  });
}
// What belongs to the selection: a table's neighbours, a country's tables, a transaction's tables, a border's both sides.
function highlighted() {
  const chosen = state.selection;
  if (!chosen) return null;
  const lit = { tables: new Set(), edges: [], letters: new Map() };
  if (chosen.kind === "table") {
    lit.tables.add(chosen.id);
    EDGES_OF[chosen.id].forEach((edge) => { if (!wanted(edge.kind, edge.weight)) return; lit.edges.push(edge); lit.tables.add(edge.a).add(edge.b); });
  } else if (chosen.kind === "place") {
    (map.members[chosen.id] || []).forEach((table) => lit.tables.add(table));
    TABLE_EDGES.forEach((edge) => {
      if (!wanted(edge.kind, edge.weight) || !crosses(edge.a, edge.b) || (cut.home[edge.a] !== chosen.id && cut.home[edge.b] !== chosen.id)) return;
      lit.edges.push(edge);
      lit.tables.add(edge.a).add(edge.b);
    });
  } else if (chosen.kind === "profile") {
    const profile = PROFILES[chosen.id];
    profile.reads.forEach((table) => lit.letters.set(table, "R"));
    profile.cascades.forEach((table) => lit.letters.set(table, "C"));
    profile.locks.forEach((table) => lit.letters.set(table, "L"));
    profile.writes.forEach((table) => lit.letters.set(table, "W"));
    lit.letters.forEach((_, table) => lit.tables.add(table));
  } else if (chosen.kind === "pair") {
    const both = new Set([chosen.a, chosen.b]);
    TABLE_EDGES.forEach((edge) => {
      if (!wanted(edge.kind, edge.weight) || !crosses(edge.a, edge.b) || !both.has(cut.home[edge.a]) || !both.has(cut.home[edge.b])) return;
      lit.edges.push(edge);
      lit.tables.add(edge.a).add(edge.b);
    });
  }
  return lit;
}
function ghost() {
  const { table, px, py } = map.drag, size = map.scale * 1.02, path = new Path2D();
  CORNERS.forEach(([cx, cy], k) => { if (k) path.lineTo(px + cx * size, py + cy * size); else path.moveTo(px + cx * size, py + cy * size); });
  path.closePath();
  const place = map.drag.target >= 0 ? map.drag.target : cut.home[table];
  pen.save();
  pen.shadowColor = "rgba(0,0,0,.35)";
  pen.shadowBlur = 16;
  pen.shadowOffsetY = 5;
  pen.fillStyle = landOf(place);
  pen.fill(path);
  pen.restore();
  pen.strokeStyle = coastOf(place);
  pen.lineWidth = 3;
  pen.stroke(path);
  const font = Math.max(9, Math.min(14, map.scale * 0.15));
  pen.font = "600 " + font + "px " + map.colours.font;
  pen.fillStyle = map.colours.ink;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  LABELS[table].forEach((line, n) => pen.fillText(line.trim(), px, py + (n - (LABELS[table].length - 1) / 2) * font * 1.12));
}

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
  if (map.scale < 42) { map.scale = Math.max(map.scale, 64); map.fit = false; }
  else if (visible(x, y, -map.scale)) return paint();
  [map.x, map.y] = centre(map.tiles[table]);
  map.fit = false;
  paint();
}
