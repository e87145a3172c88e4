// What must not come out of the client, and what may come back to it.
import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";

import { writeBody } from "../src/bodies.js";
import { connect, exact, NotOfTheService, type Report, type Service } from "../src/client.js";

const service = connect(process.env["RULETRAIL_URL"] ?? "http://127.0.0.1:8080");
const HEAD = { rulebook: "sociale/2024", subject: { comune: "Jesi", provincia: "AN" } };

function reportOf(fields: Record<string, unknown>): Report {
  return { ...HEAD, fields };
}

/** Ask somebody who is not the service, and says what `answer` says. */
async function asking<T>(answer: RequestListener, ask: (client: Service) => Promise<T>): Promise<T> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await ask(connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test("numbers arrive digit by digit, whatever their length", async () => {
  const sent = { R03: 39301n, R05: exact("8.5000000001"), R08: exact("99999999999999.99") };
  const { data } = await service.POST("/v1/evaluate", {
    params: { query: { trail: "true" } },
    body: reportOf({ ...sent, R07_2021: 99999999999999 }),
  });
  const written = JSON.stringify(data?.trail);
  for (const text of ["39301", "8.5000000001", "99999999999999"]) {
    assert.ok(written.includes(`{"from":"report","value":"${text}"}`), text);
  }
  assert.equal(writeBody(sent), '{"R03":39301,"R05":8.5000000001,"R08":99999999999999.99}');
});

test("a number that JavaScript changed, or that is none, does not go out", async () => {
  // 99999999999999.99 is 99999999999999.98 in the program already
  for (const number of [99999999999999.99, 0.1 + 0.2, 2 ** 53, Number.NaN, -Infinity]) {
    const asked = service.POST("/v1/evaluate", {
      params: { query: { nulls: "absent" } },
      body: reportOf({ R05: number }),
    });
    await assert.rejects(asked, { name: "RangeError", message: /^body\.fields\.R05 is / });
  }
  for (const text of ["1e5", "0421", ".5", "5.", "+5", "", "1,5", "NaN", "1\n", "\u0661"]) {
    assert.throws(() => exact(text), RangeError, text);
  }
});

test("what JSON would lose is refused, what it says is written as ever", () => {
  for (const lost of [new Map([["R03", 1]]), new Set([1]), () => 1, Symbol("x"), [undefined]]) {
    assert.throws(() => writeBody({ fields: lost }), TypeError);
  }
  class Sealed {
    #amount = 5;
    get amount() {
      return this.#amount;
    }
  }
  const boxed = [new Number(5), new Boolean(false), Object(5n), new String("5"), Object(Symbol("x"))];
  const empty = [/5/, new Error("5"), Promise.resolve(5), new Blob(["5"]), new ArrayBuffer(5), new Sealed()];
  for (const lost of [...boxed, ...empty]) {
    assert.throws(() => writeBody({ fields: { R03: lost } }), { name: "TypeError", message: /^body\.fields\.R03 is / });
  }
  for (const lost of [new Date(Number.NaN), { toJSON: () => null }]) {
    assert.throws(() => writeBody({ day: lost }), { name: "RangeError", message: /^body\.day is no value/ });
  }
  const itself: Record<string, unknown> = {};
  itself["again"] = itself;
  assert.throws(() => writeBody(itself), { name: "RangeError", message: /holds itself$/ });
  const plain = {
    texts: ["", '"\\', "\u2028\n\0", "\ud800", "\ud83d\ude00", "è"], none: null, left: undefined,
    numbers: [0, -0, 8.5, -1.25, 1e21, 1e-7, 999999999999999], yes: true, day: new Date(0),
    "__proto__x": {}, "toString": 1, empty: [],
  };
  assert.equal(writeBody(plain), JSON.stringify(plain));
});

test("hostile texts, types and lengths come back as problems of their field", async () => {
  const wrong: [unknown, string][] = [
    [null, "null-value"], ["39301", "wrong-type"], [true, "wrong-type"], [{}, "wrong-type"],
    [[1], "wrong-type"], [10n ** 15n, "number-out-of-limits"], ["\ud800", "lone-surrogate"],
    [exact("9".repeat(5000)), "number-out-of-limits"], [exact(`0.${"1".repeat(5000)}`), "number-out-of-limits"],
  ];
  for (const [value, code] of wrong) {
    const { error, response } = await service.POST("/v1/evaluate", { body: reportOf({ R03: value }) });
    assert.equal(response.status, 422);
    assert.deepEqual(error?.problems.map((each) => [each.code, each.field]), [[code, "R03"]]);
  }
  for (const length of [300_000, 3_000_000, 30_000_000]) {
    const { error, response } = await service.POST("/v1/evaluate", {
      body: reportOf({ R40: "è".repeat(length / 2) }),
    });
    assert.deepEqual([response.status, error?.problems[0]?.code], [413, "document-too-large"]);
  }
});

test("a name stays one part of the path", async () => {
  const described = "/v1/rulebooks/{name}/{edition}" as const;
  for (const name of ["..", ".", ""]) {
    const asked = service.GET(described, { params: { path: { name, edition: "2024" } } });
    await assert.rejects(asked, RangeError);
  }
  for (const name of ["../../health", "a?b#c", "scuola è", "%2e%2e", "a\nb"]) {
    const { error } = await service.GET(described, { params: { path: { name, edition: "2024" } } });
    assert.ok(error?.problems[0]?.message.length, name);
  }
});

test("an answer without problems is told from one of the service", async () => {
  const answers: [number, string, string][] = [
    [502, "text/html", "<h1>Bad gateway</h1>"], [500, "application/json", '{"message": "no"}'],
    [503, "application/problem+json", '{"title": "no"}'], [400, "text/plain", ""],
    [422, "application/problem+json", '{"problems": ['], [401, "application/json", "null"],
    [200, "text/html", "<h1>Sign in</h1>"], [200, "application/jsonp", "f()"],
    [200, "application/json", ""], [204, "application/json", ""], [200, "application/json", "null"],
    [200, "application/json", '{"sta'], [200, "application/json", "5"], [200, "application/json", '""'],
    [304, "application/json", ""],
  ];
  for (const [status, type, text] of answers) {
    const asked = asking(
      (_, response) => response.writeHead(status, { "Content-Type": type }).end(text),
      (client) => client.POST("/v1/evaluate", { body: reportOf({}) }),
    );
    await assert.rejects(asked, (failure: unknown) => {
      assert.ok(failure instanceof NotOfTheService, String(failure));
      assert.equal(failure.response.status, status);
      return true;
    });
  }
});

test("an answer of no length has neither data nor problems, however it is read", async () => {
  for (const [status, parseAs] of [[200, "json"], [200, "text"], [204, "text"]] as const) {
    const asked = asking(
      (_, response) => {
        const length = status === 204 ? {} : { "Content-Length": "0" };
        response.writeHead(status, { "Content-Type": "application/json", ...length }).end();
      },
      (client) => client.POST("/v1/evaluate", { body: reportOf({}), parseAs }),
    );
    await assert.rejects(asked, NotOfTheService);
  }
  const unready = (text: string) =>
    asking(
      (_, response) => response.writeHead(503, { "Content-Type": "application/json" }).end(text),
      (client) => client.GET("/ready"),
    );
  await assert.rejects(unready(""), NotOfTheService);
  assert.deepEqual((await unready('{"status": "starting"}')).error, { status: "starting" });
});

test("an answer that breaks off is no answer, and a slow one can be given up", async () => {
  const cut = asking(
    (_, response) => {
      response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "99" });
      response.write('{"status": "complete", ', () => response.destroy());
    },
    (client) => client.POST("/v1/evaluate", { body: reportOf({}) }),
  );
  await assert.rejects(cut, TypeError);
  const slow = asking(
    () => undefined,
    (client) =>
      client.POST("/v1/evaluate", { body: reportOf({}), signal: AbortSignal.timeout(50) }),
  );
  await assert.rejects(slow, { name: "TimeoutError" });
  const controller = new AbortController();
  const given = service.POST("/v1/evaluate", { body: reportOf({}), signal: controller.signal });
  controller.abort();
  await assert.rejects(given, { name: "AbortError" });
});

test("nothing changed is no error, and a page is read as text", async () => {
  const { response } = await service.GET("/v1/rulebooks");
  const again = await service.GET("/v1/rulebooks", {
    headers: { "If-None-Match": response.headers.get("ETag") },
  });
  assert.deepEqual([again.response.status, again.data], [304, undefined]);
  const path = { name: "sociale", edition: "2024" };
  const page = "/v1/rulebooks/{name}/{edition}/docs" as const;
  await assert.rejects(service.GET(page, { params: { path } }), NotOfTheService);
  const { data } = await service.GET(page, { params: { path }, parseAs: "text" });
  assert.match(String(data), /^<!doctype html>/i);
});
