// Names on the map: those of tables inside their tiles, those of services over or above their countries.

const NAMED_TILES = 42; // from this scale on tiles carry their names, and services stand above their countries
const LETTER = 0.58; // how wide a letter is on average, in font sizes
const LINE = 1.13; // from line to line, in font sizes
const TILE_FONTS = [0.165, 0.155, 0.145, 0.135, 0.125, 0.115, 0.105, 0.096, 0.088, 0.08]; // in tiles

// The single words of a name: broken at its joints, and where a capital letter begins a new one.
const wordsOf = (name) => shown(name).match(/[\p{Lu}\d]*[^\p{Lu}_.\s-]+[_.\s-]*|[\p{Lu}\d]+[_.\s-]*|[_.\s-]+/gu) || [shown(name)];
const VOCABULARY = new Set(TABLES.flatMap((table) => [table.name, ...table.columns]).flatMap((name) => wordsOf(name)).map((word) => word.replace(/[_.\s-]+$/, "").toLowerCase()).filter((word) => word.length > 3));
// A long word in pieces of about ten letters, at the seams of words that other names have alone if there are any.
function piecesOf(word) {
  const letters = Array.from(word), best = [{ cost: 0, from: 0 }], known = (text) => VOCABULARY.has(text.replace(/[_.\s-]+$/, "").toLowerCase());
  if (letters.length < 11) return [word];
  for (let end = 1; end <= letters.length; end++) {
    best[end] = { cost: Infinity, from: 0 };
    for (let from = Math.max(0, end - 16); from < end; from++) {
      const size = end - from, cost = best[from].cost + (known(letters.slice(from, end).join("")) ? 1 + 0.5 * Math.max(0, size - 9) : size < 3 ? 6 : 2.6 + 0.6 * Math.max(0, size - 11));
      if (cost < best[end].cost) best[end] = { cost, from };
    }
  }
  const found = [];
  for (let end = letters.length; end > 0; end = best[end].from) found.unshift(letters.slice(best[end].from, end).join(""));
  return found;
}
// How wide a hexagon is at a height above or below its middle, both in tiles.
const widthAt = (height) => Math.max(0, Math.min(1, 2 * (1 - Math.abs(height) / RADIUS)));
const fits = (lines, font) => lines.every((line, n) => {
  const outer = (Math.abs(n - (lines.length - 1) / 2) * LINE + 0.42) * font;
  return line.length * LETTER * font <= 0.95 * widthAt(outer);
});
// The lines of every table's name, and the largest font in which they fit a tile.
const LABELS = TABLES.map((table) => {
  const lines = [];
  for (const piece of wordsOf(table.name).flatMap(piecesOf)) {
    if (lines.length && (lines[lines.length - 1] + piece).trim().length <= 10) lines[lines.length - 1] += piece;
    else lines.push(piece);
  }
  const told = (lines.length > 5 ? [...lines.slice(0, 2), "…", ...lines.slice(-2)] : lines).map((line) => line.trim());
  return { lines: told, font: TILE_FONTS.find((font) => fits(told, font)) || TILE_FONTS[TILE_FONTS.length - 1] };
});
function write(lines, x, y, size, widest) {
  lines.forEach((line, n) => pen.fillText(line, x, y + (n - (lines.length - 1) / 2) * size * LINE, widest));
}
function labels(lit) {
  if (map.scale < NAMED_TILES) return;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = map.colours.ink;
  for (let table = 0; table < TABLES.length; table++) {
    const [x, y] = screenOf(map.seen[table]), size = Math.max(5.5, Math.min(17, map.scale * LABELS[table].font));
    if (!visible(x, y, map.scale)) continue;
    pen.font = "500 " + size + "px " + map.colours.font;
    pen.globalAlpha = lit && !lit.tables.has(table) ? 0.4 : 1;
    write(LABELS[table].lines, x, y, size, map.scale * 0.97);
  }
  pen.globalAlpha = 1;
}
// What a transaction does to a table: written, locked, reached by a cascade or trigger, read.
function letters(lit) {
  lit.letters.forEach((letter, table) => {
    const [x, y] = screenOf(map.seen[table]), size = Math.max(8, map.scale * 0.17);
    pen.beginPath();
    pen.arc(x + map.scale * 0.27, y - map.scale * 0.34, size * 0.75, 0, 2 * Math.PI);
    pen.fillStyle = letter === "R" ? map.colours.join : map.colours.transaction;
    pen.fill();
    pen.font = "700 " + size + "px " + map.colours.font;
    pen.fillStyle = map.colours.paper;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(letter, x + map.scale * 0.27, y - map.scale * 0.33);
  });
}

