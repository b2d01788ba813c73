/** Requests drawn from the OpenAPI document: right ones, and ones with something wrong. */

import fc, { type Arbitrary } from 'fast-check';

type Schema = Readonly<Record<string, unknown>>;

export interface Drawn {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As it goes over the wire. */
  readonly body: string | Uint8Array | undefined;
}

export interface Known {
  /** Ids that stand for sessions; drawn beside made-up ones. */
  readonly ids: readonly string[];
  /** Actions of the service. */
  readonly actions: readonly string[];
  readonly secret: string;
  readonly origins: readonly string[];
  readonly tokens: readonly string[];
}

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, object>>;
}

export function requestsOf(document: OpenApiDocument, known: Known): Arbitrary<Drawn> {
  const at = (schema: Schema): Schema => {
    const reference = schema['$ref'];
    if (typeof reference !== 'string') return schema;
    const found = reference
      .split('/')
      .slice(1)
      .reduce<unknown>((here, name) => Reflect.get(Object(here), name), document);
    return at(Object(found) as Schema);
  };

  /** Values that the schema takes. */
  function valid(given: Schema, name = ''): Arbitrary<unknown> {
    const schema = at(given);
    const choice = schema['enum'];
    if (name === 'provider') return often(fc.constant('agora'), fc.constantFrom(...(choice as unknown[])));
    if (name === 'language') return often(fc.constantFrom('en', 'de'), patternOf(schema));
    if (Array.isArray(choice)) return fc.constantFrom(...(choice as unknown[]));
    if (name === 'id') return fc.constantFrom(...known.ids);
    if (name === 'secret' || name === 'closeSecret') {
      return fc.oneof(fc.constant(known.secret), patternOf(schema));
    }
    if (name === 'preset') return often(fc.constant('guide'), fc.constantFrom('other', 'constructor'));
    if (name === 'model') return fc.constantFrom('small', 'large');
    switch (schema['type']) {
      case 'string':
        return schema['pattern'] === undefined
          ? fc.string({ unit: 'binary', maxLength: 200 })
          : patternOf(schema);
      case 'boolean':
        return fc.boolean();
      case 'array':
        return fc.array(valid(Object(schema['items']) as Schema), {
          minLength: Number(schema['minItems'] ?? 0),
          maxLength: 4,
        });
      case 'object': {
        const properties = Object.entries(Object(schema['properties']) as Record<string, Schema>);
        const required = (schema['required'] ?? []) as string[];
        const fields = Object.fromEntries(properties.map(([key, each]) => [key, valid(each, key)]));
        return fc.record(fields, { requiredKeys: required });
      }
      default:
        return weird;
    }
  }

  function bodyOf(requestBody: unknown): Arbitrary<{ type: string; body: Drawn['body'] }> {
    const content = Reflect.get(Object(requestBody), 'content');
    const [type, media] = Object.entries(Object(content) as Record<string, { schema: Schema }>)[0] ?? [];
    if (type === undefined || media === undefined) {
      return fc.oneof(fc.constant({ type: '', body: undefined }), fc.record({ type: types, body: raw }));
    }
    const schema = (media.schema['contentSchema'] ?? media.schema) as Schema;
    const text = (value: unknown) => JSON.stringify(value) ?? '';
    const right = valid(schema);
    return fc.oneof(
      { weight: 4, arbitrary: right.map((value) => ({ type, body: text(value) })) },
      { weight: 4, arbitrary: changed(right).map((value) => ({ type, body: text(value) })) },
      { weight: 1, arbitrary: weird.map((value) => ({ type, body: text(value) })) },
      { weight: 1, arbitrary: right.chain((value) => cut(text(value))).map((body) => ({ type, body })) },
      { weight: 1, arbitrary: fc.record({ type: types, body: raw }) },
      { weight: 1, arbitrary: fc.record({ type: types, body: right.map(text) }) },
    );
  }

  const id = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known.ids) },
    { weight: 1, arbitrary: fc.stringMatching(/^[A-Za-z0-9_-]{22}$/) },
    { weight: 1, arbitrary: pathPart },
  );
  const action = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known.actions) },
    { weight: 1, arbitrary: fc.stringMatching(/^[a-z][a-z0-9-]{0,63}$/) },
    { weight: 1, arbitrary: pathPart },
  );
  const key = fc.oneof(
    { weight: 6, arbitrary: fc.stringMatching(/^[A-Za-z0-9_-]{16,128}$/) },
    { weight: 2, arbitrary: fc.constantFrom('key-of-a-page-that-repeats', 'key-of-another-page') },
    { weight: 1, arbitrary: headerValue },
  );
  const maybe = <T>(arbitrary: Arbitrary<T>, weight = 5) =>
    fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

  const operations = Object.entries(document.paths).flatMap(([template, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) =>
      fc
        .record({
          id,
          action,
          method: fc.oneof(
            { weight: 12, arbitrary: fc.constant(method.toUpperCase()) },
            {
              weight: 1,
              arbitrary: fc.constantFrom('GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'POST'),
            },
          ),
          content: bodyOf(Reflect.get(Object(operation), 'requestBody')),
          authorization: fc.oneof(
            { weight: 10, arbitrary: fc.constantFrom(...known.tokens.map((token) => `Bearer ${token}`)) },
            { weight: 1, arbitrary: maybe(headerValue, 1) },
          ),
          key: fc.oneof({ weight: 12, arbitrary: key }, { weight: 1, arbitrary: fc.constant(undefined) }),
          origin: maybe(fc.oneof(fc.constantFrom(...known.origins), headerValue)),
          encoding: maybe(fc.constantFrom('gzip', 'identity', 'br', 'x'), 20),
          query: maybe(fc.webQueryParameters(), 8),
          suffix: maybe(pathPart, 30),
        })
        .map((drawn): Drawn => {
          const path = template.replace('{id}', () => drawn.id).replace('{action}', () => drawn.action);
          const headers = {
            authorization: drawn.authorization,
            'idempotency-key': drawn.key,
            origin: drawn.origin,
            'content-encoding': drawn.encoding,
            'content-type': drawn.content.type || undefined,
            ...(drawn.method === 'OPTIONS' && { 'access-control-request-method': 'POST' }),
          };
          const hasBody = drawn.method !== 'GET' && drawn.method !== 'HEAD';
          const suffix = drawn.suffix === undefined ? '' : `/${drawn.suffix}`;
          return {
            method: drawn.method,
            path: `${path}${suffix}${drawn.query === undefined ? '' : `?${drawn.query}`}`,
            headers: Object.fromEntries(
              Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
            ),
            body: hasBody ? drawn.content.body : undefined,
          };
        }),
    ),
  );
  return fc.oneof(...operations);
}

