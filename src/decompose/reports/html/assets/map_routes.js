// Edges on the map: routes between countries, one per kind, and lines between tables; wider for more executions.

const DASH = { transaction: [], join: [7, 5], reference: [1.5, 4.5] };
const BEND = { transaction: 0.34, join: 0, reference: -0.34 };
const WIDEST = { transaction: 5.5, join: 4.5, reference: 2.5 };
const UNDER = ["reference", "join", "transaction"]; // what says most is drawn last
const ROUTES = 40; // of each kind: a map of every route would be a ball of wool
const HEAVIEST_EDGE = { transaction: 1, join: 1, reference: 1 };
TABLE_EDGES.forEach((edge) => { HEAVIEST_EDGE[edge.kind] = Math.max(HEAVIEST_EDGE[edge.kind], edge.weight); });
// A share of the heaviest of its kind, from 0 to 1; the root keeps the light ones to be seen beside the heavy ones.
const shareOf = (kind, weight, heaviest) => Math.sqrt(Math.min(1, weight / heaviest[kind]));
const thickness = (kind, share) => 1 + (WIDEST[kind] - 1) * share;
const wanted = (kind, weight) => filter.kinds.has(kind) && (kind === "reference" || weight >= filter.least);

function curve(a, b, bend) {
  const [x1, y1] = screenOf(a), [x2, y2] = screenOf(b), dx = x2 - x1, dy = y2 - y1, length = Math.hypot(dx, dy) || 1;
  const sway = bend * Math.min(map.scale * 1.1, length * 0.5) + (bend ? 0 : 0.0001);
  return { x1, y1, x2, y2, cx: (x1 + x2) / 2 - (dy / length) * sway, cy: (y1 + y2) / 2 + (dx / length) * sway };
}
function trace(path, line) {
  path.moveTo(line.x1, line.y1);
  path.quadraticCurveTo(line.cx, line.cy, line.x2, line.y2);
}
function stroke(path, kind, width, alpha) {
  pen.setLineDash(DASH[kind]);
  pen.lineCap = kind === "reference" ? "round" : "butt";
  pen.lineWidth = width;
  pen.strokeStyle = map.colours[kind];
  pen.globalAlpha = alpha;
  pen.stroke(path);
  pen.globalAlpha = 1;
  pen.setLineDash([]);
}
function strokeOne(line, kind, width, alpha) {
  const path = new Path2D();
  trace(path, line);
  stroke(path, kind, width, alpha);
}
// Many lines at once: those of a kind that are about as wide are one path, so that thousands take one breath.
function strokeMany(lines) {
  const groups = new Map();
  for (const { kind, line, share, alpha } of lines) {
    const level = Math.round(4 * share), key = kind + level + "," + alpha;
    if (!groups.has(key)) groups.set(key, { kind, alpha, width: thickness(kind, level / 4), path: new Path2D() });
    trace(groups.get(key).path, line);
  }
  const ranked = Array.from(groups.values()).sort((a, b) => UNDER.indexOf(a.kind) - UNDER.indexOf(b.kind) || a.width - b.width);
  ranked.forEach((group) => stroke(group.path, group.kind, group.width * 0.55, group.alpha));
}

// Routes run under the land like ferries on old maps; faint on top of it, so that names stay readable.
function routes(strength) {
  map.routes = [];
  if (filter.tables) return tableEdges(strength);
  const slim = Math.min(1, 0.4 + map.scale / 80);
  for (const { pair, kind, share } of map.heaviest) {
    if (!wanted(kind, pair[kind])) continue;
    const a = map.capitals[pair.a], b = map.capitals[pair.b], line = curve([a.x, a.y], [b.x, b.y], BEND[kind]), width = thickness(kind, share) * slim;
    map.routes.push({ pair, kind, line, width });
    strokeOne(line, kind, width, strength * (0.45 + 0.45 * share));
  }
}
function tableEdges(strength) {
  const lines = [];
  for (const edge of TABLE_EDGES) {
    if (!wanted(edge.kind, edge.weight)) continue;
    const line = curve(map.seen[edge.a], map.seen[edge.b], 0.2);
    if (!visible(line.x1, line.y1, 0) && !visible(line.x2, line.y2, 0)) continue;
    lines.push({ kind: edge.kind, line, share: shareOf(edge.kind, edge.weight, HEAVIEST_EDGE), alpha: strength * (crosses(edge.a, edge.b) ? 0.75 : 0.2) });
  }
  strokeMany(lines);
}
// Of each kind the routes that weigh most, the heaviest last.
function heaviest(pairs) {
  const most = Object.fromEntries(KINDS.map((kind) => [kind, pairs.reduce((sum, pair) => Math.max(sum, pair[kind]), 1)]));
  return UNDER.flatMap((kind) => pairs.filter((pair) => pair[kind]).sort((x, y) => y[kind] - x[kind] || x.a - y.a || x.b - y.b).slice(0, ROUTES).reverse().map((pair) => ({ pair, kind, share: shareOf(kind, pair[kind], most) })));
}
// The selection's own relations, drawn over everything else.
function relations(lit) {
  map.routes = [];
  strokeMany(lit.edges.map((edge) => ({ kind: edge.kind, line: curve(...apart(map.seen[edge.a], map.seen[edge.b]), 0.12 + 0.1 * KINDS.indexOf(edge.kind)), share: shareOf(edge.kind, edge.weight, HEAVIEST_EDGE), alpha: 0.85 })));
}
// Two ends drawn in from the tiles' middles to their rims, so that the names between stay readable.
function apart([x1, y1], [x2, y2]) {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1, dx = (0.36 * (x2 - x1)) / length, dy = (0.36 * (y2 - y1)) / length;
  return [[x1 + dx, y1 + dy], [x2 - dx, y2 - dy]];
}

// What belongs to the selection: a table's neighbours, a country's tables, a transaction's tables, a border's both sides.
function highlighted() {
  const chosen = state.selection;
  if (!chosen) return null;
  const lit = { tables: new Set(), edges: [], letters: new Map() };
  const take = (edges, belongs) => edges.forEach((edge) => {
    if (!wanted(edge.kind, edge.weight) || !belongs(edge)) return;
    lit.edges.push(edge);
    lit.tables.add(edge.a).add(edge.b);
  });
  if (chosen.kind === "table") {
    lit.tables.add(chosen.id);
    take(EDGES_OF[chosen.id], () => true);
  } else if (chosen.kind === "place") {
    (map.members[chosen.id] || []).forEach((table) => lit.tables.add(table));
    take(TABLE_EDGES, (edge) => (cut.home[edge.a] === chosen.id || cut.home[edge.b] === chosen.id) && crosses(edge.a, edge.b));
  } else if (chosen.kind === "profile") {
    const profile = PROFILES[chosen.id];
    for (const [set, letter] of [["reads", "R"], ["cascades", "C"], ["locks", "L"], ["writes", "W"]]) profile[set].forEach((table) => lit.letters.set(table, letter));
    lit.letters.forEach((_, table) => lit.tables.add(table));
  } else if (chosen.kind === "pair") {
    const both = new Set([chosen.a, chosen.b]);
    take(TABLE_EDGES, (edge) => both.has(cut.home[edge.a]) && both.has(cut.home[edge.b]) && crosses(edge.a, edge.b));
  }
  return lit;
}
