// Search over tables, services and transactions.
const INDEX = [
  ...TABLES.map((table, id) => ({ kind: "table", id, text: table.name, note: "table" })),
  ...DATA.places.map((place, id) => ({ kind: "place", id, text: place.n, note: place.kind === SERVICE ? "service" : "set apart" })),
  ...PROFILES.map((profile, id) => ({ kind: "profile", id, text: profile.name, note: "transaction" })).filter((each) => each.text),
].map((each) => ({ ...each, folded: each.text.toLowerCase() }));
const search = byId("search"), found = byId("found");
let options = [], active = -1;
function lookUp() {
  const words = search.value.trim().toLowerCase();
  const rank = (each) => (each.folded === words ? 0 : each.folded.startsWith(words) ? 1 : 2);
  options = words ? INDEX.filter((each) => each.folded.includes(words)).sort((a, b) => rank(a) - rank(b) || a.folded.length - b.folded.length).slice(0, 12) : [];
  active = options.length ? 0 : -1;
  showFound();
}
function showFound() {
  found.hidden = !options.length;
  search.setAttribute("aria-expanded", String(!found.hidden));
  found.replaceChildren(...options.map((each, n) => {
    const row = make("li", { role: "option", id: "found-" + n, "aria-selected": String(n === active) }, make("span", {}, shown(each.text)), make("span.small", {}, each.note));
    row.addEventListener("mousedown", (event) => { event.preventDefault(); take(n); });
    return row;
  }));
  if (active >= 0 && options.length) search.setAttribute("aria-activedescendant", "found-" + active); else search.removeAttribute("aria-activedescendant");
}
function take(n) {
  const each = options[n];
  options = [];
  showFound();
  if (!each) return;
  select({ kind: each.kind, id: each.id });
  if (each.kind === "table") reveal(each.id);
  say(shown(each.text) + " selected");
}
search.addEventListener("input", lookUp);
search.addEventListener("blur", () => { options = []; showFound(); });
search.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); if (options.length) active = (active + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length; showFound(); }
  else if (event.key === "Enter") take(active);
  else if (event.key === "Escape") { search.value = ""; options = []; showFound(); }
});
