// The client against a service that runs: `RULETRAIL_URL` says where.
import assert from "node:assert/strict";
import { test } from "node:test";

import { type Answer, connect, type Problem, type Report } from "../src/client.js";

const service = connect(process.env["RULETRAIL_URL"] ?? "http://127.0.0.1:8080");
const JESI: Report = {
  rulebook: "sociale/2024",
  subject: { comune: "Jesi", provincia: "AN" },
  fields: { R01A: 24.5, R03: 39301, R05: 8.5, R16: "SI" },
};

test("a report is answered, its numbers as exact texts", async () => {
  const { data, error } = await service.POST("/v1/evaluate", { body: JESI });
  assert.equal(error, undefined);
  const answer: Answer = data;
  assert.equal(answer.status, "incomplete");
  assert.equal(answer.rulebook, "sociale/2024@1.0.1");
  assert.equal(answer.values["R01B"], undefined);
  assert.ok(answer.missing.includes("R01"));
  const whole = { ...JESI, fields: { ...JESI.fields, R01: 24.5 } };
  const again = await service.POST("/v1/evaluate", { body: whole });
  assert.equal(again.data?.values["R01B"], "802");
});

test("each wrong field is named, in the language that was asked for", async () => {
  const { data, error, response } = await service.POST("/v1/evaluate", {
    params: { query: { lang: "it" } },
    body: { ...JESI, fields: { R03: "molti", R16: "FORSE", R99: 1 } },
  });
  assert.equal(data, undefined);
  assert.equal(response.status, 422);
  const problems: Problem[] = error.problems;
  const marked = Object.fromEntries(problems.map((each) => [each.field, each.code]));
  assert.deepEqual(marked, { R03: "wrong-type", R16: "not-allowed", R99: "unknown-key" });
  for (const problem of problems) {
    assert.ok(problem.message && problem.hint);
    assert.equal(problem.pointer, `/fields/${problem.field}`);
  }
});

test("a form is built of what the rulebook says of its fields", async () => {
  const { data } = await service.GET("/v1/rulebooks/{name}/{edition}", {
    params: { path: { name: "sociale", edition: "2024" } },
  });
  assert.ok(data);
  assert.equal(data.fields["R03"]?.unit, "abitanti");
  assert.deepEqual(
    data.fields["R16"]?.choices?.map((choice) => choice.value),
    ["SI", "NO"],
  );
});

test("types refuse what the service would", async () => {
  // @ts-expect-error - a report names its rulebook
  const nameless: Report = { fields: {} };
  // @ts-expect-error - a rulebook is described, not posted
  assert.equal((await service.POST("/v1/rulebooks", { body: nameless })).response.status, 405);
});
