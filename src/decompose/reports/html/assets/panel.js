// The details beside the map: what is selected, why it ties to others, and what moving it would change.

const FIGURES = [
  { key: "services", label: "services", text: (f) => thousands(f.services), value: (f) => f.services },
  { key: "distributed_write_share", label: "distributed writes", text: (f) => percent(f.distributed_write_transactions, f.write_transactions), value: (f) => f.distributed_write_transactions, more: (f) => thousands(f.distributed_write_transactions) + " of " + thousands(f.write_transactions) },
  { key: "saga_cost", label: "saga cost", text: (f) => (f.write_transactions ? thousands(f.saga_cost) : "-"), value: (f) => f.saga_cost },
  { key: "cross_joins", label: "joins across", text: (f) => (STATEMENTS.length ? thousands(f.cross_joins) : "-"), value: (f) => f.cross_joins },
  { key: "cross_reads", label: "reads across", text: (f) => (STATEMENTS.length ? thousands(f.cross_reads) : "-"), value: (f) => f.cross_reads },
  { key: "foreign_keys_to_retire", label: "foreign keys to retire", text: (f) => thousands(f.foreign_keys_to_retire), value: (f) => f.foreign_keys_to_retire },
  { key: "largest_share", label: "largest service", text: (f) => percent(f.largest_share, 1), value: (f) => Math.round(f.largest_share * 1000) / 10 },
];
const difference = (value) => (Math.abs(value) < 0.05 ? "±0" : (value > 0 ? "+" : "−") + thousands(Math.abs(value)));
const toneOf = (value, key) => (key === "services" || Math.abs(value) < 0.05 ? "same" : value > 0 ? "worse" : "better");

function chip(place) {
  const item = cut.places[place], found = button(placeName(place), () => select({ kind: "place", id: place }), "chip");
  found.classList.add(item.kind === SERVICE ? "hue" + item.hue : "apart");
  return found;
}
const tableLink = (table) => button(nameOf(table), () => { select({ kind: "table", id: table }); reveal(table); }, "link");
const comma = (items) => items.flatMap((item, n) => (n ? ["\u2060, ", item] : [item]));
function sql(statement) {
  const place = statement.fingerprint ? "fingerprint " + statement.fingerprint : "";
  return make("figure.sql", {}, make("figcaption", {}, plural(statement.executions, "execution"), " · ", make("code", {}, place)), make("pre", { tabindex: "0" }, make("code", {}, statement.template ? shown(statement.template).replace(/\\n/g, "\n") : "(its text stands in evidence.json)")));
}
// A summary that opens; what is inside is built when somebody looks.
function opening(summary, build) {
  const inside = make("div.inside"), found = make("details", {}, make("summary", {}, summary), inside);
  found.addEventListener("toggle", () => { if (found.open && !inside.hasChildNodes()) inside.append(...[build()].flat()); });
  return found;
}
function list(items, render, limit = 8) {
  const box = make("ul.rows", {}, items.slice(0, limit).map((item) => make("li", {}, render(item))));
  if (items.length <= limit) return box;
  const more = button("Show " + plural(items.length - limit, "more", "more"), () => { items.slice(limit, limit + 200).forEach((item) => box.append(make("li", {}, render(item)))); more.remove(); }, "quiet");
  return make("div", {}, box, more);
}
function profileRow(number) {
  const profile = PROFILES[number], services = Array.from(ownersOf(profile.boundary));
  const name = profile.name ? shown(profile.name) : "others over the same tables";
  return opening([make("strong", {}, name), " ", make("span.count", {}, thousands(profile.count) + "×"), services.length > 1 ? make("span.spans", {}, plural(services.length, "service") + ": " + services.map(placeName).join(", ")) : null], () => [
    profile.name ? button("Show on the map", () => { select({ kind: "profile", id: number }); byId("map").scrollIntoView({ block: "center" }); }, "quiet") : null,
    ...["writes", "locks", "cascades", "reads"].filter((set) => profile[set].length).map((set) => make("p.small", {}, make("b", {}, set + " "), comma(profile[set].slice(0, 40).map(tableLink)))),
    ...profile.statements.slice(0, 12).map((row) => sql(STATEMENTS[row])),
  ].filter(Boolean));
}
function joinRow(number) {
  const statement = STATEMENTS[number];
  const pairs = statement.joins.filter((pair) => crosses(pair.left, pair.right));
  const told = (pairs.length ? pairs : statement.joins).slice(0, 2).map((pair) => nameOf(pair.left) + "." + shown(pair.leftColumn) + " = " + nameOf(pair.right) + "." + shown(pair.rightColumn)).join(", ");
  return opening([make("code", {}, told), " ", make("span.count", {}, thousands(statement.executions) + "×")], () => sql(statement));
}
function linkRow(link) {
  const where = link.declared ? (link.line === null ? "" : "DDL line " + link.line) : "not declared, joined " + thousands(link.joined) + "×";
  const acts = [["on delete", link.onDelete], ["on update", link.onUpdate]].filter((pair) => pair[1] !== "no action").map((pair) => pair.join(" "));
  return make("div", {}, tableLink(link.child), make("code", {}, "(" + link.columns.map(shown).join(", ") + ")"), " → ", tableLink(link.parent), make("code", {}, "(" + link.parentColumns.map(shown).join(", ") + ")"), make("span.small", {}, " " + [where, ...acts].filter(Boolean).join(" · ")));
}
function block(title, count, content) {
  return count ? make("section.block", {}, make("h4", {}, title + " ", make("span.count", {}, thousands(count))), content) : null;
}

