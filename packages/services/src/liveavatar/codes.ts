import type { CodeRow } from '../http/dialect';

/** 1000 in LiveAvatar's SDK, 100 in its OpenAPI document. */
export const SUCCESS: ReadonlySet<number> = new Set([100, 1000]);

/** None is documented: what is known of a refusal is its HTTP status. */
export const LIVEAVATAR_CODES: Readonly<Record<string, CodeRow>> = Object.freeze({});
