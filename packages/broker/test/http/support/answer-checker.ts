/** Holds real answers against the OpenAPI document: what is not documented is an error. */

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

interface Described {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, unknown>>;
}

interface Operation {
  readonly responses: Readonly<Record<string, unknown>>;
}

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export interface AnswerChecker {
  /**
   * Reads a clone of the answer, unless it is a stream of events.
   *
   * @throws Error that says what of the answer is not documented
   */
  check(request: Pick<Request, 'method' | 'url'>, response: Response): Promise<void>;
  /** Each `METHOD /path status` that was checked. */
  readonly seen: ReadonlySet<string>;
}

/** @param basePath where the broker of the answers is mounted */
export function createAnswerChecker(document: object, basePath: string): AnswerChecker {
  const closed = close(document) as OpenApiDocument;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema(closed, 'document');
  const compiled = new Map<string, ValidateFunction>();
  const seen = new Set<string>();

  function validate(pointer: string, value: unknown, what: string): void {
    const run = compiled.get(pointer) ?? ajv.compile({ $ref: `document#${pointer}` });
    compiled.set(pointer, run);
    if (!run(value)) throw new Error(`${what}: ${ajv.errorsText(run.errors)} in ${JSON.stringify(value)}`);
  }

  /** What stands at a pointer, with the pointer of what a reference there leads to. */
  function at(pointer: string): readonly [unknown, string] {
    const value = pointer
      .split('/')
      .slice(1)
      .reduce<unknown>(
        (here, name) => (here === undefined ? here : Reflect.get(Object(here), fromPointer(name))),
        closed,
      );
    const reference: unknown = Reflect.get(Object(value), '$ref');
    return typeof reference === 'string' ? at(reference.slice(1)) : [value, pointer];
  }

  function operationOf(method: string, url: string): string | 'other-path' | 'other-method' {
    const { pathname } = new URL(url);
    const below = pathname.startsWith(basePath) ? pathname.slice(basePath.length) : '';
    for (const [template, operations] of Object.entries(closed.paths)) {
      const pattern = new RegExp(`^${template.replaceAll('.', '[.]').replace(/\{\w+\}/g, '[^/%]+')}$`);
      if (!pattern.test(below)) continue;
      const name = method === 'HEAD' ? 'get' : method.toLowerCase();
      return Object.hasOwn(operations, name) ? `/paths/${toPointer(template)}/${name}` : 'other-method';
    }
    return 'other-path';
  }

  async function checkBody(pointer: string, { content }: Described, response: Response, what: string) {
    const type = response.headers.get('content-type')?.split(';')[0]?.trim();
    if (content === undefined) {
      if (type !== undefined) throw new Error(`${what}: ${type}, where no body is documented`);
      if ((await response.clone().text()) !== '') throw new Error(`${what}: a body that is not documented`);
      return;
    }
    if (type === undefined || !Object.hasOwn(content, type)) {
      throw new Error(`${what}: ${type} is not among ${Object.keys(content).join(', ')}`);
    }
    if (type !== 'application/json') return;
    validate(`${pointer}/content/${toPointer(type)}/schema`, await response.clone().json(), what);
  }

  function checkHeaders(pointer: string, { headers = {} }: Described, response: Response, what: string) {
    if (response.headers.get('cache-control') !== 'no-store') throw new Error(`${what}: may be cached`);
    for (const name of ['retry-after', 'allow', 'www-authenticate', 'location', 'set-cookie']) {
      if (response.headers.has(name) && !Object.hasOwn(headers, name)) {
        throw new Error(`${what}: the header ${name} is not documented`);
      }
    }
    for (const name of Object.keys(headers)) {
      const [header, place] = at(`${pointer}/headers/${toPointer(name)}`);
      const value = response.headers.get(name);
      if (value === null) {
        if (Reflect.get(Object(header), 'required') === true) throw new Error(`${what}: no ${name}`);
        continue;
      }
      const [schema, schemaPlace] = at(`${place}/schema`);
      const isNumber = Reflect.get(Object(schema), 'type') === 'integer';
      validate(schemaPlace, isNumber ? Number(value) : value, `${what}: ${name}`);
    }
  }

  return {
    seen,
    async check(request, response) {
      const { method } = request;
      const { status } = response;
      const operation = operationOf(method, request.url);
      const what = `${method} ${new URL(request.url).pathname} ${status}`;
      if (operation === 'other-method' && method === 'OPTIONS' && status === 204) return;
      const expected = { 'other-path': '404', 'other-method': '405' }[operation];
      if (expected !== undefined && status !== 403 && `${status}` !== expected) {
        throw new Error(`${what}: ${expected} is documented`);
      }
      const pointer =
        expected === undefined
          ? `${operation}/responses/${status}`
          : `/components/responses/Refused${status}`;
      const [described, place] = at(pointer);
      if (described === undefined) throw new Error(`${what}: the status is not documented`);
      checkHeaders(place, described as Described, response, what);
      if (method !== 'HEAD') await checkBody(place, described as Described, response, what);
      seen.add(`${method} ${expected ?? operation.split('/')[2]?.replaceAll('~1', '/')} ${status}`);
    },
  };
}

const toPointer = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');
const fromPointer = (name: string) => name.replaceAll('~1', '/').replaceAll('~0', '~');

/** The same document with every object closed: a field that it does not name is not documented. */
function close(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(close);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, close(each)]));
  const isOpenObject =
    copy['type'] === 'object' &&
    copy['properties'] !== undefined &&
    copy['additionalProperties'] === undefined;
  return isOpenObject ? { ...copy, additionalProperties: false } : copy;
}