function showPanel() {
  const panel = byId("panel"), chosen = state.selection;
  const focused = panel.contains(document.activeElement) ? document.activeElement.id : "";
  const head = chosen ? button("Close", () => { select(null); canvas.focus({ preventScroll: true }); }, "quiet close") : null;
  const body = !chosen ? overview() : chosen.kind === "table" ? aboutTable(chosen.id) : chosen.kind === "place" ? aboutPlace(chosen.id) : chosen.kind === "profile" ? aboutProfile(chosen.id) : aboutPair(chosen.a, chosen.b);
  if (head) head.className = "quiet close";
  panel.replaceChildren(...[head, ...body].filter(Boolean));
  if (focused && byId(focused)) byId(focused).focus({ preventScroll: true });
}
function overview() {
  const pairs = map.pairs.slice().sort((a, b) => b.transaction - a.transaction || b.join - a.join || b.reference - a.reference);
  return [
    state.moves.size ? make("section.block", {}, make("h3", {}, "Your changes"), make("ul.rows", {}, Array.from(state.moves).map(([table, place]) => make("li", {}, tableLink(table), " → ", chip(place), " ", button("Take back", () => moveTables([table], DATA.home[table]), "quiet"))))) : null,
    make("h3", {}, "Borders"),
    make("p.small", {}, "The pairs of services that today's transactions, joins and references tie most."),
    pairs.length ? list(pairs, (pair) => make("div", {}, make("span.pair", {}, chip(pair.a), chip(pair.b)), button(borderText(pair), () => select({ kind: "pair", a: pair.a, b: pair.b }), "link small"))) : make("p", {}, "Nothing that was seen crosses."),
    make("h3", {}, "How to read the map"),
    make("p.small", {}, "A stronger tint means more writing transactions. ★ marks a god table, a dashed ring one that sits on the fence, a bold ring one that you have moved."),
  ];
}
const borderText = (pair) => [pair.transaction && thousands(pair.transaction) + " writes together", pair.join && thousands(pair.join) + " joins", pair.reference && plural(pair.reference, "reference")].filter(Boolean).join(" · ");

