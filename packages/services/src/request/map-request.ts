/** From our words to a service's body, by the table of that service. */

import { AvatarError, type Provider } from '@avatarwire/core';
import type { CreateRequest, OpenRequest } from '../contract';
import { checkRequest } from './check-request';

/** Sent under the service's name, a path with dots. */
interface Sent {
  readonly to: string;
  /** Ours to theirs; what is not in it cannot be had. */
  readonly values?: Readonly<Record<string, string | number>>;
  /** Of a number. */
  readonly most?: number;
}
/** Held without being sent; `only` is what holds. */
interface Implied {
  readonly implied: string;
  readonly only?: readonly string[];
}
interface Unsupported {
  /** What to do instead, as a sentence. */
  readonly unsupported: string;
}
export type FieldRule = Sent | Implied | Unsupported;

export interface RequestTable {
  readonly service: string;
  readonly title: string;
  readonly providers: readonly Provider[];
  readonly fields: Readonly<Record<Exclude<keyof CreateRequest, 'extra'>, FieldRule>>;
  /** The service's own names that `extra` may have, and where they go. */
  readonly extra: Readonly<Record<string, string>>;
}

export type Body = { [name: string]: unknown };

/** The fields that a service takes. */
export function acceptedFields({ fields, extra }: RequestTable): readonly (keyof CreateRequest)[] {
  const taken = (Object.keys(fields) as (keyof typeof fields)[]).filter(
    (name) => !('unsupported' in fields[name]),
  );
  return Object.freeze([...taken, ...(Object.keys(extra).length > 0 ? (['extra'] as const) : [])]);
}

/** @throws AvatarError `invalid-argument` or `unsupported`, naming the field */
export function mapRequest(table: RequestTable, request: OpenRequest): Body {
  const { service, title, providers, fields, extra } = table;
  checkRequest(service, request);
  const refuse = (code: 'invalid-argument' | 'unsupported', message: string) =>
    new AvatarError(code, message, { service });
  if (!providers.includes(request.provider)) {
    throw refuse('unsupported', `request.provider: ${title} offers ${providers.join(', ')}.`);
  }
  const body: Body = {};
  for (const [name, rule] of Object.entries(fields)) {
    const value: unknown = Reflect.get(request, name);
    if (value === undefined) continue;
    if ('unsupported' in rule) throw refuse('unsupported', `request.${name}: ${rule.unsupported}`);
    const offered = 'to' in rule ? rule.values && Object.keys(rule.values) : rule.only;
    if (offered && !offered.includes(String(value))) {
      throw refuse('unsupported', `request.${name}: ${title} has ${offered.join(', ')} only.`);
    }
    if (!('to' in rule)) continue;
    if (rule.most !== undefined && typeof value === 'number' && value > rule.most) {
      throw refuse('invalid-argument', `request.${name} must be at most ${rule.most} with ${title}.`);
    }
    put(body, rule.to, rule.values?.[String(value)] ?? value);
  }
  for (const [name, value] of Object.entries(request.extra ?? {})) {
    const to = Object.hasOwn(extra, name) ? extra[name] : undefined;
    if (to === undefined) {
      const known = Object.keys(extra).join(', ') || 'nothing';
      throw refuse(
        'invalid-argument',
        `request.extra.${name.slice(0, 64)}: with ${title}, extra takes ${known}.`,
      );
    }
    put(body, to, value);
  }
  return body;
}

function put(body: Body, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop() ?? path;
  let place = body;
  for (const name of names) {
    const inner = (place[name] ?? {}) as Body;
    place[name] = inner;
    place = inner;
  }
  place[last] = value;
}
