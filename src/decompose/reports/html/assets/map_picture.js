// The picture of the map. What is dear to draw is drawn once and kept; what follows the pointer is drawn over it.

function hexagon(path, x, y, size) {
  CORNERS.forEach(([cx, cy], k) => (k ? path.lineTo(x + cx * size, y + cy * size) : path.moveTo(x + cx * size, y + cy * size)));
  path.closePath();
}
function tilePath(px, py, size) {
  const path = new Path2D();
  hexagon(path, px, py, size * map.scale);
  return path;
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
// Draws in map units instead of pixels.
function inMap(action) {
  pen.save();
  pen.translate(map.width / 2 - map.x * map.scale, map.height / 2 - map.y * map.scale);
  pen.scale(map.scale, map.scale);
  pen.lineJoin = pen.lineCap = "round";
  action();
  pen.restore();
}
function sea() {
  pen.setTransform(map.ratio, 0, 0, map.ratio, 0, 0);
  pen.fillStyle = map.colours.sea;
  pen.fillRect(0, 0, map.width, map.height);
}
function land(place) {
  const paths = country(place);
  pen.strokeStyle = coastOf(place);
  pen.globalAlpha = 0.16;
  pen.lineWidth = 0.3;
  pen.stroke(paths.coast);
  pen.globalAlpha = 1;
  pen.fillStyle = landOf(place);
  pen.fill(paths.land);
  pen.fillStyle = coastOf(place);
  paths.heat.forEach((path, level) => { pen.globalAlpha = 0.05 + 0.085 * level; pen.fill(path); });
  pen.globalAlpha = 1;
  pen.lineWidth = Math.max(0.05, 1.6 / map.scale);
  if (cut.places[place].kind !== SERVICE) pen.setLineDash([0.2, 0.15]); // what is set apart differs in more than its colour
  pen.stroke(paths.coast);
  pen.setLineDash([]);
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
function render() {
  if (!map.colours || !map.members) return;
  const lit = highlighted();
  sea();
  if (!lit && !filter.tables) routes(1);
  inMap(() => {
    map.members.forEach((tables, place) => { if (tables.length) land(place); });
    if (map.moving) map.moving.forEach((table) => floating(table, map.seen[table]));
    if (lit) veil(lit);
  });
  if (!lit) routes(filter.tables ? 1 : 0.2);
  if (lit) relations(lit);
  labels(lit);
  marks(lit);
  if (lit) letters(lit);
  countryNames();
  keep();
  follow();
}

const picture = { canvas: document.createElement("canvas"), x: 0, y: 0, scale: 1 };
function keep() {
  clearTimeout(picture.timer);
  if (picture.canvas.width !== canvas.width || picture.canvas.height !== canvas.height) Object.assign(picture.canvas, { width: canvas.width, height: canvas.height });
  picture.canvas.getContext("2d").drawImage(canvas, 0, 0);
  Object.assign(picture, { x: map.x, y: map.y, scale: map.scale });
}
function paint() {
  if (map.dirty) return;
  map.dirty = true;
  requestAnimationFrame(() => { map.dirty = false; render(); });
}
// While the reader pans, zooms, drags or points, the kept picture is shown, shifted and scaled; a sharp one follows at rest.
function sketch() {
  clearTimeout(picture.timer);
  if (picture.x !== map.x || picture.y !== map.y || picture.scale !== map.scale) picture.timer = setTimeout(paint, 120);
  if (map.sketched) return;
  map.sketched = true;
  requestAnimationFrame(() => {
    map.sketched = false;
    if (map.dirty) return;
    const [x, y] = screenOf([picture.x, picture.y]), grown = map.scale / picture.scale;
    sea();
    pen.drawImage(picture.canvas, x - (map.width * grown) / 2, y - (map.height * grown) / 2, map.width * grown, map.height * grown);
    follow();
  });
}
// What follows the pointer and the keyboard: the tile or route pointed at, the one walked to, the one that is dragged.
function follow() {
  const route = map.hover && map.hover.route;
  if (route) map.routes.filter((each) => each.pair === route.pair).forEach((each) => strokeOne(each.line, each.kind, each.width + 2, 1));
  if (map.focus >= 0 && document.activeElement === canvas) ring(map.focus, map.colours.mark, 3.5, [], 1.02);
  if (map.hover && map.hover.table >= 0) ring(map.hover.table, map.colours.ink, 1.5, [], 0.97);
  if (map.drag && map.drag.table >= 0) {
    if (map.drag.target >= 0) shore(map.drag.target);
    ghost();
  }
}
// The coast of the country where a dragged tile would land.
function shore(place) {
  inMap(() => {
    pen.strokeStyle = coastOf(place);
    pen.globalAlpha = 0.6;
    pen.lineWidth = 0.34;
    pen.stroke(country(place).coast);
    pen.globalAlpha = 1;
  });
}
function ghost() {
  const { table, px, py } = map.drag, path = tilePath(px, py, 1.02), place = map.drag.target >= 0 ? map.drag.target : cut.home[table];
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
  const size = Math.max(9, Math.min(15, map.scale * LABELS[table].font));
  pen.font = "600 " + size + "px " + map.colours.font;
  pen.fillStyle = map.colours.ink;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  write(LABELS[table].lines, px, py, size);
}

function ring(table, colour, width, dash, size = 0.92) {
  const path = tilePath(...screenOf(map.seen[table]), size);
  pen.setLineDash(dash);
  pen.lineWidth = width;
  pen.strokeStyle = colour;
  pen.stroke(path);
  pen.setLineDash([]);
}
function star(table) {
  const [x, y] = screenOf(map.seen[table]);
  pen.font = "700 " + Math.max(10, map.scale * 0.2) + "px " + map.colours.font;
  pen.fillStyle = map.colours.ink;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText("★", x, y - map.scale * 0.38);
}
// What a table is beside its place: on the fence, a god table, moved, elsewhere in the other cut, selected.
function marks(lit) {
  if (map.scale > 16) ON_FENCE.forEach((table) => { if (!lit || lit.tables.has(table)) ring(table, map.colours.soft, Math.max(1, map.scale / 50), [map.scale / 16, map.scale / 20]); });
  if (map.scale >= NAMED_TILES) STARRED.forEach(star);
  state.moves.forEach((_, table) => ring(table, map.colours.mark, Math.max(1.5, map.scale / 22), [], 0.88));
  if (compare.on) compare.differs.forEach((there, table) => twin(table, there));
  if (state.selection && state.selection.kind === "table") ring(state.selection.id, map.colours.ink, 2.5, [], 0.98);
}
// In the other decomposition this table lies elsewhere: a smaller tile in that country's colour says where.
function twin(table, there) {
  const [x, y] = screenOf(map.seen[table]), path = tilePath(x, y + map.scale * 0.36, 0.3);
  pen.fillStyle = there.hue === null ? map.colours.apart : map.colours.land[there.hue];
  pen.fill(path);
  pen.strokeStyle = there.hue === null ? map.colours.apartCoast : map.colours.coast[there.hue];
  pen.lineWidth = 1.5;
  pen.stroke(path);
  ring(table, map.colours.ink, 1, [2, 3]);
}
