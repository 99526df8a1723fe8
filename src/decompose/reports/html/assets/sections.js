// What stands around the map: the services, what crosses, transactions, journeys, the hierarchy, how sure we are.

function showPrice(now, note) {
  byId("price").replaceChildren(...FIGURES.map((figure) => {
    const change = figure.value(now) - figure.value(BASE);
    return make("div", { "data-figure": figure.key }, make("dt", {}, figure.label), make("dd", {}, make("span.value", {}, figure.text(now)), figure.more ? make("span.detail", {}, " " + figure.more(now)) : null, Math.abs(change) < 0.05 ? null : make("span.delta." + toneOf(change, figure.key), {}, " " + difference(change)),
      compare.on ? make("span.detail.there", {}, " there " + figure.text(compare.figures)) : null));
  }));
  byId("price").classList.toggle("preview", Boolean(note));
  for (const figure of FIGURES) {
    const box = document.querySelector('#figures [data-figure="' + figure.key + '"]'), change = figure.value(now) - figure.value(BASE);
    box.querySelector(".value").textContent = figure.text(now);
    if (figure.more) box.querySelector(".detail").textContent = figure.more(now) + " writing transactions";
    const delta = box.querySelector(".delta");
    delta.hidden = Math.abs(change) < 0.05;
    delta.textContent = difference(change) + " by your changes";
    delta.className = "delta " + toneOf(change, figure.key);
  }
}
function showCards() {
  const services = cut.places.map((place, n) => n).filter((n) => cut.places[n].kind === SERVICE).sort((a, b) => map.members[b].length - map.members[a].length || a - b);
  const parts = new Map(DATA.capabilities.map(([name, children]) => [name, children]));
  byId("cards").replaceChildren(...services.map((place) => {
    const item = cut.places[place], inside = insideOf(place), sure = item.sure, known = sure !== null && sure !== undefined && !changedPlaces.has(place);
    const open = make("button.card.hue" + item.hue, { type: "button", onclick: () => { select({ kind: "place", id: place }); byId("map-section").scrollIntoView(); } },
      make("span.card-name", {}, placeName(place)), make("span.card-cap", {}, item.cap && item.cap.toLowerCase() !== item.n.toLowerCase() ? shown(item.cap) : ""),
      make("span.card-parts", {}, (parts.get(item.cap) || []).slice(0, 4).map((child) => shown(child[0])).join(" · ")),
      make("span.card-facts", {}, plural(map.members[place].length, "table") + " · " + (inside.all ? percent(inside.own, inside.all) + " of writes inside" : "no writes seen")),
      make("span.sure", {}, known ? "stability " + Math.round(sure * 100) + " %" : changedPlaces.has(place) ? "changed by you" : "stability not known", known ? meter(sure) : null));
    return open;
  }));
}
function meter(share) {
  const bar = draw("svg", { viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true", class: "meter" }, draw("rect", { width: 100, height: 6, rx: 3, class: "meter-all" }), draw("rect", { width: Math.round(share * 100), height: 6, rx: 3, class: "meter-part" }));
  return bar;
}
function showCrossings() {
  const distributed = PROFILES.map((_, n) => n).filter((n) => PROFILES[n].count && ownersOf(PROFILES[n].boundary).size > 1).sort((a, b) => PROFILES[b].count * (ownersOf(PROFILES[b].boundary).size - 1) - PROFILES[a].count * (ownersOf(PROFILES[a].boundary).size - 1) || a - b);
  const joins = STATEMENTS.map((_, n) => n).filter((n) => STATEMENTS[n].joins.some((pair) => crosses(pair.left, pair.right))).sort((a, b) => STATEMENTS[b].executions - STATEMENTS[a].executions || a - b);
  const reads = STATEMENTS.map((_, n) => n).filter((n) => !STATEMENTS[n].joins.some((pair) => crosses(pair.left, pair.right)) && ownersOf(STATEMENTS[n].tables).size > 1).sort((a, b) => STATEMENTS[b].executions - STATEMENTS[a].executions || a - b);
  const links = LINKS.filter((link) => link.declared && crosses(link.child, link.parent));
  const column = (title, count, lead, content, empty) => make("div.column", {}, make("h3", {}, title + " ", make("span.count", {}, count)), make("p.small", {}, lead), content || make("p.good", {}, empty));
  byId("crossings-body").replaceChildren(make("div.columns", {},
    column("Distributed writes", thousands(figures.distributed_write_transactions), "Transactions that must be atomic today and would span services.", distributed.length ? list(distributed, profileRow, 7) : null, "None: every transaction stays inside one service."),
    column("Joins across", thousands(figures.cross_joins), "Statements that set columns of two services equal.", joins.length ? list(joins, joinRow, 7) : null, "None."),
    column("Foreign keys to retire", thousands(figures.foreign_keys_to_retire), "Declared references between services.", links.length ? list(links, linkRow, 9) : null, "None."),
    reads.length ? column("Reads across", thousands(figures.cross_reads), "Other statements that touch two services.", list(reads, (n) => opening([STATEMENTS[n].tables.map(nameOf).slice(0, 4).join(", "), " ", make("span.count", {}, thousands(STATEMENTS[n].executions) + "×")], () => sql(STATEMENTS[n])), 4)) : null),
  otherFindings());
}
function otherFindings() {
  const known = new Set(["distributed-write", "cross-join", "foreign-key-to-retire", "cross-read", "undeclared-reference"]);
  const rest = DATA.findings.filter((finding) => !known.has(finding[0]));
  if (!rest.length) return "";
  return opening([make("strong", {}, "Other findings"), " ", make("span.count", {}, thousands(rest.length)), make("span.small", {}, " as analysed, without your changes")], () => make("ul.rows", {}, rest.slice(0, 400).map(([code, severity, message, , tables]) => make("li", {}, make("span.tag." + severity, {}, code), " ", shown(message), " ", tables.length ? tableLink(tables[0]) : null))));
}

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
  const columns = cut.places.map((place, n) => n).filter((n) => map.members[n].length && (cut.places[n].kind === SERVICE || cut.places[n].kind === UNASSIGNED));
  const rows = BOUNDARIES.map((group) => ({ group, owners: ownersOf(group.tables) })).filter((row) => !matrix.distributed || row.owners.size > 1);
  rows.sort((a, b) => (b.owners.size > 1) - (a.owners.size > 1) || b.group.count * b.owners.size - a.group.count * a.owners.size);
  const only = make("label.check", {}, make("input", { type: "checkbox", id: "only-distributed", checked: matrix.distributed }), "only what becomes distributed");
  only.querySelector("input").addEventListener("change", (event) => { matrix.distributed = event.target.checked; showMatrix(); byId("only-distributed").focus(); });
  const body = rows.slice(0, matrix.limit).map(({ group, owners }) => {
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
  byId("matrix-body").replaceChildren(make("p", {}, thousands(BOUNDARIES.length) + " distinct transaction boundaries. W written, L locked, C cascade or trigger, R only read. ", only),
    make("div.scroll", { role: "region", tabindex: "0", "aria-label": "The matrix" }, make("table.matrix", {}, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Transaction"), make("th.number", { scope: "col" }, "Executions"), make("th.number", { scope: "col" }, "Services"), columns.map((place) => make("th.turned", { scope: "col" }, make("span", {}, placeName(place)))))), make("tbody", {}, body))), more || "");
}

// Journeys: labels on the left, services on the right, a ribbon for what a journey writes where.
const JOURNEYS = (() => {
  const found = new Map();
  PROFILES.forEach((profile, n) => { if (profile.count) profile.labels.forEach(([label, count]) => { if (!found.has(label)) found.set(label, []); found.get(label).push([n, count]); }); });
  return Array.from(found, ([label, rows]) => ({ label, rows }));
})();
function showJourneys() {
  const body = byId("journeys-body");
  if (!JOURNEYS.length) return body.replaceChildren(make("p", {}, "No transaction in the log carries a label (a route, an operation, an application name), so there are no journeys to show."));
  const flows = JOURNEYS.map(({ label, rows }) => {
    const into = new Map();
    let runs = 0, extra = 0;
    rows.forEach(([n, count]) => {
      const owners = ownersOf(PROFILES[n].boundary);
      runs += count;
      extra += count * Math.max(0, owners.size - 1);
      owners.forEach((place) => into.set(place, (into.get(place) || 0) + count));
    });
    return { label, runs, extra, into, lead: rows.slice().sort((a, b) => PROFILES[b[0]].boundary.length - PROFILES[a[0]].boundary.length || b[1] - a[1])[0][0] };
  }).filter((flow) => flow.into.size).sort((a, b) => b.extra - a.extra || b.runs - a.runs || (a.label < b.label ? -1 : 1)).slice(0, 18);
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
    label.append(draw("tspan", {}, name.length > 34 ? name.slice(0, 33) + "…" : name), draw("tspan", { class: "count", dx: 7 }, thousands(flow.runs) + "×"));
    group.append(label, draw("rect", { x: 326, y, width: 4, height: left[n], class: "node" }));
    const title = draw("title", {}, name + ": " + Array.from(flow.into, ([place, count]) => placeName(place) + " " + thousands(count) + "×").join(", "));
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
  body.replaceChildren(make("p", {}, plural(split, "journey") + " of " + thousands(JOURNEYS.length) + " would write in several services. Ribbons grow with the logarithm of executions; those that split come first."), make("div.scroll", { role: "region", tabindex: "0", "aria-label": "The flows" }, drawing));
}

// The plan as steps: a staircase of the saga cost paid by whoever stops there, then each step with its phases.
function showPlan() {
  const body = byId("plan-body"), plan = DATA.plan;
  const most = Math.max(1, ...plan.steps.map((step) => step.after[1])), width = 920, height = 150, wide = width / plan.steps.length;
  const stairs = draw("svg", { viewBox: `0 0 ${width} ${height}`, class: "stairs", role: "img", "aria-label": "Saga cost after each step: " + plan.steps.map((step, n) => (n + 1) + " " + step.services.map(shown).join(", ") + " " + thousands(step.after[1])).join("; ") });
  plan.steps.forEach((step, n) => {
    const high = 4 + (step.after[1] / most) * (height - 52), place = cut.places.findIndex((each) => each.n === step.services[0]);
    const count = draw("text", { x: n * wide + wide / 2, y: height - 30 - high, "text-anchor": "middle", class: "value" }), name = draw("text", { x: n * wide + wide / 2, y: height - 8, "text-anchor": "middle" });
    count.append(thousands(step.after[1]));
    const told = (n + 1) + " " + step.services.map(shown).join(", "), room = Math.floor(wide / 7.5);
    name.append(told.length > room ? told.slice(0, Math.max(1, room - 1)) + "…" : told);
    stairs.append(draw("rect", { x: n * wide + 3, y: height - 24 - high, width: wide - 6, height: high, rx: 3, class: "node hue" + (place >= 0 ? cut.places[place].hue || 0 : 0) }), count, name);
  });
  const figure = (value, label) => make("li", {}, make("b", {}, thousands(value)), " " + label);
  const steps = plan.steps.map((step) => make("li.step", {}, make("h3", {}, step.services.flatMap((name) => { const place = cut.places.findIndex((each) => each.n === name); return place < 0 ? [shown(name)] : [chip(place), " "]; }), make("span.count", {}, plural(step.tables, "table"))),
    make("p.small", {}, shown(step.reason)),
    make("ul.zeros", { "aria-label": "What must fall to zero first" }, figure(step.zero[0], "writes to take apart"), figure(step.zero[1], "statements to rewrite"), figure(step.zero[3], "foreign keys"), figure(step.zero[4], "cascades")),
    opening(["Its playbook ", make("span.count", {}, plural(step.phases.length, "phase"))], () => make("ol.phases", {}, step.phases.map(([title, actions, all, queries, check, back]) => make("li", {}, make("strong", {}, shown(title)), make("ul", {}, actions.map((text) => make("li", {}, shown(text)))), all > actions.length ? make("p.small", {}, "and " + thousands(all - actions.length) + " more in plan.md") : null, make("p.small", {}, queries ? plural(queries, "query", "queries") + " in the files of decompose plan -o. " : "", "Done when: " + shown(check) + ". Way back: " + shown(back) + ".")))))));
  const orders = make("table", {}, make("caption", {}, "Orders compared"), make("thead", {}, make("tr", {}, ["Order", "writes at the first step", "statements crossing", "foreign keys", "tables moved at once", "mean saga cost on the way"].map((head) => make("th", { scope: "col" }, head)))), make("tbody", {}, plan.orders.map(([name, ...values]) => make("tr", {}, make("th", { scope: "row" }, shown(name)), values.map((value) => make("td", {}, thousands(value)))))));
  body.replaceChildren(...[plan.refusal.length ? make("div.note", {}, plan.refusal.map((reason) => make("p", {}, shown(reason)))) : null, make("p.small", {}, "Saga cost, should it stop after each step"), make("div.scroll", { role: "region", tabindex: "0", "aria-label": "Saga cost by step" }, stairs), make("ol.steps", {}, steps), make("div.scroll", { role: "region", tabindex: "0", "aria-label": "Orders compared" }, orders)].filter(Boolean));
}
function showSureness() {
  const seen = DATA.coverage, fence = DATA.unsure, services = DATA.places.filter((place) => place.kind === SERVICE && place.sure !== null && place.sure !== undefined);
  const sorted = services.slice().sort((a, b) => a.sure - b.sure);
  byId("sureness-body").replaceChildren(make("div.columns", {},
    make("div.column", {}, make("h3", {}, "What was read"), make("ul.rows", {}, [
      percent(seen.statements_understood, seen.statements) + " of " + plural(seen.statements, "statement") + " understood",
      plural(seen.transactions, "transaction") + ", " + percent(seen.transactions_complete, seen.transactions) + " complete",
      thousands(seen.transactions_explicit) + " explicit, " + thousands(seen.transactions_autocommit) + " autocommit, " + thousands(seen.rolled_back) + " rolled back",
      thousands(seen.tables_touched) + " of " + plural(seen.tables, "table") + " touched by the log", plural(seen.sessions, "session"),
    ].map((text) => make("li", {}, text)), seen.gaps.map(([reason, count]) => make("li.gap", {}, thousands(count) + " × " + shown(reason))))),
    make("div.column", {}, make("h3", {}, "Tables on the fence ", make("span.count", {}, thousands(fence.length))), fence.length ? list(fence, ([table, second]) => make("div", {}, tableLink(table), " in ", chip(cut.home[table]), make("span.small", {}, " next best " + shown(second))), 10) : make("p.small", {}, "None known: only a proposal that was drawn again and again knows them.")),
    make("div.column", {}, make("h3", {}, "Stability"), sorted.length ? make("ul.rows", {}, sorted.map((place) => make("li.stability", {}, shown(place.n), make("span.count", {}, Math.round(place.sure * 100) + " %"), meter(place.sure)))) : make("p.small", {}, "Not known for a decomposition that was read from a file.")),
    compare.there ? differencesColumn() : null));
}
function differencesColumn() {
  return make("div.column", {}, make("h3", {}, "Elsewhere in " + shown(compare.name) + " ", make("span.count", {}, thousands(compare.differs.size))), make("p.small", {}, "there: " + FIGURES.map((figure) => figure.label + " " + figure.text(compare.figures)).join(", ")),
    list(Array.from(compare.differs), ([table, there]) => make("div", {}, tableLink(table), " here ", chip(cut.home[table]), " there " + shown(there.name))));
}
