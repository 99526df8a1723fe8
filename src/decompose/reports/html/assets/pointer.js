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
  if (!before || before.table !== map.hover.table || (before.route && before.route.pair) !== (route && route.pair)) sketch();
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
  if (target !== drag.target) {
    drag.target = target;
    showPrice(target >= 0 ? measureMoved(figures, [drag.table], target) : figures, target >= 0 ? "preview" : "");
  }
  sketch();
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
canvas.addEventListener("pointerleave", () => { if (!map.drag) { map.hover = null; tip.hidden = true; sketch(); } });
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
  sketch();
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
canvas.addEventListener("focus", sketch);
canvas.addEventListener("blur", sketch);
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.target.matches("input:not([type=checkbox], [type=range])")) return;
  const key = event.key.toLowerCase();
  if (key === "z" && !event.shiftKey) travel("undo", "redo");
  else if (key === "y" || (key === "z" && event.shiftKey)) travel("redo", "undo");
  else return;
  event.preventDefault();
});
