// Checks every object of DIRECTORY/bundle.json against the JSON schemas of STIX 2.1 in DIRECTORY/node_modules/stixview.
// They know no extension-definition and no TLP 2.0 marking (both younger than they are): these are counted and named, and
// tests/cli/check_stix.py has their rules.
"use strict";
const fs = require("fs");
const path = require("path");

const work = path.resolve(process.argv[2]);
const Ajv = require(path.join(work, "node_modules/ajv"));
const root = path.join(work, "node_modules/stixview/src/stix2-schemas");
const ajv = new Ajv({allErrors: true, schemaId: "auto", unknownFormats: "ignore", logger: false});
const schemas = new Map();
for (const folder of fs.readdirSync(root)) {
  for (const file of fs.readdirSync(path.join(root, folder))) {
    const schema = JSON.parse(fs.readFileSync(path.join(root, folder, file), "utf8"));
    schema.$id = `http://localhost/${folder}/${file}`;  // so that their relative references meet
    schemas.set(path.basename(file, ".json"), schema.$id);
    ajv.addSchema(schema);
  }
}
const bundle = JSON.parse(fs.readFileSync(path.join(work, "bundle.json"), "utf8"));
let valid = 0;
let failed = 0;
const unknown = [];
for (const object of bundle.objects) {
  if (!schemas.has(object.type) || object.type === "marking-definition") {
    unknown.push(object.type);
    continue;
  }
  const check = ajv.getSchema(schemas.get(object.type));
  if (check(object)) {
    ++valid;
    continue;
  }
  ++failed;
  for (const error of check.errors.slice(0, 4)) console.error(`${object.id}${error.dataPath}: ${error.message}`);
}
console.log(`${valid} objects valid against the schemas, ${failed} not; unknown to them: ${unknown.join(", ") || "none"}`);
process.exit(failed ? 1 : 0);
