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
  const orders = make("table", {}, make("caption", {}, "Orders compared"), make("thead", {}, make("tr", {}, ["Order", "writes at the first step", "statements crossing", "foreign keys", "tables moved at once", "mean saga cost on the way"].map((head, n) => make("th" + (n ? ".number" : ""), { scope: "col" }, head)))), make("tbody", {}, plan.orders.map(([name, ...values]) => make("tr", {}, make("th", { scope: "row" }, shown(name)), values.map((value) => make("td.number", {}, thousands(value)))))));
  body.replaceChildren(...[plan.refusal.length ? make("div.note", {}, plan.refusal.map((reason) => make("p", {}, shown(reason)))) : null, make("p.small", {}, "Saga cost, should it stop after each step"), make("div.scroll", { role: "region", tabindex: "0", "aria-label": "Saga cost by step" }, stairs), make("ol.steps", {}, steps), make("div.scroll", { role: "region", tabindex: "0", "aria-label": "Orders compared" }, orders)].filter(Boolean));
}
