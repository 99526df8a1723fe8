// Text as readers see it, elements built without markup, and services.yml as the program writes it.

const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;
const NAMED = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
function escaped(character) {
  const code = character.codePointAt(0), hex = code.toString(16);
  return code <= 0xff ? "\\x" + hex.padStart(2, "0") : code <= 0xffff ? "\\u" + hex.padStart(4, "0") : "\\U" + hex.padStart(8, "0");
}
const shown = (text) => {
  const clean = String(text).replace(INVISIBLE, (character) => NAMED[character] || escaped(character));
  return clean.trim() ? clean : '"' + clean + '"';
};
const nameOf = (table) => shown(TABLES[table].name);
const placeName = (place) => shown(cut.places[place].n);

const NUMBER = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
const thousands = (number) => NUMBER.format(number);
// To whole numbers as the program rounds them: a half goes to the even side.
function rounded(value) {
  const low = Math.floor(value);
  return value - low === 0.5 ? low + (low % 2) : Math.round(value);
}
function percent(part, whole) {
  if (!(whole > 0)) return "-";
  if (part >= whole) return "100 %";
  if (part <= 0) return "0 %";
  const tenths = rounded((part * 1000) / whole);
  return tenths === 0 ? "<0.1 %" : (Math.min(tenths, 999) / 10).toFixed(1) + " %";
}
const whole = (share) => rounded(share * 100) + " %";
const plural = (count, noun, many) => thousands(count) + " " + (count === 1 ? noun : many || noun + "s");

// make("p.lead", {title: "x"}, "text", child): an element; strings become text nodes, never markup.
function make(tag, attributes, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key === "onclick") element.addEventListener("click", value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}
const SVG = "http://www.w3.org/2000/svg";
function draw(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes || {})) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
const byId = (id) => document.getElementById(id);
const button = (label, action, kind) => make("button" + (kind ? "." + kind : ""), { type: "button", onclick: action }, label);

const PLAIN_SCALAR = /^[A-Za-z_][A-Za-z0-9_.$/-]*(?: [A-Za-z0-9_.$/-]+)*$/;
const SPECIAL = new Set(["y", "n", "yes", "no", "on", "off", "true", "false", "null"]);
const HIDDEN = /[\p{C}\p{Z}]/u;
function scalar(value) {
  if (PLAIN_SCALAR.test(value) && !SPECIAL.has(value.toLowerCase())) return value;
  let text = "";
  for (const character of value) {
    if (character === '"' || character === "\\") text += "\\" + character;
    else if (character === " " || !HIDDEN.test(character)) text += character;
    else text += escaped(character);
  }
  return '"' + text + '"';
}
function flowList(values, indent) {
  const words = values.map(scalar);
  if (words.reduce((sum, word) => sum + word.length + 2, indent) <= 100) return "[" + words.join(", ") + "]";
  const rows = [];
  for (const word of words) {
    if (rows.length && rows[rows.length - 1].length + word.length + 2 <= 100 - indent) rows[rows.length - 1] += ", " + word;
    else rows.push(word);
  }
  const margin = " ".repeat(indent);
  return "[\n" + rows.map((row) => margin + row).join(",\n") + ",\n" + " ".repeat(indent - 2) + "]";
}
const tablesOf = (place) => TABLES.map((_, number) => number).filter((number) => cut.home[number] === place);
function servicesYaml() {
  const lines = [
    "# Which service owns which table. Edit freely; `decompose assess` prices the result.",
    "# services: a table belongs to exactly one; patterns such as order_* take what no other entry names.",
    "# shared: reference data, replicated to whoever reads it. infrastructure: noise, left out of coupling.",
  ];
  const services = cut.places.map((place, number) => ({ place, number })).filter((each) => each.place.kind === SERVICE && tablesOf(each.number).length);
  const words = (place) => tablesOf(place).map((table) => TABLES[table].name);
  lines.push(services.length ? "services:" : "services: {}");
  for (const { place, number } of services) {
    lines.push("  " + scalar(place.n) + ":");
    if (place.cap) lines.push("    capability: " + scalar(place.cap));
    lines.push("    tables: " + flowList(words(number), 6));
    if (place.owner) lines.push("    owner: " + scalar(place.owner));
  }
  const reasons = new Map(DATA.roles.map(([table, kind, reason]) => [kind + " " + table, reason]));
  cut.places.forEach((place, number) => {
    if (place.kind !== SHARED && place.kind !== INFRASTRUCTURE) return;
    const tables = tablesOf(number);
    lines.push(place.n + (tables.length ? ":" : ": []"));
    for (const table of tables) {
      const reason = reasons.get(place.n + " " + table);
      lines.push("  - " + scalar(TABLES[table].name) + (reason ? "  # " + (HIDDEN.test(reason.replace(/ /g, "")) ? scalar(reason) : reason) : ""));
    }
  });
  const left = cut.places.findIndex((place) => place.kind === UNASSIGNED);
  if (words(left).length) lines.push("# In no service yet: " + words(left).map(scalar).join(", "));
  return lines.join("\n") + "\n";
}