// A service's name in one line, or in two where it is wider than its country and has a joint to break at.
function nameLines(name, room, size) {
  const text = name.length > 40 ? name.slice(0, 22) + "…" + name.slice(-16) : name, middle = text.length / 2;
  if (text.length * LETTER * size <= room) return [text];
  const joints = Array.from(text.matchAll(/[-_. ]/g), (match) => match.index + 1).filter((at) => at > 2 && at < text.length - 1);
  if (!joints.length) return [text];
  const at = joints.reduce((best, each) => (Math.abs(each - middle) < Math.abs(best - middle) ? each : best));
  return [text.slice(0, at).trim(), text.slice(at)];
}
const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
// The largest countries are named first; who finds no room gives way, smaller or a little aside, before going without.
function countryNames() {
  const closed = map.scale < NAMED_TILES, taken = [];
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.fillStyle = map.colours.ink;
  const places = map.members.map((_, place) => place).filter((place) => map.members[place].length).sort((a, b) => map.members[b].length - map.members[a].length || a - b);
  for (const place of places) {
    const spot = nameSpot(place, closed, taken);
    if (!spot) continue;
    taken.push(spot);
    pen.font = "700 " + spot.size + "px " + map.colours.font;
    pen.lineWidth = Math.max(3, spot.size / 3.5);
    pen.strokeStyle = closed ? landOf(place) : map.colours.sea;
    spot.lines.forEach((line, n) => { pen.strokeText(line, spot.x, spot.y + n * spot.size * 1.1); pen.fillText(line, spot.x, spot.y + n * spot.size * 1.1); });
    if (spot.count) {
      pen.font = "500 " + spot.size * 0.68 + "px " + map.colours.font;
      const y = spot.y + (spot.lines.length - 0.1) * spot.size * 1.1;
      pen.strokeText(spot.count, spot.x, y);
      pen.fillText(spot.count, spot.x, y);
    }
  }
}
function nameSpot(place, closed, taken) {
  const capital = map.capitals[place], tables = map.members[place].length, name = placeName(place);
  const [cx, cy] = screenOf([capital.x, closed ? capital.y : capital.top - 0.85]);
  if (!visible(cx, cy, closed ? 0 : map.scale)) return null;
  const room = map.scale * (Math.sqrt(tables) * 1.15 + (closed ? 0 : 1)), largest = closed ? Math.max(10, Math.min(22, room * 0.19)) : Math.max(11, Math.min(19, map.scale * 0.24));
  for (const size of [largest, largest * 0.85, Math.max(9, largest * 0.7)]) {
    const lines = nameLines(name, room, size);
    const half = (Math.max(...lines.map((line) => line.length)) * LETTER * size) / 2 + 3, x = Math.max(half, Math.min(map.width - half, cx));
    for (const count of closed && size > 12 ? [plural(tables, "table"), ""] : [""]) {
      const high = (lines.length + (count ? 0.75 : 0)) * size * 1.1;
      const above = closed ? high / 2 : high - size * 0.55; // over the country, the last line stands at its height
      for (const shift of [0, -0.5, 0.5, -1, 1]) {
        const top = Math.max(2, cy - above + shift * size), box = { left: x - half, right: x + half, top, bottom: top + high };
        if (!taken.some((each) => overlap(each, box))) return { ...box, lines, size, x, y: top + size * 0.55, count };
      }
    }
  }
  return null;
}
