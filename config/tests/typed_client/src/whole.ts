/**
 * The whole schema, also what the story does not touch: nothing that is asked or answered may be of
 * just any type. Nothing here runs; where it does not compile, the error names the addresses.
 */

import type { paths } from "../generated/schema.js";

type Method = "get" | "post" | "put" | "patch" | "delete";
type Success = 200 | 201 | 202;

/** Whether `any` or `unknown` is in it somewhere. */
type IsLoose<T> = unknown extends T
  ? true
  : T extends readonly (infer Element)[]
    ? IsLoose<Element>
    : T extends object
      ? { [Name in keyof T]-?: IsLoose<T[Name]> }[keyof T]
      : false;

type Content<T> = T extends { content: infer Body } ? Body : never;
type Asked<Operation> =
  | (Operation extends { parameters: infer Parameters } ? Parameters : never)
  | (Operation extends { requestBody?: infer Body } ? Content<Body> : never);
type Answered<Operation> = Operation extends { responses: infer Answers }
  ? Content<Answers[keyof Answers & Success]>
  : never;

type LooseAddresses = {
  [Address in keyof paths]: {
    [Verb in Method]: true extends IsLoose<
      Asked<paths[Address][Verb]> | Answered<paths[Address][Verb]>
    >
      ? `${Verb} ${Address}`
      : never;
  }[Method];
}[keyof paths];

/** There are none: the compiler names those that are missing here. */
export const loose: Record<LooseAddresses, never> = {};
