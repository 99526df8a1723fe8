// Reads documents with the tools' own readers. In: {"reader": name, "texts": [...]} on stdin; out: per text
// {"errors": [...], "names": [...]}. Run with NODE_PATH on the installed packages.
"use strict";
const { readFileSync } = require("fs");

const readers = {
  dbml(text) {
    const { Parser } = require("@dbml/core");
    const database = new Parser().parse(text, "dbmlv2");
    const tables = database.schemas.flatMap((schema) => schema.tables);
    return {
      errors: [],
      names: tables.map((table) => table.name),
      groups: database.schemas.flatMap((schema) => schema.tableGroups.map((group) => group.name)),
      references: database.schemas.flatMap((schema) => schema.refs).length,
      columns: tables.flatMap((table) => table.fields.map((field) => field.name)),
    };
  },
  async asyncapi(text) {
    globalThis.self = globalThis; // the bundle looks for the browser's name of the global object
    const Parser = require("@asyncapi/parser/browser/index.js");
    const { document, diagnostics } = await new Parser().parse(text);
    const told = diagnostics.filter((found) => found.code !== "asyncapi-latest-version");
    return {
      errors: told.map((found) => `${found.code}: ${found.message} at ${found.path.join("/")}`),
      names: document ? document.allChannels().all().map((channel) => channel.address()) : [],
      operations: document ? document.allOperations().all().length : 0,
    };
  },
  structurizr(text) {
    const { StructurizrLexer, StructurizrParser, C4Interpreter } = require("structurizr-parser");
    const lexed = StructurizrLexer.tokenize(text);
    StructurizrParser.input = lexed.tokens;
    const tree = StructurizrParser.workspaceWrapper();
    const errors = [...lexed.errors, ...StructurizrParser.errors].map((error) => error.message);
    return { errors, names: errors.length ? [] : containers(tree) };
  },
  backstage(text) {
    const model = require("@backstage/catalog-model");
    const entity = JSON.parse(text);
    const checks = [
      new model.SchemaValidEntityPolicy(),
      new model.NoForeignRootFieldsEntityPolicy(),
      new model.FieldFormatEntityPolicy(),
    ];
    const kinds = { Component: model.componentEntityV1alpha1Validator, System: model.systemEntityV1alpha1Validator };
    return Promise.all([...checks.map((policy) => policy.enforce(entity)), kinds[entity.kind].check(entity)]).then(
      () => ({
        errors: [],
        names: [model.stringifyEntityRef(entity)],
        needs: (entity.spec.dependsOn || []).map((need) =>
          model.stringifyEntityRef(model.parseEntityRef(need, { defaultNamespace: "default" }))),
      }),
    );
  },
};

function containers(tree) {
  // The strings of each `x = container "name" ...` in the parser's own syntax tree.
  const found = [];
  (function walk(node) {
    if (node.name === "containerSection") {
      found.push(JSON.parse(node.children.StringLiteral[0].image));
    }
    for (const child of Object.values(node.children || {}).flat()) walk(child);
  })(tree);
  return found;
}

function message(error) {
  if (error.diags) return error.diags.map((found) => `${found.location.start.line}: ${found.message}`);
  return [String(error.stack || error.message || error).slice(0, 500)];
}

(async () => {
  const { reader, texts } = JSON.parse(readFileSync(0, "utf8"));
  const results = [];
  for (const text of texts) {
    try {
      results.push(await readers[reader](text));
    } catch (error) {
      results.push({ errors: message(error), names: [] });
    }
  }
  process.stdout.write(JSON.stringify(results));
})();
