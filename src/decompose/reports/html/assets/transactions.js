// Transactions: the matrix of their boundaries and the services, and journeys flowing into services.

// Profiles by the set of tables they write, lock or cascade to: the transaction boundaries, heaviest first.
const BOUNDARIES = (() => {
  const groups = new Map();
  PROFILES.forEach((profile, n) => {
    if (!profile.count || !profile.boundary.length) return;
    const key = profile.boundary.join(",");
    if (!groups.has(key)) groups.set(key, { tables: profile.boundary, count: 0, profiles: [], modes: new Map() });
    const group = groups.get(key);
    group.count += profile.count;
    group.profiles.push(n);
    for (const [set, letter] of [["cascades", "C"], ["locks", "L"], ["writes", "W"]]) profile[set].forEach((table) => { if (group.modes.get(table) !== "W") group.modes.set(table, letter); });
    profile.reads.forEach((table) => { if (!group.modes.has(table)) group.modes.set(table, "R"); });
  });
  return Array.from(groups.values()).sort((a, b) => b.count - a.count || a.profiles[0] - b.profiles[0]);
})();
const matrix = { distributed: false, limit: 25 };
function showMatrix() {
  if (!BOUNDARIES.length) return byId("matrix-body").replaceChildren(make("p", {}, PROFILES.length ? "No transaction that was seen writes anything." : UNSEEN + " With --log the transactions stand here, each with the services that it writes."));
  const rows = BOUNDARIES.map((group) => ({ group, owners: ownersOf(group.tables) })).filter((row) => !matrix.distributed || row.owners.size > 1);
  rows.sort((a, b) => (b.owners.size > 1) - (a.owners.size > 1) || b.group.count * b.owners.size - a.group.count * a.owners.size);
  const only = make("label.check", {}, make("input", { type: "checkbox", id: "only-distributed", checked: matrix.distributed }), "only what becomes distributed");
  only.querySelector("input").addEventListener("change", (event) => { matrix.distributed = event.target.checked; showMatrix(); byId("only-distributed").focus(); });
  const listed = rows.slice(0, matrix.limit), touched = new Set(listed.flatMap(({ group }) => Array.from(group.modes.keys(), (table) => cut.home[table])));
  const services = cut.places.map((place, n) => n).filter((n) => map.members[n].length && (cut.places[n].kind === SERVICE || cut.places[n].kind === UNASSIGNED)), columns = services.filter((n) => touched.has(n));
  const body = listed.map(({ group, owners }) => {
    const lead = PROFILES[group.profiles[0]], cells = columns.map((place) => {
      const letters = new Set(), tables = [];
      group.modes.forEach((letter, table) => { if (cut.home[table] === place) { letters.add(letter); tables.push(nameOf(table) + " " + letter); } });
      const order = ["W", "L", "C", "R"].filter((letter) => letters.has(letter));
      const written = order.some((letter) => letter !== "R");
      return make("td" + (written ? ".mark.hue" + (cut.places[place].hue || 0) : order.length ? ".reads" : ""), order.length ? { title: tables.join(", ") } : {}, order.join(" "));
    });
    return make("tr" + (owners.size > 1 ? ".distributed" : ""), {}, make("th", { scope: "row" }, lead.name ? button(shown(lead.name), () => { select({ kind: "profile", id: group.profiles[0] }); byId("map-section").scrollIntoView(); }, "link") : "others"), make("td.number", {}, thousands(group.count)), make("td.number", {}, owners.size > 1 ? make("span.flag", {}, String(owners.size)) : String(owners.size)), cells);
  });
  const more = rows.length > matrix.limit ? button("Show " + thousands(rows.length - matrix.limit) + " more", () => { matrix.limit += 200; showMatrix(); }, "quiet") : null;
  byId("matrix-body").replaceChildren(make("p", {}, thousands(BOUNDARIES.length) + " distinct transaction boundaries. W written, L locked, C cascade or trigger, R only read. " + (columns.length < services.length ? plural(services.length - columns.length, "service") + " without a mark in these rows left out. " : ""), only),
    make("div.scroll.tall", { role: "region", tabindex: "0", "aria-label": "The matrix" }, make("table.matrix" + (columns.length > 16 ? ".dense" : ""), {}, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Transaction"), make("th.number", { scope: "col" }, "Executions"), make("th.number", { scope: "col" }, "Services"), columns.map((place) => make("th.turned", { scope: "col", title: placeName(place) }, make("span", {}, placeName(place)))))), make("tbody", {}, body))), more || "");
}

// Journeys: labels on the left, services on the right, a ribbon for what a journey writes where.
const JOURNEYS = (() => {
  const found = new Map();
  PROFILES.forEach((profile, n) => { if (profile.count) profile.labels.forEach(([label, count]) => { if (!found.has(label)) found.set(label, []); found.get(label).push([n, count]); }); });
  return Array.from(found, ([label, rows]) => ({ label, rows }));
})();
function showJourneys() {
  const body = byId("journeys-body");
  if (!JOURNEYS.length) return body.replaceChildren(make("p", {}, PROFILES.length ? "No transaction in the log carries a label (a route, an operation, an application name), so there are no journeys to show." : UNSEEN));
  const flows = JOURNEYS.map(({ label, rows }) => {
    const into = new Map();
    let writes = 0, extra = 0;
    rows.forEach(([n, count]) => {
      const owners = ownersOf(PROFILES[n].boundary);
      if (owners.size) writes += count;
      extra += count * Math.max(0, owners.size - 1);
      owners.forEach((place) => into.set(place, (into.get(place) || 0) + count));
    });
    return { label, writes, extra, into, lead: rows.slice().sort((a, b) => PROFILES[b[0]].boundary.length - PROFILES[a[0]].boundary.length || b[1] - a[1])[0][0] };
  }).filter((flow) => flow.into.size).sort((a, b) => b.extra - a.extra || b.writes - a.writes || (a.label < b.label ? -1 : 1));
  const found = flows.length;
  if (!found) return body.replaceChildren(make("p", {}, "No journey that was seen writes anything."));
  flows.splice(18);
  const places = Array.from(new Set(flows.flatMap((flow) => Array.from(flow.into.keys()))));
  const size = (count) => 5 + 4.5 * Math.log2(1 + count), gap = 9, width = 960;
  const left = flows.map((flow) => Array.from(flow.into.values()).reduce((sum, count) => sum + size(count), 0));
  const right = new Map(places.map((place) => [place, flows.reduce((sum, flow) => sum + (flow.into.has(place) ? size(flow.into.get(place)) : 0), 0)]));
  // Services stand at the mean height of the journeys that reach them, so that ribbons cross little.
  const tops = [];
  left.reduce((y, height, n) => { tops[n] = y; return y + height + gap; }, 0);
  const mean = (place) => { let sum = 0, all = 0; flows.forEach((flow, n) => { if (flow.into.has(place)) { sum += (tops[n] + left[n] / 2) * flow.into.get(place); all += flow.into.get(place); } }); return sum / all; };
  places.sort((a, b) => mean(a) - mean(b) || a - b);
  const leftHeight = left.reduce((a, b) => a + b + gap, 0), rightHeight = places.reduce((sum, place) => sum + right.get(place) + gap, 0), height = Math.max(leftHeight, rightHeight) + 10;
  const drawing = draw("svg", { viewBox: "0 0 " + width + " " + Math.ceil(height), class: "flows", role: "img", "aria-label": "Journeys and the services they write: " + flows.slice(0, 5).map((flow) => shown(flow.label) + " writes " + Array.from(flow.into.keys()).map(placeName).join(", ")).join("; ") });
  const start = new Map(), at = new Map();
  let y = (height - rightHeight) / 2;
  places.forEach((place) => { start.set(place, y); at.set(place, y); y += right.get(place) + gap; });
  y = (height - leftHeight) / 2;
  const ribbons = draw("g"), texts = draw("g");
  flows.forEach((flow, n) => {
    const group = draw("g", { class: "flow" + (flow.extra ? " split" : "") });
    let from = y;
    places.filter((place) => flow.into.has(place)).forEach((place) => {
      const thick = size(flow.into.get(place)), to = at.get(place), x1 = 330, x2 = 720, mid = (x1 + x2) / 2;
      group.append(draw("path", { d: `M${x1} ${from} C${mid} ${from} ${mid} ${to} ${x2} ${to} V${to + thick} C${mid} ${to + thick} ${mid} ${from + thick} ${x1} ${from + thick} Z`, class: "ribbon hue" + (cut.places[place].hue || 0) + (cut.places[place].kind === SERVICE ? "" : " apart") }));
      at.set(place, to + thick);
      from += thick;
    });
    const label = draw("text", { x: 320, y: y + left[n] / 2 + 4, "text-anchor": "end" });
    const name = shown(flow.label);
    label.append(draw("tspan", {}, name.length > 34 ? name.slice(0, 33) + "…" : name), draw("tspan", { class: "count", dx: 7 }, thousands(flow.writes) + "×"));
    group.append(label, draw("rect", { x: 326, y, width: 4, height: left[n], class: "node" }));
    const title = draw("title", {}, name + " writes " + thousands(flow.writes) + "×: " + Array.from(flow.into, ([place, count]) => placeName(place) + " " + thousands(count) + "×").join(", "));
    group.prepend(title);
    group.addEventListener("click", () => { select({ kind: "profile", id: flow.lead }); byId("map-section").scrollIntoView(); });
    ribbons.append(group);
    y += left[n] + gap;
  });
  places.forEach((place) => {
    const label = draw("text", { x: 740, y: start.get(place) + right.get(place) / 2 + 4, class: "place" });
    label.append(placeName(place));
    texts.append(draw("rect", { x: 720, y: start.get(place), width: 8, height: right.get(place), class: "node hue" + (cut.places[place].hue || 0) + (cut.places[place].kind === SERVICE ? "" : " apart") }), label);
  });
  drawing.append(ribbons, texts);
  const split = JOURNEYS.filter(({ rows }) => rows.some(([n]) => ownersOf(PROFILES[n].boundary).size > 1)).length;
  body.replaceChildren(make("p", {}, plural(split, "journey") + " of " + thousands(JOURNEYS.length) + " would write in several services. Ribbons grow with the logarithm of the writing transactions; those that cost most when split come first." + (found > flows.length ? " " + thousands(found - flows.length) + " that cost less are not drawn." : "")), make("div.scroll", { role: "region", tabindex: "0", "aria-label": "The flows" }, drawing));
}
