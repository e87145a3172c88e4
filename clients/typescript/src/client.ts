// A client of `ruletrail serve`. Its types are written from the OpenAPI document.
import createClient, { type Client, defaultPathSerializer, type Middleware } from "openapi-fetch";

import { writeBody } from "./bodies.js";
import type { components, paths } from "./service.js";

export { type Exact, exact } from "./bodies.js";

/** What travels as JSON; trails, pages and lines of reports are asked for with `fetch`. */
type Media = "application/json" | "application/problem+json";

export type Service = Client<paths, Media>;

export type Report = components["schemas"]["Report"];
export type Answer = components["schemas"]["Answer"];
export type Rulebook = components["schemas"]["Rulebook"];
/** Why there is no answer: `error.problems`, each with its `field`, `message` and `hint`. */
export type Problems = components["schemas"]["Problems"];
export type Problem = components["schemas"]["Found"];

/** Somebody answered, and not with JSON of the service: a proxy, a login page, another address. */
export class NotOfTheService extends Error {
  override readonly name = "NotOfTheService";

  constructor(readonly response: Response) {
    const media = response.headers.get("Content-Type") ?? "no type";
    super(`no JSON of the service: ${response.status} ${response.url} (${media})`);
  }
}

/** What an answer says, where it is an object or a list; null where it is neither, or no JSON. */
async function readObject(response: Response): Promise<object | null> {
  try {
    const said: unknown = JSON.parse(await response.clone().text());
    return typeof said === "object" ? said : null;
  } catch (failure) {
    if (failure instanceof SyntaxError) return null;
    throw failure;
  }
}

async function hasProblems(response: Response): Promise<boolean> {
  const said = await readObject(response);
  return said !== null && "problems" in said && Array.isArray(said.problems);
}

/** An answer that `openapi-fetch` gives no data for, whatever it was asked to read it as. */
function isEmpty(response: Response): boolean {
  return response.status === 204 || response.headers.get("Content-Length") === "0";
}

/** So that `error.problems` is there whenever `data` is not, as the types say. */
const onlyTheService: Middleware = {
  async onResponse({ request, response, schemaPath, options }) {
    const isJson = /^application\/([a-z.]+\+)?json\b/.test(response.headers.get("Content-Type") ?? "");
    const isObject = async () => isJson && (await readObject(response)) !== null;
    let asExpected: boolean;
    if (response.ok) asExpected = options.parseAs === "json" ? await isObject() : !isEmpty(response);
    else if (response.status === 304) asExpected = request.headers.has("If-None-Match");
    else if (response.status === 503 && schemaPath === "/ready") asExpected = await isObject();
    else asExpected = await hasProblems(response);
    if (!asExpected) throw new NotOfTheService(response);
  },
};

/** A part of a path stays one: `..` would lead to another place, with the token. */
function writePath(path: string, values: Record<string, unknown>): string {
  for (const [name, value] of Object.entries(values)) {
    if (/^\.{0,2}$/.test(String(value))) throw new RangeError(`\`${String(value)}\` is no ${name}`);
  }
  return defaultPathSerializer(path, values);
}

/**
 * Talk to a service: `await service.POST("/v1/evaluate", { body })` gives `data`, or `error` with
 * the problems. Numbers of answers are texts, exact: make a number of them only to draw it. Throws
 * where nobody answers, where the `signal` that was given aborts, and `NotOfTheService`.
 */
export function connect(baseUrl: string, token?: string): Service {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const service = createClient<paths, Media>({
    baseUrl, headers, bodySerializer: writeBody, pathSerializer: writePath,
  });
  service.use(onlyTheService);
  return service;
}
