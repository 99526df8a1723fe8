// The decomposition under the reader's hands and its price, counted exactly as the assessment counts it.

const DATA = JSON.parse(document.getElementById("data").textContent);
const SERVICE = 0, SHARED = 1, INFRASTRUCTURE = 2, UNASSIGNED = 3;
const TABLES = DATA.tables.map((row) => ({ name: row[0], columns: row[1], key: row[2], rows: row[3], comment: row[4], standing: row[5], q: row[6], r: row[7] }));
const PROFILES = DATA.profiles.map((row) => {
  const [id, name, explicit, count, undone, reads, writes, locks, cascades, statements, labels] = row;
  const boundary = Array.from(new Set([...writes, ...locks, ...cascades])).sort((a, b) => a - b);
  return { id, name, explicit: explicit === 1, count, undone, reads, writes, locks, cascades, statements, labels, boundary };
});
const STATEMENTS = DATA.statements.map((row) => {
  const accesses = [], joins = [];
  for (let i = 0; i < row[4].length; i += 2) accesses.push({ table: row[4][i], mode: row[4][i + 1] });
  for (let i = 0; i < row[5].length; i += 4) joins.push({ left: row[5][i], leftColumn: row[5][i + 1], right: row[5][i + 2], rightColumn: row[5][i + 3] });
  return { fingerprint: row[0], template: row[1], verb: row[2], executions: row[3], accesses, joins, tables: Array.from(new Set(accesses.map((each) => each.table))) };
});
const LINKS = DATA.links.map((row) => ({ child: row[0], parent: row[1], columns: row[2], parentColumns: row[3], onDelete: row[4], onUpdate: row[5], declared: row[6] === 1, joined: row[7], line: row[8] }));
const CODE = DATA.code.map((row) => ({ kind: row[0], name: row[1], on: row[2], events: row[3], writes: row[4], follows: new Set(row[5]), reads: row[6], executions: row[7], statements: row[8], unread: row[9], line: row[10], commits: row[11], tables: Array.from(new Set([...row[2], ...row[4], ...row[6]])) }));
const BASE_PLACES = DATA.places.length;

// Which rows a table takes part in: a move changes their share of the price and nobody else's.
const TOUCHED = TABLES.map(() => ({ profiles: [], statements: [], links: [] }));
PROFILES.forEach((profile, number) => profile.boundary.forEach((table) => TOUCHED[table].profiles.push(number)));
STATEMENTS.forEach((statement, number) => {
  const tables = new Set(statement.tables);
  statement.joins.forEach((pair) => tables.add(pair.left).add(pair.right));
  tables.forEach((table) => TOUCHED[table].statements.push(number));
});
LINKS.forEach((link, number) => new Set([link.child, link.parent]).forEach((table) => TOUCHED[table].links.push(number)));
const READERS = TABLES.map(() => []);
PROFILES.forEach((profile, number) => new Set([...profile.reads, ...profile.boundary]).forEach((table) => READERS[table].push(number)));

// What may change: the places (a reader may found a service) and the home of every table.
const cut = { places: DATA.places.map((place) => ({ ...place })), home: DATA.home.slice() };

function ownerIn(home, places, table) {
  const kind = places[home[table]].kind;
  return kind === SERVICE || kind === UNASSIGNED ? home[table] : -1;
}
const owner = (table) => ownerIn(cut.home, cut.places, table);

function ownersOf(tables, of = owner) {
  const found = new Set();
  for (const table of tables) {
    const place = of(table);
    if (place >= 0) found.add(place);
  }
  return found;
}
function crosses(left, right, of = owner) {
  const a = of(left), b = of(right);
  return a >= 0 && b >= 0 && a !== b;
}

