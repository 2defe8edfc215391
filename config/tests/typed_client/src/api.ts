/** The typed door: one client per person; an answer is what was promised, or a typed refusal. */

import assert from "node:assert/strict";
import createClient, { type Client } from "openapi-fetch";
import type { Error as Refusal, paths } from "../generated/schema.js";
import { API_URL } from "./environment.js";

export type Api = Client<paths, "application/json">;

type Outcome<Answer> =
  | { data: Answer; error?: never; response: Response }
  | { data?: never; error: Refusal; response: Response };

/** Return the client of whoever holds the access token; of nobody without one. */
export function clientOf(accessToken?: string): Api {
  const headers = accessToken === undefined ? {} : { Authorization: `Bearer ${accessToken}` };
  return createClient<paths>({ baseUrl: API_URL, headers });
}

/** Return the answer; a refusal ends the story with the sentence the person would have read. */
export async function answered<Answer>(asked: Promise<Outcome<Answer>>): Promise<Answer> {
  const { data, error, response } = await asked;
  if (error !== undefined) {
    const problem = `${response.status} ${error.error_code}: ${error.detail}`;
    throw new Error(`${response.url} answered ${problem}`);
  }
  return data;
}

/** Return the refusal that must come, and only with this status and this code. */
export async function refused(
  asked: Promise<Outcome<unknown>>,
  status: number,
  code: Refusal["error_code"],
): Promise<Refusal> {
  const { error, response } = await asked;
  if (error === undefined) throw new Error(`${response.url} did not refuse with ${code}.`);
  same("the refusal", [response.status, error.error_code], [status, code]);
  same("its sentence is readable", error.detail.length > 0, true);
  return error;
}

/** Return what a person who may see all always gets; the schema cannot know who asks. */
export function visible<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("A field is missing for someone who may see all.");
  return value;
}

/** Compare two things that the compiler already knows to be of one kind. */
export function same<Value>(what: string, actual: Value, expected: NoInfer<Value>): void {
  assert.deepEqual(actual, expected, what);
}
