// Views, triggers and stored routines, priced for the cut on the map.

// A view, trigger or stored routine: what it touches, and, where that lies in several services, what becomes of it.
function codeRow(code) {
  const services = Array.from(ownersOf(code.tables)), advice = services.length > 1 ? adviceOf(code) : "";
  const sets = [["fires on", code.on], ["writes", code.writes], ["reads", code.reads]].filter(([, tables]) => tables.length);
  const notes = [code.events.length ? "on " + code.events.map(shown).join(", ") : "", code.unread ? "cannot be read in full: " + shown(code.unread) : "", code.line === null ? "" : "DDL line " + code.line].filter(Boolean);
  return opening([shown(code.kind) + " ", make("code", {}, shown(code.name)), code.executions ? make("span.count", {}, " " + thousands(code.executions) + "×") : null, services.length > 1 ? make("span.spans", {}, plural(services.length, "service") + ": " + services.map(placeName).join(", ")) : null], () => [
    advice ? make("p.note", {}, advice) : null,
    ...sets.map(([name, tables]) => make("p.small", {}, make("b", {}, name + " "), comma(tables.slice(0, 40).map(tableLink)))),
    notes.length ? make("p.small", {}, notes.join(" · ")) : null,
    ...code.statements.map((row) => sql(STATEMENTS[row])),
  ].filter(Boolean));
}
// The advice of the assessment for a routine, for the cut as it stands on the map.
function adviceOf(code) {
  if (code.kind === "view" || code.kind === "trigger") return "";
  return fateOf(code) + (code.commits ? "; it commits in between, so a call is several transactions already" : "");
}
// What becomes of it, and why.
function fateOf(code) {
  const told = (place) => (cut.places[place].kind === UNASSIGNED ? "what stays in the monolith" : placeName(place));
  const of = (tables) => Array.from(ownersOf(tables)).sort((a, b) => (cut.places[a].n < cut.places[b].n ? -1 : 1));
  const all = (places) => places.slice(0, 4).map(told).join(", ") + (places.length > 4 ? " and " + (places.length - 4) + " more" : "");
  const writing = of(code.writes.filter((table) => !code.follows.has(table)));
  if (writing.length > 1) return "split: " + all(writing) + " each take the part that writes or locks their tables; the caller runs them as a saga";
  if (!writing.length) return "replace by calls: it only reads: its caller asks " + all(of(code.tables)) + ", or reads a copy";
  const away = (tables) => of(tables).filter((place) => !writing.includes(place)), followers = away(code.writes.filter((table) => code.follows.has(table))), readers = away(code.reads);
  return ["move: it writes for " + told(writing[0]) + " alone and goes there", followers.length ? all(followers) + " follows by an event" : "", readers.length ? "what it reads of " + all(readers) + " is asked for" : ""].filter(Boolean).join("; ");
}