const patternOf = (schema: Schema) => fc.stringMatching(new RegExp(String(schema['pattern'])));

/** What the server takes, and now and then what the document alone takes. */
const often = <T>(usual: Arbitrary<T>, other: Arbitrary<T>) =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: other });

const weird: Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(null, true, 0, -1, 1e308, Number.MAX_SAFE_INTEGER + 2, '', ' ', [], {}, [[]]),
  fc.constantFrom(
    '\u0000',
    '\ud800',
    '\u202e',
    '\ufeff',
    'ﬀ',
    '😀'.repeat(40),
    "' OR 1=1 --",
    '{{7*7}}',
    '../../x',
  ),
  fc.constantFrom('a'.repeat(21), 'a'.repeat(22), 'a'.repeat(128), 'a'.repeat(129), 'a'.repeat(5_000)),
  fc.integer({ min: 1, max: 40 }).map((depth) => nested(depth)),
);

function nested(depth: number): unknown {
  return depth === 0 ? 'deep' : depth % 2 === 0 ? [nested(depth - 1)] : { deeper: nested(depth - 1) };
}

/** One field left out, put in, or of another kind. */
function changed(right: Arbitrary<unknown>): Arbitrary<unknown> {
  const name = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom('avatar_id', 'url', 'constructor', 'toString', 'credentials', '', 'Provider', 'role'),
  );
  return fc.tuple(right, fc.nat(), name, weird, fc.nat(2)).map(([value, which, added, other, way]) => {
    if (typeof value !== 'object' || value === null) return other;
    const fields = Object.entries(value);
    const at = fields.length === 0 ? 0 : which % fields.length;
    if (way === 0) return Object.fromEntries(fields.filter((_field, index) => index !== at));
    if (way === 1) return Object.fromEntries([...fields, [added, other]]);
    return Object.fromEntries(fields.map(([key, each], index) => [key, index === at ? other : each]));
  });
}

const cut = (text: string): Arbitrary<string> => fc.nat(text.length).map((end) => text.slice(0, end));

const raw: Arbitrary<Drawn['body']> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '',
    'null',
    '{}{}',
    '[',
    '{"__proto__":{"x":1}}',
    'NaN',
    '[1,]',
    '\ufeff{}',
    'x'.repeat(70_000),
  ),
);

const types = fc.constantFrom(
  'application/json',
  'application/json; charset=utf-16',
  'text/plain',
  'text/plain;charset=UTF-8',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'application/problem+json',
  'x',
);

/** What an HTTP client lets through in a header. */
const headerValue = fc.stringMatching(/^[\x21-\x7e\xa0-\xff]{1,60}$/);

/** What a path may hold without being two parts, or a query. */
const pathPart = fc.oneof(
  fc.stringMatching(/^[\w.~!$&'()*+,;=:@-]{1,40}$/).filter((part) => !/^\.\.?$/.test(part)),
  fc.webSegment().filter((part) => part !== '' && !/^\.\.?$/.test(part)),
  fc.constantFrom('__proto__', 'constructor', '%00', '%2e%2e', '%2f', 'beat', 'x'.repeat(300)),
);
