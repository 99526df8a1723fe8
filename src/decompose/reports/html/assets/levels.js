// Other cuts than the one on the map: the alternatives that the search found, and the hierarchy, cut by a slider.

const BRANCHES = DATA.hierarchy.map((row) => ({ level: row[0], name: row[1], parent: row[2], groups: row[3], cost: row[4], tables: row[5].slice(), children: [] }));
for (let n = BRANCHES.length - 1; n > 0; n--) BRANCHES[BRANCHES[n].parent].tables.push(...BRANCHES[n].tables);
BRANCHES.forEach((branch, n) => { if (n) BRANCHES[branch.parent].children.push(n); });
const LEVEL_NAMES = ["capabilities", "services", "aggregates"];
const atLevel = (level) => BRANCHES.filter((branch) => branch.level === level);
const cutInto = (groups) => BRANCHES.filter((branch) => branch.groups >= groups && (branch.parent < 0 || BRANCHES[branch.parent].groups < groups));

// Groups of tables as places: each keeps the service with which it shares most, the others are founded.
function asPlaces(groups) {
  const overlaps = [];
  groups.forEach((group, number) => {
    const shared = new Map();
    group.tables.forEach((table) => { const place = DATA.home[table]; if (DATA.places[place].kind === SERVICE) shared.set(place, (shared.get(place) || 0) + 1); });
    shared.forEach((count, place) => overlaps.push([number, place, count]));
  });
  overlaps.sort((a, b) => b[2] - a[2] || a[1] - b[1] || a[0] - b[0]);
  const place = new Map(), taken = new Set(), founded = [], names = new Set(DATA.places.map((each) => each.n));
  for (const [number, found] of overlaps) if (!place.has(number) && !taken.has(found)) { place.set(number, found); taken.add(found); }
  const home = DATA.home.slice();
  groups.forEach((group, number) => {
    if (!place.has(number)) {
      let name = group.name, count = 2;
      while (names.has(name)) name = group.name + "-" + count++;
      names.add(name);
      place.set(number, BASE_PLACES + founded.push(name) - 1);
    }
    group.tables.forEach((table) => { home[table] = place.get(number); });
  });
  return { home, founded };
}
const placesWith = (founded) => [...DATA.places, ...founded.map((name) => ({ n: name, kind: SERVICE }))];
function priceOf(groups) {
  const { home, founded } = asPlaces(groups);
  return measure(home, placesWith(founded));
}
const tryOut = (groups) => { const { home, founded } = asPlaces(groups); recut(home, founded); };

