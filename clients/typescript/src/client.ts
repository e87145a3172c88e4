// A client of `ruletrail serve`. Everything but `connect` is written from the OpenAPI document.
import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./service.js";

/** What travels as JSON; trails, pages and lines of reports are asked for with `fetch`. */
type Media = "application/json" | "application/problem+json";

export type Service = Client<paths, Media>;

export type Report = components["schemas"]["Report"];
export type Answer = components["schemas"]["Answer"];
export type Rulebook = components["schemas"]["Rulebook"];
/** Why there is no answer: `error.problems`, each with its `field`, `message` and `hint`. */
export type Problems = components["schemas"]["Problems"];
export type Problem = components["schemas"]["Found"];

/**
 * Talk to a service: `await service.POST("/v1/evaluate", { body })` gives `data`, or `error` with
 * the problems. Numbers of answers are texts, exact: make a number of them only to draw it.
 */
export function connect(baseUrl: string, token?: string): Service {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return createClient<paths, Media>({ baseUrl, headers });
}