function aboutTable(table) {
  const fact = TABLES[table], profiles = READERS[table].slice().sort((a, b) => PROFILES[b].count - PROFILES[a].count);
  const writing = profiles.filter((row) => PROFILES[row].boundary.includes(table) && PROFILES[row].count), reading = profiles.filter((row) => !PROFILES[row].boundary.includes(table));
  const joins = TOUCHED[table].statements.filter((row) => STATEMENTS[row].joins.some((pair) => (pair.left === table) !== (pair.right === table))).sort((a, b) => STATEMENTS[b].executions - STATEMENTS[a].executions);
  const links = TOUCHED[table].links.map((row) => LINKS[row]), stored = CODE.filter((code) => code.tables.includes(table));
  const fence = DATA.unsure.find((entry) => entry[0] === table);
  const facts = [fact.rows === null ? null : "about " + thousands(fact.rows) + " rows", fact.columns.length ? plural(fact.columns.length, "column") : null, fact.standing === 1 ? "not in the schema" : fact.standing === 0 ? "neither in the schema nor in the log" : null].filter(Boolean);
  return [
    make("p.kicker", {}, "Table"), make("h3", {}, nameOf(table)),
    make("p", {}, "in ", chip(cut.home[table]), state.moves.has(table) ? make("span.small", {}, " was in " + shown(DATA.places[DATA.home[table]].n)) : null),
    facts.length || fact.comment ? make("p.small", {}, facts.join(" · "), fact.comment ? " — " + shown(fact.comment) : "") : null,
    fence ? make("p.note", {}, "On the fence: next best is " + shown(fence[1]) + ".") : null,
    mover([table]),
    STARRED.has(table) ? godTable(table) : null,
    block("Transactions that write it", writing.length, list(writing, profileRow, 6)),
    block("Transactions that only read it", reading.length, list(reading, profileRow, 3)),
    block("Joins", joins.length, list(joins, joinRow, 6)),
    block("References", links.length, list(links, linkRow, 8)),
    block("Stored code", stored.length, list(stored, codeRow, 6)),
    STARRED.has(table) ? null : godTable(table),
    fact.columns.length ? opening("Columns", () => make("p.small", {}, fact.columns.map((column, n) => shown(column) + (fact.key.includes(n) ? " (key)" : "")).join(", "))) : null,
  ];
}
// Where to: a listbox for the keyboard, and the price of every place.
function mover(tables) {
  const home = cut.home[tables[0]];
  const choice = make("select", { id: "move-to" }, cut.places.map((place, n) => make("option", { value: n, selected: n === home }, shown(place.n))), make("option", { value: "new" }, "new service…"));
  // Arrows walk through the places and show the price of each; Enter moves. Whoever clicks has chosen already.
  let walking = false;
  const settle_ = () => {
    if (choice.value !== "new") return moveTables(tables, Number(choice.value));
    naming.hidden = false;
    naming.querySelector("input").focus();
  };
  choice.addEventListener("keydown", (event) => {
    const was = walking;
    walking = event.key !== "Enter" && event.key !== " " && event.key !== "Tab";
    if (event.key !== "Enter" || !was || choice.value === String(home)) return;
    event.preventDefault();
    settle_();
  });
  choice.addEventListener("pointerdown", () => { walking = false; });
  choice.addEventListener("change", () => {
    if (!walking) return settle_();
    const there = choice.value === "new" ? figures : measureMoved(figures, tables, Number(choice.value));
    showPrice(there, there === figures ? "" : "preview");
    say(choice.value === "new" ? "Enter founds a new service." : placeName(Number(choice.value)) + ": saga cost " + difference(there.saga_cost - figures.saga_cost) + ", joins across " + difference(there.cross_joins - figures.cross_joins) + ". Enter moves.");
  });
  choice.addEventListener("blur", () => { if (!naming.hidden || Number(choice.value) === home) return; choice.value = String(home); showPrice(figures); });
  const naming = make("form.naming", { hidden: true }, make("label", { for: "new-name" }, "Its name"), make("input", { id: "new-name", required: true, maxlength: 60 }), make("button.primary", { type: "submit" }, "Found it"));
  naming.querySelector("input").addEventListener("input", (event) => event.target.setCustomValidity(""));
  naming.addEventListener("submit", (event) => { event.preventDefault(); foundService(naming.querySelector("input").value, tables); });
  const prices = cut.places.map((place, n) => n).filter((n) => n !== home && cut.places[n].kind === SERVICE).map((n) => ({ place: n, price: measureMoved(figures, tables, n) }))
    .sort((a, b) => a.price.saga_cost - b.price.saga_cost || a.price.cross_joins - b.price.cross_joins || a.price.foreign_keys_to_retire - b.price.foreign_keys_to_retire || a.place - b.place);
  const cell = (price, key) => { const change = price[key] - figures[key]; return make("td." + toneOf(change, key), {}, difference(change)); };
  const table = make("table.moves", {}, make("caption", {}, "What moving it would change"), make("thead", {}, make("tr", {}, ["To", "saga", "joins", "reads", "keys"].map((head) => make("th", { scope: "col" }, head)))),
    make("tbody", {}, prices.slice(0, 6).map(({ place, price }) => make("tr", {}, make("th", { scope: "row" }, button(placeName(place), () => moveTables(tables, place), "link")), ["saga_cost", "cross_joins", "cross_reads", "foreign_keys_to_retire"].map((key) => cell(price, key))))));
  return make("section.block.mover", {}, make("label", { for: "move-to" }, "Move to"), choice, naming, prices.length ? table : null);
}
function aboutPlace(place) {
  const item = cut.places[place], tables = map.members[place];
  const pairs = map.pairs.filter((pair) => pair.a === place || pair.b === place).sort((a, b) => b.transaction - a.transaction || b.join - a.join);
  const inside = insideOf(place);
  return [
    make("p.kicker", {}, item.kind === SERVICE ? "Service" : "Set apart"), make("h3", {}, placeName(place)),
    item.cap ? make("p", {}, shown(item.cap)) : null,
    make("p.small", {}, [plural(tables.length, "table"), item.owner ? "owner " + shown(item.owner) : "", inside.all ? percent(inside.own, inside.all) + " of its writes stay inside" : "", sureOf(place)].filter(Boolean).join(" · ")),
    block("Tables", tables.length, make("p", {}, comma(tables.map(tableLink)))),
    block("Borders", pairs.length, list(pairs, (pair) => make("div", {}, chip(pair.a === place ? pair.b : pair.a), " ", button(borderText(pair), () => select({ kind: "pair", a: pair.a, b: pair.b }), "link small")))),
  ];
}
function sureOf(place) {
  const item = cut.places[place], base = DATA.places[place];
  if (!base || base.sure === null || base.sure === undefined) return "";
  return changedPlaces.has(place) ? "changed by you" : "stability " + whole(item.sure);
}
function insideOf(place) {
  let own = 0, all = 0;
  PROFILES.forEach((profile) => { const owners = ownersOf(profile.boundary); if (owners.has(place)) { all += profile.count; if (owners.size === 1) own += profile.count; } });
  return { own, all };
}
function aboutProfile(number) {
  const profile = PROFILES[number], services = Array.from(ownersOf(profile.boundary));
  return [
    make("p.kicker", {}, "Transaction"), make("h3", {}, shown(profile.name)),
    make("p", {}, thousands(profile.count) + " committed, " + thousands(profile.undone) + " rolled back"),
    make("p", {}, services.length > 1 ? make("span.flag", {}, "distributed") : services.length ? "inside " : "writes in no service", services.flatMap((place) => [" ", chip(place)])),
    make("p.small", {}, "On the map: W written, L locked, C reached by a cascade or trigger, R read."),
    ...["writes", "locks", "cascades", "reads"].filter((set) => profile[set].length).map((set) => make("p", {}, make("b", {}, set + " "), comma(profile[set].map(tableLink)))),
    block("Statements", profile.statements.length, list(profile.statements, (row) => sql(STATEMENTS[row]), 5)),
  ];
}
function aboutPair(a, b) {
  const pair = map.pairs.find((each) => each.a === a && each.b === b);
  const title = [make("p.kicker", {}, "Border"), make("h3", {}, placeName(a) + " and " + placeName(b))];
  if (!pair) return [...title, make("p", {}, "Nothing crosses between them.")];
  const by = (rows, weight) => rows.slice().sort((x, y) => weight(y) - weight(x));
  return [
    ...title, make("p.pair", {}, chip(a), chip(b)),
    block("Written in one transaction", pair.transaction, list(by(pair.profiles, (row) => PROFILES[row].count), profileRow, 8)),
    block("Joined", pair.join, list(by(pair.statements, (row) => STATEMENTS[row].executions), joinRow, 8)),
    block("References", pair.reference, list(pair.links.map((row) => LINKS[row]), linkRow, 12)),
  ];
}
