// Tables that many services write: the advice, the columns that go with each service, what stays as the identity.

const columnsOf = (columns) => comma(columns.map((name) => make("code", {}, name === "*" ? "the whole row" : shown(name))));
const placeNamed = (name) => cut.places.findIndex((each) => each.n === name);
function godParts(god) {
  const rows = god.groups.map(([name, columns, service, share, writing, statements]) => {
    const place = placeNamed(service);
    return make("li.part" + (place >= 0 && cut.places[place].kind === SERVICE ? ".hue" + (cut.places[place].hue || 0) : ".apart"), {},
      make("b", {}, shown(name)), " → ", place >= 0 ? chip(place) : shown(service), make("span.count", {}, " " + percent(share, 1) + " of " + plural(writing, "update")), make("div", {}, columnsOf(columns)),
      statements.length ? opening(["the updates"], () => statements.map((row) => sql(STATEMENTS[row]))) : null);
  });
  const stays = make("li.part.apart", {}, make("b", {}, "shared identity"), make("div", {}, columnsOf(god.identity)));
  return make("ul.parts", {}, rows, rows.length && god.identity.length ? stays : null, god.contested.length ? make("li.part.apart", {}, make("b", {}, "updated with several parts"), make("div", {}, columnsOf(god.contested))) : null);
}
function godUses(god) {
  const row = ([service, reads, writes, reading, writing]) => {
    const place = placeNamed(service);
    return make("tr", {}, make("th", { scope: "row" }, place >= 0 ? chip(place) : shown(service)), make("td", {}, writes.length ? columnsOf(writes) : "–"), make("td.number", {}, thousands(writing)), make("td", {}, reads.length ? columnsOf(reads) : "–"), make("td.number", {}, thousands(reading)));
  };
  return make("div.scroll", { role: "region", tabindex: "0", "aria-label": "Who uses which column of " + nameOf(god.table) }, make("table", {}, make("thead", {}, make("tr", {}, ["Service", "writes", "times", "reads", "times"].map((head) => make("th" + (head === "times" ? ".number" : ""), { scope: "col" }, head)))), make("tbody", {}, god.services.map(row))));
}
function godColumns(god) {
  const rows = god.columns.map(([name, reads, writes, statements]) => {
    const along = new Set();
    statements.forEach((row) => ownersOf(STATEMENTS[row].tables).forEach((place) => { if (place !== cut.home[god.table]) along.add(place); }));
    return make("tr", {}, make("th", { scope: "row" }, shown(name)), make("td.number", {}, thousands(reads)), make("td.number", {}, thousands(writes)), make("td", {}, Array.from(along).map(placeName).join(", ") || "–"));
  });
  return make("div.scroll", { role: "region", tabindex: "0", "aria-label": "The columns of " + nameOf(god.table) }, make("table", {}, make("thead", {}, make("tr", {}, ["Column", "read", "written", "in statements with"].map((head, n) => make("th" + (n === 1 || n === 2 ? ".number" : ""), { scope: "col" }, head)))), make("tbody", {}, rows)));
}
function godDetails(god) {
  return [
    god.groups.length ? godParts(god) : null,
    god.services.length ? opening(["Who uses which column"], () => godUses(god)) : null,
    god.columns.length ? opening(["Its columns ", make("span.count", {}, thousands(god.columns.length))], () => godColumns(god)) : null,
  ].filter(Boolean);
}
function godTable(table) {
  const god = GODS.get(table);
  if (!god) return null;
  return make("section.block", {}, make("h4", {}, (STARRED.has(table) ? "★ " : "") + "Used by many services: " + god.advice), make("p.small", {}, shown(god.reason) + "."), ...godDetails(god));
}
function cards(gods, card) {
  const box = make("div.gods", {}, gods.slice(0, 6).map(card));
  if (gods.length <= 6) return box;
  const more = button("Show " + thousands(gods.length - 6) + " more", () => { box.append(...gods.slice(6).map(card)); more.remove(); }, "quiet");
  return make("div", {}, box, more);
}
function showGods() {
  const gods = Array.from(GODS.values()), card = (god) => make("article.god", {}, make("h3", {}, tableLink(god.table), chip(cut.home[god.table]), make("span.advice", {}, god.advice)), make("p.small", {}, shown(god.reason) + "."), ...godDetails(god));
  const acted = gods.filter((god) => god.advice !== "leave"), left = gods.filter((god) => god.advice === "leave");
  byId("gods-body").replaceChildren(...[
    acted.length ? cards(acted, card) : make("p", {}, "None of them asks for more than a look."),
    left.length ? opening([make("strong", {}, "Leave as they are"), " ", make("span.count", {}, thousands(left.length))], () => cards(left, card)) : null,
  ].filter(Boolean));
}