function showAlternatives() {
  const rows = DATA.alternatives.map(([services, writes, balance, cohesion, largest, cost, chosen, dominated, cut_]) => ({ services, writes, balance, cohesion, largest, cost, chosen: chosen === 1, dominated: dominated === 1, groups: cut_.map(([name, tables]) => ({ name, tables })) }));
  const bar = (share) => make("td.share", {}, make("span", {}, percent(share, 1)), meter(share));
  const body = rows.map((row) => make("tr" + (row.chosen ? ".chosen" : ""), {}, make("th", { scope: "row" }, thousands(row.services), row.chosen ? make("span.tag", {}, row.dominated ? "proposed, though beaten" : "proposed") : null), bar(row.writes), bar(row.balance), bar(row.cohesion), bar(row.largest), make("td.number", {}, row.cost.toFixed(2)),
    make("td", {}, row.groups.length && !row.chosen ? button("Try it on the map", () => tryOut(row.groups), "quiet") : null)));
  byId("alternatives-body").replaceChildren(front(rows), make("div.scroll", { role: "region", tabindex: "0", "aria-label": "Alternatives" }, make("table.alternatives", {}, make("caption", {}, "Cuts that no other cut beats in distributed writes, balance and cohesion at once"), make("thead", {}, make("tr", {}, ["Services", "Distributed writes", "Balance", "Cohesion", "Largest service", "Cost, proposal = 1", ""].map((head) => make("th", { scope: "col" }, head)))), make("tbody", {}, body))));
}
// The front as a picture: fewer distributed writes to the left, more cohesion upwards, a large circle for a large service.
function front(rows) {
  const key = rows.some((row) => row.writes > 0) ? "writes" : "balance", at = (row) => row[key];
  const width = 640, height = 300, left = 62, foot = 44, most = Math.max(...rows.map(at), 0.01), fewest = key === "writes" ? 0 : Math.min(...rows.map(at));
  const least = Math.min(...rows.map((row) => row.cohesion)), top = Math.max(...rows.map((row) => row.cohesion)), span = Math.max(top - least, 0.02);
  const x = (row) => left + 26 + ((at(row) - fewest) / Math.max(most - fewest, 0.01)) * (width - left - 70), y = (row) => 34 + ((top - row.cohesion) / span) * (height - foot - 68);
  const radius = (row) => 4 + 13 * Math.sqrt(row.largest);
  const chart = draw("svg", { viewBox: `0 0 ${width} ${height}`, class: "front", role: "img", "aria-label": "Alternatives by " + (key === "writes" ? "distributed writes" : "balance") + " and cohesion: " + rows.map((row) => plural(row.services, "service") + " " + percent(row.writes, 1) + " distributed, cohesion " + percent(row.cohesion, 1) + ", largest " + percent(row.largest, 1)).join("; ") });
  const text = (x_, y_, told, more = {}) => { const found = draw("text", { x: x_, y: y_, ...more }); found.append(told); return found; };
  chart.append(draw("path", { d: `M${left} 14 V${height - foot} H${width - 14}`, class: "axis" }), text(left + 26, height - foot + 18, percent(fewest, 1), { "text-anchor": "middle" }), text(width - 44, height - foot + 18, percent(most, 1), { "text-anchor": "middle" }), text((left + width) / 2, height - 8, key === "writes" ? "distributed writes" : "balance", { "text-anchor": "middle" }),
    text(left - 8, y({ cohesion: top }) + 4, percent(top, 1), { "text-anchor": "end" }), text(left - 8, y({ cohesion: top - span }) + 4, percent(top - span, 1), { "text-anchor": "end" }), text(14, (height - foot) / 2, "cohesion", { "text-anchor": "middle", transform: `rotate(-90 14 ${(height - foot) / 2})` }));
  rows.slice().sort((a, b) => a.chosen - b.chosen || b.largest - a.largest).forEach((row) => {
    const circle = draw("circle", { cx: x(row), cy: y(row), r: radius(row), class: "option" + (row.chosen ? " chosen" : "") });
    circle.append(draw("title", {}, plural(row.services, "service") + ": " + percent(row.writes, 1) + " distributed writes, cohesion " + percent(row.cohesion, 1) + ", largest service " + percent(row.largest, 1)));
    chart.append(circle);
  });
  // Numbers stand beside their circles; circles that lie on each other have theirs in one row, the proposal's in bold.
  const groups = [];
  rows.slice().sort((a, b) => y(a) - y(b) || a.services - b.services).forEach((row) => {
    const near_ = groups.find((group) => group.some((other) => Math.abs(x(other) - x(row)) < 18 && Math.abs(y(other) - y(row)) < 14));
    if (near_) near_.push(row);
    else groups.push([row]);
  });
  groups.forEach((group) => {
    const far = Math.max(...group.map((row) => x(row) + radius(row))), close = Math.min(...group.map((row) => x(row) - radius(row))), left_ = far > width - 110;
    const label = draw("text", { x: left_ ? close - 6 : far + 6, y: group.reduce((sum, row) => sum + y(row), 0) / group.length + 4, "text-anchor": left_ ? "end" : "start" });
    group.sort((a, b) => a.services - b.services).forEach((row, n) => label.append(n ? " · " : "", draw("tspan", row.chosen ? { class: "chosen" } : {}, String(row.services))));
    chart.append(label);
  });
  return chart;
}

