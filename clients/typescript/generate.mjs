// Writes the types of the service: its OpenAPI document in, TypeScript out.
//
//     ruletrail serve --openapi | node generate.mjs > src/service.ts
import { json } from "node:stream/consumers";

import openapiTS, { astToString } from "openapi-typescript";

const HEAD = "// Written by `make client` from the service's OpenAPI document; changes here are lost.\n\n";

/** Leave out the examples of bodies: a whole trail among them, which no type is made of. */
function withoutExamples(part) {
  if (Array.isArray(part)) return part.map(withoutExamples);
  if (part === null || typeof part !== "object") return part;
  const kept = Object.entries(part).filter(([key]) => !(key === "example" && "schema" in part));
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutExamples(value)]));
}

const document = withoutExamples(await json(process.stdin));
// a key with a default may be left out of what is sent
const types = await openapiTS(document, { defaultNonNullable: false });
process.stdout.write(HEAD + astToString(types));
