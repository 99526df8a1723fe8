// The link: names, not numbers, so that it still means the same in tomorrow's report of the same database.
const coded = (text) => Array.from({ length: text.length }, (_, n) => text[n]).map((unit) => (/[A-Za-z0-9_.-]/.test(unit) ? unit : "~" + unit.charCodeAt(0).toString(16).padStart(4, "0"))).join("");
const decoded = (text) => text.replace(/~([0-9a-f]{4})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
function writeLink() {
  const parts = [];
  if (state.founded.length) parts.push("new=" + state.founded.map(coded).join(","));
  if (state.moves.size) parts.push("moves=" + Array.from(state.moves, ([table, place]) => coded(TABLES[table].name) + ":" + coded(cut.places[place].n)).join(","));
  if (state.still && state.moves.size) parts.push("still=1");
  const chosen = state.selection;
  if (chosen && chosen.kind === "table") parts.push("table=" + coded(TABLES[chosen.id].name));
  if (chosen && chosen.kind === "place") parts.push("service=" + coded(cut.places[chosen.id].n));
  if (chosen && chosen.kind === "profile" && PROFILES[chosen.id].id) parts.push("transaction=" + coded(PROFILES[chosen.id].id));
  if (compare.on) parts.push("compare=1");
  const link = "#" + parts.join("&");
  if (location.hash !== link && (parts.length || location.hash.includes("="))) history.replaceState(null, "", parts.length ? link : location.pathname + location.search);
}
function readLink() {
  const parts = new Map(location.hash.slice(1).split("&").filter((part) => part.includes("=")).map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]));
  if (!parts.size) return;
  const table = (text) => TABLES.findIndex((each) => each.name === decoded(text));
  const words = (name) => (parts.get(name) || "").split(",").filter(Boolean);
  state.founded = Array.from(new Set(words("new").map(decoded))).filter((name) => !DATA.places.some((place) => place.n === name));
  const places = [...DATA.places.map((place) => place.n), ...state.founded];
  state.moves = new Map();
  state.still = parts.get("still") === "1";
  words("moves").forEach((pair) => { const [from, to] = pair.split(":"), number = table(from), place = places.indexOf(decoded(to || "")); if (number >= 0 && place >= 0) place1(number, place); });
  state.selection = null;
  if (parts.has("table") && table(parts.get("table")) >= 0) state.selection = { kind: "table", id: table(parts.get("table")) };
  if (parts.has("service") && places.includes(decoded(parts.get("service")))) state.selection = { kind: "place", id: places.indexOf(decoded(parts.get("service"))) };
  const profile = PROFILES.findIndex((each) => each.id && each.id === decoded(parts.get("transaction") || ""));
  if (profile >= 0) state.selection = { kind: "profile", id: profile };
  compare.on = Boolean(compare.there) && parts.get("compare") === "1";
  byId("compare").checked = compare.on;
}
function download() {
  const link = make("a", { href: URL.createObjectURL(new Blob([servicesYaml()], { type: "text/yaml" })), download: "services.yml" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  say("services.yml is in your downloads. decompose assess services.yml prices it the same.");
}
async function copyLink() {
  writeLink();
  let told = "The link is copied.";
  if (navigator.clipboard) await navigator.clipboard.writeText(location.href).catch(() => { told = "The link stands in the address bar."; });
  else told = "The link stands in the address bar.";
  byId("share").textContent = told.startsWith("The link is") ? "Copied" : "In the address bar";
  setTimeout(() => { byId("share").textContent = "Copy link"; }, 2500);
  say(told);
}