// The named levels as nested bars, wide as their tables are many.
function icicle(lit) {
  const width = 960, tops = [0, 46, 92, 192], all = BRANCHES[0].tables.length, rows = [[], [], []];
  const walk = (n, x) => {
    const branch = BRANCHES[n], wide = (branch.tables.length / all) * width;
    if (branch.level < 3) rows[branch.level].push({ branch, n, x, wide });
    branch.children.reduce((from, child) => from + walk(child, from), x);
    return wide;
  };
  walk(0, 0);
  const chart = draw("svg", { viewBox: `0 0 ${width} ${tops[3] + 2}`, class: "icicle", role: "img", "aria-label": "The hierarchy: " + rows.map((row, level) => row.length + " " + LEVEL_NAMES[level]).join(", ") });
  rows.forEach((row, level) => row.forEach(({ branch, n, x, wide }) => {
    const place = DATA.home[branch.tables[0]], only = level > 0 ? ".hue" + (DATA.places[place].hue || 0) : "";
    const thin = wide < 5, top = tops[level], high = tops[level + 1] - top;
    const box = draw("rect", { x: x + (thin ? 0 : 1), y: top + 1, width: thin ? wide : wide - 2, height: high - 4, rx: thin ? 0 : 4, class: "block" + only.replace(".", " ") + (lit.has(n) && !thin ? " lit" : "") + (thin ? " thin" : "") });
    const title = draw("title", {}, branch.name + ": " + plural(branch.tables.length, "table") + (level === 2 ? " (" + branch.tables.map(nameOf).slice(0, 12).join(", ") + ")" : ""));
    box.append(title);
    chart.append(box);
    // Upright where the block is too narrow for its name but high enough.
    const name = shown(branch.name), across = Math.floor((wide - 9) / 7.2), up = wide > 13 ? Math.floor((high - 12) / 7.2) : 0, upright = across < name.length && up > across, room = upright ? up : across;
    if (room < 4 && room < name.length) return;
    const mx = x + wide / 2, my = top + high / 2, text = draw("text", upright ? { x: mx, y: my, transform: `rotate(-90 ${mx} ${my})`, dy: 3, "text-anchor": "middle" } : { x: mx, y: my + 3, "text-anchor": "middle" });
    text.append(name.length > room ? name.slice(0, room - 1) + "…" : name);
    chart.append(text);
  }));
  return make("div.scroll", { role: "region", tabindex: "0", "aria-label": "The levels" }, chart);
}
// For each block its branch is lit where the cut runs through it: a group that is a block or lies inside one.
function litBy(groups) {
  const chosen = new Set(groups.map((branch) => BRANCHES.indexOf(branch))), lit = new Set(chosen);
  BRANCHES.forEach((branch, n) => { if (branch.parent >= 0 && branch.tables.length === BRANCHES[branch.parent].tables.length && lit.has(branch.parent)) lit.add(n); });
  return lit;
}
function cutSlider() {
  const finest = Math.max(...BRANCHES.map((branch) => branch.groups)), counts = Array.from(new Set(BRANCHES.map((branch) => branch.groups))).sort((a, b) => a - b), known = new Map();
  const price = (groups) => { if (!known.has(groups)) known.set(groups, priceOf(cutInto(groups))); return known.get(groups); };
  const marks = [1, atLevel(0).length, atLevel(1).length, atLevel(2).length].filter((count) => count && counts.includes(count));
  const sampled = counts.filter((count, n) => marks.includes(count) || counts.length < 33 || n % Math.ceil(counts.length / 32) === 0);
  const width = 640, height = 130, top = Math.max(...sampled.map((count) => price(count).distributed_write_share), 0.01);
  const x = (groups) => 24 + (finest > 1 ? (groups - 1) / (finest - 1) : 0) * (width - 48), y = (groups) => height - 26 - (price(groups).distributed_write_share / top) * (height - 52);
  const chart = draw("svg", { viewBox: `0 0 ${width} ${height}`, class: "cutchart", role: "img", "aria-label": "Distributed writes by number of groups: " + sampled.map((count) => count + " groups " + percent(price(count).distributed_write_share, 1)).join(", ") });
  chart.append(draw("polyline", { points: sampled.map((count) => x(count) + "," + y(count)).join(" "), class: "curve" }));
  marks.forEach((count) => { chart.append(draw("circle", { cx: x(count), cy: y(count), r: 4, class: "dot" })); const text = draw("text", { x: x(count), y: height - 6, "text-anchor": "middle" }); text.append(String(count)); chart.append(text); });
  const cursor = draw("circle", { r: 8, class: "cursor" });
  chart.append(cursor);
  const now = atLevel(1).length, picture = make("div.levels", {}), told = make("p", { id: "cut-told", "aria-live": "polite" });
  const slider = make("input", { id: "cut", type: "range", min: 1, max: finest, value: now, "aria-label": "Number of groups" }), apply = button("Try it on the map", () => tryOut(cutInto(Number(slider.value))), "primary");
  const show = () => {
    const groups = cutInto(Number(slider.value)), count = groups.length, figures_ = price(Number(slider.value));
    cursor.setAttribute("cx", x(Number(slider.value)));
    cursor.setAttribute("cy", y(Number(slider.value)));
    slider.setAttribute("aria-valuetext", plural(count, "group"));
    told.replaceChildren(make("strong", {}, plural(count, "service")), ": " + percent(figures_.distributed_write_transactions, figures_.write_transactions) + " distributed writes, saga cost " + thousands(figures_.saga_cost) + ", " + thousands(figures_.cross_joins) + " joins across, " + plural(figures_.foreign_keys_to_retire, "foreign key") + ", largest service " + percent(figures_.largest_share, 1) + ". ", make("span.small", {}, groups.slice(0, 12).map((branch) => shown(branch.name)).join(" · ") + (count > 12 ? " and " + (count - 12) + " more" : "")));
    apply.disabled = count === now;
    apply.textContent = count === now ? "This is the cut as it was analysed" : "Try it on the map";
    picture.replaceChildren(icicle(litBy(groups)));
  };
  const jump = (level) => button(LEVEL_NAMES[level] + " (" + atLevel(level).length + ")", () => { slider.value = String(atLevel(level).length); show(); }, "quiet");
  slider.addEventListener("input", show);
  show();
  return make("div.hierarchy", {}, make("h3", {}, "The hierarchy, cut where you want"), make("p.small", {}, "Tables that are written together form aggregates, aggregates services, services capabilities; always the pair whose union costs least comes first. The curve is the share of distributed writes."), picture,
    make("div.cut", {}, make("div.actions", {}, "Cut at ", [0, 1, 2].map(jump)), chart, slider, told, apply));
}
function showCapabilities() {
  const part = ([name, tables, transactions, from]) => make("li", {}, opening([shown(name), " ", make("span.count", {}, transactions ? plural(transactions, "transaction") : plural(tables.length, "table"))], () => [from ? make("p.small", {}, "Named after " + shown(from) + ".") : null, make("p.small", {}, comma(tables.map(tableLink)))].filter(Boolean)));
  const tree = make("div.capabilities", {}, DATA.capabilities.map(([name, children, from]) => make("div.capability", {}, make("h3", from ? { title: "named after " + shown(from) } : {}, shown(name)), make("ul", {}, children.map(part)))));
  byId("capabilities-body").replaceChildren(...[DATA.capabilities.length ? tree : make("p", {}, "This decomposition names no capabilities."), BRANCHES.length > 1 ? cutSlider() : null].filter(Boolean));
}
