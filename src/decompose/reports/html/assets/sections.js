// What stands around the map: the price, the services, what crosses, how sure we are.

function showPrice(now, note) {
  byId("price").replaceChildren(...FIGURES.map((figure) => {
    const change = figure.value(now) - figure.value(BASE);
    return make("div", { "data-figure": figure.key }, make("dt", {}, figure.label), make("dd", {}, make("span.value", {}, figure.text(now)), figure.more ? make("span.detail", {}, " " + figure.more(now)) : null, Math.abs(change) < 0.05 ? null : make("span.delta." + toneOf(change, figure.key), {}, " " + difference(change))),
      compare.on ? make("dd.there", {}, "there " + figure.text(compare.figures)) : null);
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
const CARDS = 10; // how many services are told at once; the largest first
let everyCard = false;
function showCards() {
  const services = cut.places.map((place, n) => n).filter((n) => cut.places[n].kind === SERVICE).sort((a, b) => map.members[b].length - map.members[a].length || a - b);
  const parts = new Map(DATA.capabilities.map(([name, children]) => [name, children]));
  const many = !everyCard && services.length > CARDS + 2;
  byId("cards").replaceChildren(...services.slice(0, many ? CARDS : undefined).map((place) => {
    const item = cut.places[place], inside = insideOf(place), sure = item.sure, known = sure !== null && sure !== undefined && !changedPlaces.has(place);
    const open = make("button.card.hue" + item.hue, { type: "button", onclick: () => { select({ kind: "place", id: place }); byId("map-section").scrollIntoView(); } },
      make("span.card-name", {}, placeName(place)), make("span.card-cap", {}, item.cap && item.cap.toLowerCase() !== item.n.toLowerCase() ? shown(item.cap) : ""),
      make("span.card-parts", {}, (parts.get(item.cap) || []).slice(0, 4).map((child) => shown(child[0])).join(" · ")),
      make("span.card-facts", {}, plural(map.members[place].length, "table") + " · " + (inside.all ? percent(inside.own, inside.all) + " of writes inside" : "no writes seen")),
      make("span.sure", {}, known ? "stability " + whole(sure) : changedPlaces.has(place) ? "changed by you" : "stability not known", known ? meter(sure) : null));
    return open;
  }));
  byId("more-cards").hidden = !many;
  byId("more-cards").textContent = "Show all " + thousands(services.length) + " services";
}
byId("more-cards").addEventListener("click", () => { everyCard = true; showCards(); byId("cards").children[CARDS].focus(); });
function meter(share) {
  const bar = draw("svg", { viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true", class: "meter" }, draw("rect", { width: 100, height: 6, class: "meter-all" }), draw("rect", { width: Math.round(share * 100), height: 6, class: "meter-part" }));
  return bar;
}
const UNSEEN = "Not known: no log was read.";
function showCrossings() {
  const distributed = PROFILES.map((_, n) => n).filter((n) => PROFILES[n].count && ownersOf(PROFILES[n].boundary).size > 1).sort((a, b) => PROFILES[b].count * (ownersOf(PROFILES[b].boundary).size - 1) - PROFILES[a].count * (ownersOf(PROFILES[a].boundary).size - 1) || a - b);
  const joins = STATEMENTS.map((_, n) => n).filter((n) => STATEMENTS[n].joins.some((pair) => crosses(pair.left, pair.right))).sort((a, b) => STATEMENTS[b].executions - STATEMENTS[a].executions || a - b);
  const reads = STATEMENTS.map((_, n) => n).filter((n) => !STATEMENTS[n].joins.some((pair) => crosses(pair.left, pair.right)) && ownersOf(STATEMENTS[n].tables).size > 1).sort((a, b) => STATEMENTS[b].executions - STATEMENTS[a].executions || a - b);
  const links = LINKS.filter((link) => link.declared && crosses(link.child, link.parent));
  const column = (title, count, lead, content, empty) => make("div.column", {}, make("h3", {}, title + " ", make("span.count", {}, count)), make("p.small", {}, lead), content || (STATEMENTS.length || PROFILES.length ? make("p.good", {}, empty) : make("p.small", {}, UNSEEN)));
  const stored = CODE.filter((code) => ownersOf(code.tables).size > 1);
  byId("crossings-body").replaceChildren(make("div.columns", {},
    column("Distributed writes", thousands(figures.distributed_write_transactions), "Transactions that must be atomic today and would span services.", distributed.length ? list(distributed, profileRow, 7) : null, "None: every transaction stays inside one service."),
    column("Joins across", thousands(figures.cross_joins), "Statements that set columns of two services equal.", joins.length ? list(joins, joinRow, 7) : null, "None."),
    column("Foreign keys to retire", thousands(figures.foreign_keys_to_retire), "Declared references between services.", links.length ? list(links, linkRow, 8) : make("p.good", {}, "None.")),
    reads.length ? column("Reads across", thousands(figures.cross_reads), "Other statements that touch two services.", list(reads, (n) => opening([make("code", {}, STATEMENTS[n].tables.map(nameOf).slice(0, 4).join(", ")), " ", make("span.count", {}, thousands(STATEMENTS[n].executions) + "×")], () => sql(STATEMENTS[n])), 7)) : null,
    stored.length ? column("Stored code across", thousands(stored.length), "Views, triggers and routines that touch tables of several services.", list(stored, codeRow, 7)) : null),
  otherFindings());
}
function otherFindings() {
  const known = new Set(["distributed-write", "cross-join", "foreign-key-to-retire", "cross-read", "undeclared-reference", "cross-routine", "cross-view", "cross-trigger"]);
  const rest = DATA.findings.filter((finding) => !known.has(finding[0]));
  if (!rest.length) return "";
  return opening([make("strong", {}, "Other findings"), " ", make("span.count", {}, thousands(rest.length)), make("span.small", {}, " as analysed, without your changes")], () => make("ul.rows", {}, rest.slice(0, 400).map(([code, severity, message, , tables]) => make("li", {}, make("span.tag." + severity, {}, code), " ", shown(message), " ", tables.length ? tableLink(tables[0]) : null))));
}

function showSureness() {
  const seen = DATA.coverage, fence = DATA.unsure, services = DATA.places.filter((place) => place.kind === SERVICE && place.sure !== null && place.sure !== undefined);
  const sorted = services.slice().sort((a, b) => a.sure - b.sure);
  byId("sureness-body").replaceChildren(make("div.columns", {},
    make("div.column", {}, make("h3", {}, "What was read"), make("ul.rows", {}, [
      seen.statements ? percent(seen.statements_understood, seen.statements) + " of " + plural(seen.statements, "statement") + " understood" : "no statements",
      seen.transactions ? plural(seen.transactions, "transaction") + ", " + percent(seen.transactions_complete, seen.transactions) + " complete" : "no transactions",
      thousands(seen.transactions_explicit) + " explicit, " + thousands(seen.transactions_autocommit) + " autocommit, " + thousands(seen.rolled_back) + " rolled back",
      thousands(seen.tables_touched) + " of " + plural(seen.tables, "table") + " touched by the log", plural(seen.sessions, "session"),
    ].map((text) => make("li", {}, text)), seen.gaps.map(([reason, count]) => make("li.gap", {}, thousands(count) + " × " + shown(reason))))),
    make("div.column", {}, make("h3", {}, "Tables on the fence ", make("span.count", {}, thousands(fence.length))), fence.length ? list(fence, ([table, second]) => make("div", {}, tableLink(table), " in ", chip(cut.home[table]), make("span.small", {}, " next best " + shown(second))), 10) : make("p.small", {}, "None known: only a proposal that was drawn again and again knows them.")),
    make("div.column", {}, make("h3", {}, "Stability"), sorted.length ? list(sorted, (place) => make("div.stability", {}, shown(place.n), make("span.count", {}, whole(place.sure)), meter(place.sure)), 10) : make("p.small", {}, "Not known for a decomposition that was read from a file.")),
    compare.there ? differencesColumn() : null));
}
function differencesColumn() {
  return make("div.column", {}, make("h3", {}, "Elsewhere in " + shown(compare.name) + " ", make("span.count", {}, thousands(compare.differs.size))), make("p.small", {}, "there: " + FIGURES.map((figure) => figure.label + " " + figure.text(compare.figures)).join(", ")),
    list(Array.from(compare.differs), ([table, there]) => make("div", {}, tableLink(table), " here ", chip(cut.home[table]), " there " + shown(there.name))));
}
