/** A body against its schema: what is refused is refused by name. */

import * as v from 'valibot';
import { Refusal } from '../refusal';

type Checked = v.GenericSchema & { readonly entries: v.ObjectEntries };

const NO_FIELDS = 'what is opened is decided on the server';

/** @throws Refusal 400, naming the field */
export function checkFields<S extends Checked>(schema: S, body: unknown): v.InferOutput<S> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Refusal(400, 'invalid-argument', 'The body has to be a JSON object.', { field: 'body' });
  }
  const unknown = Object.keys(body).find((name) => !Object.hasOwn(schema.entries, name));
  if (unknown !== undefined) {
    const field = shown(unknown);
    const taken = Object.keys(schema.entries).join(', ');
    throw new Refusal(400, 'invalid-argument', `"${field}" is not taken: ${NO_FIELDS}. Taken: ${taken}.`, {
      field,
    });
  }
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? 'body';
  const message = Object.hasOwn(body, field)
    ? `${field} has to be ${issue.message}.`
    : `${field} is missing.`;
  throw new Refusal(400, 'invalid-argument', message, { field });
}

/** A name as the client wrote it, fit for a message. */
function shown(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?').slice(0, 64);
}