const NOTHING = () => ({ write_transactions: 0, distributed_write_transactions: 0, saga_cost: 0, explicit_write_transactions: 0, explicit_distributed_write_transactions: 0, cross_joins: 0, cross_reads: 0, foreign_keys_to_retire: 0 });
function addProfile(sum, profile, of, sign) {
  if (!profile.count || !profile.boundary.length) return;
  const participants = ownersOf(profile.boundary, of).size;
  sum.write_transactions += sign * profile.count;
  if (participants > 1) {
    sum.distributed_write_transactions += sign * profile.count;
    sum.saga_cost += sign * profile.count * (participants - 1);
  }
  if (profile.explicit && profile.writes.length) {
    sum.explicit_write_transactions += sign * profile.count;
    if (ownersOf(profile.writes, of).size > 1) sum.explicit_distributed_write_transactions += sign * profile.count;
  }
}
function addStatement(sum, statement, of, sign) {
  if (statement.joins.some((pair) => crosses(pair.left, pair.right, of))) sum.cross_joins += sign * statement.executions;
  else if (ownersOf(statement.tables, of).size > 1) sum.cross_reads += sign * statement.executions;
}
function addLink(sum, link, of, sign) {
  if (link.declared && crosses(link.child, link.parent, of)) sum.foreign_keys_to_retire += sign;
}
function sizes(home, places) {
  const counts = new Map();
  TABLES.forEach((table, number) => {
    const place = ownerIn(home, places, number);
    if (table.standing && place >= 0) counts.set(place, (counts.get(place) || 0) + 1);
  });
  return counts;
}
function shares(sum, home, places) {
  const counts = Array.from(sizes(home, places).values());
  const total = counts.reduce((a, b) => a + b, 0);
  sum.services = Array.from(new Set(home)).filter((place) => places[place].kind === SERVICE).length;
  sum.largest_share = total ? Math.max(...counts) / total : 0;
  sum.distributed_write_share = sum.write_transactions ? sum.distributed_write_transactions / sum.write_transactions : 0;
  return sum;
}
function measure(home = cut.home, places = cut.places) {
  const of = (table) => ownerIn(home, places, table);
  const sum = NOTHING();
  PROFILES.forEach((profile) => addProfile(sum, profile, of, 1));
  STATEMENTS.forEach((statement) => addStatement(sum, statement, of, 1));
  LINKS.forEach((link) => addLink(sum, link, of, 1));
  return shares(sum, home, places);
}
// The price after moving some tables to one place, from the price now: only the rows they take part in are counted anew.
function measureMoved(now, tables, place) {
  const rows = { profiles: new Set(), statements: new Set(), links: new Set() };
  for (const table of tables) for (const kind of Object.keys(rows)) TOUCHED[table][kind].forEach((row) => rows[kind].add(row));
  const home = cut.home.slice();
  tables.forEach((table) => { home[table] = place; });
  const then = (table) => ownerIn(home, cut.places, table);
  const sum = { ...now };
  for (const [of, sign] of [[owner, -1], [then, 1]]) {
    rows.profiles.forEach((row) => addProfile(sum, PROFILES[row], of, sign));
    rows.statements.forEach((row) => addStatement(sum, STATEMENTS[row], of, sign));
    rows.links.forEach((row) => addLink(sum, LINKS[row], of, sign));
  }
  return shares(sum, home, cut.places);
}

// What crosses between places, by pair, with the rows behind it. `wanted` chooses kinds, `least` the executions.
function crossings() {
  const pairs = new Map();
  const entry = (a, b) => {
    const key = a < b ? a + "," + b : b + "," + a;
    if (!pairs.has(key)) pairs.set(key, { a: Math.min(a, b), b: Math.max(a, b), transaction: 0, join: 0, reference: 0, profiles: [], statements: [], links: [] });
    return pairs.get(key);
  };
  const everyPair = (places, visit) => {
    const list = Array.from(places).sort((x, y) => x - y);
    for (let i = 0; i < list.length; i++) for (let j = i + 1; j < list.length; j++) visit(entry(list[i], list[j]));
  };
  PROFILES.forEach((profile, number) => {
    if (!profile.count || profile.boundary.length < 2) return;
    everyPair(ownersOf(profile.boundary), (pair) => { pair.transaction += profile.count; pair.profiles.push(number); });
  });
  STATEMENTS.forEach((statement, number) => {
    const seen = new Set();
    statement.joins.forEach((join) => {
      if (!crosses(join.left, join.right)) return;
      const pair = entry(owner(join.left), owner(join.right));
      if (seen.has(pair)) return;
      seen.add(pair);
      pair.join += statement.executions;
      pair.statements.push(number);
    });
  });
  LINKS.forEach((link, number) => {
    if (!crosses(link.child, link.parent)) return;
    const pair = entry(owner(link.child), owner(link.parent));
    pair.reference += 1;
    pair.links.push(number);
  });
  return Array.from(pairs.values());
}

// Edges between tables by kind: written together, joined, referring; weights are executions (references: how many).
const TABLE_EDGES = (() => {
  const found = { transaction: new Map(), join: new Map(), reference: new Map() };
  const add = (kind, a, b, weight) => {
    if (a === b) return;
    const key = Math.min(a, b) * TABLES.length + Math.max(a, b);
    found[kind].set(key, (found[kind].get(key) || 0) + weight);
  };
  PROFILES.forEach((profile) => {
    const tables = profile.boundary;
    if (!profile.count || tables.length > 40) return;
    for (let i = 0; i < tables.length; i++) for (let j = i + 1; j < tables.length; j++) add("transaction", tables[i], tables[j], profile.count);
  });
  STATEMENTS.forEach((statement) => {
    new Set(statement.joins.map((pair) => Math.min(pair.left, pair.right) * TABLES.length + Math.max(pair.left, pair.right))).forEach((key) =>
      add("join", Math.floor(key / TABLES.length), key % TABLES.length, statement.executions));
  });
  LINKS.forEach((link) => add("reference", link.child, link.parent, 1));
  const rows = [];
  for (const kind of Object.keys(found)) found[kind].forEach((weight, key) => rows.push({ kind, a: Math.floor(key / TABLES.length), b: key % TABLES.length, weight }));
  return rows;
})();
const EDGES_OF = TABLES.map(() => []);
TABLE_EDGES.forEach((edge) => { EDGES_OF[edge.a].push(edge); EDGES_OF[edge.b].push(edge); });
