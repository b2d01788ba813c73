/** What goes between page and broker, as the broker's OpenAPI document has it: a change there breaks the build here. */

import type { components, operations, paths } from './openapi';

type Schemas = components['schemas'];

export type SessionRequest = Schemas['SessionRequest'];
export type OpenedSession = Schemas['OpenedSession'];
export type CloseRequest = Schemas['CloseRequest'];
export type CallAnswer = Schemas['CallAnswer'];
export type ChatRequest = Schemas['ChatRequest'];
export type Refused = Schemas['ErrorAnswer']['error'];
export type OpenHeaders = operations['openSession']['parameters']['header'];

/** Fields of an answer before anybody has looked at them. */
export type Unchecked<T> = { readonly [K in T extends unknown ? keyof T : never]?: unknown };

type Posted = { [P in keyof paths]: paths[P] extends { post: object } ? P : never }[keyof paths];
type Filled<P extends string> = P extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${string}${Filled<After>}`
  : P;

/** A path of the document that takes POST, with its parameters filled in. */
export type Path = Filled<Posted>;

export const OPENED = 201 satisfies keyof operations['openSession']['responses'];
/** The key is known already. */
export const KEY_SPENT = 409 satisfies keyof operations['openSession']['responses'];
