import { randomBytes } from 'node:crypto';
import type { Costs } from '../../server/costs';

export interface OpenAnswer {
  readonly provider: string;
  readonly credentials: Readonly<Record<string, unknown>>;
  readonly service: string;
  readonly sessionId: string;
  readonly avatarId?: string;
  readonly expiresInMs: number;
}

/** What a page does with the broker, by hand. */
export interface Visitor {
  open(
    preset: string | undefined,
    provider: string,
    more?: Readonly<Record<string, unknown>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
  /** The same, of which more than a refusal is expected. */
  opened(preset: string, provider: string): Promise<OpenAnswer>;
  call(sessionId: string, action: string, body: object): Promise<Response>;
  beat(sessionId: string): Promise<Response>;
  close(sessionId: string): Promise<Response>;
  costs(sessionId?: string): Promise<Costs>;
}

/** @param cookie instead of the one that comes with the choices */
export async function createVisitor(url: string, { cookie }: { cookie?: string } = {}): Promise<Visitor> {
  const given = (await fetch(`${url}/api/choices`)).headers.get('set-cookie')?.split(';')[0] ?? '';
  const login = { cookie: cookie ?? given };
  const secrets = new Map<string, string>();
  const random = () => randomBytes(16).toString('hex');

  const ask: Visitor['open'] = (preset, provider, more = {}, headers = {}) =>
    order(random(), preset, provider, more, headers);
  function order(
    closeSecret: string,
    preset: string | undefined,
    provider: string,
    more: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return fetch(`${url}/api/avatar/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': random(), ...login, ...headers },
      body: JSON.stringify({ provider, closeSecret, ...(preset !== undefined && { preset }), ...more }),
    });
  }

  return {
    open: ask,
    async opened(preset, provider) {
      const secret = random();
      const answer = await order(secret, preset, provider);
      if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
      const details = (await answer.json()) as OpenAnswer;
      secrets.set(details.sessionId, secret);
      return details;
    },
    call: (id, action, body) =>
      fetch(`${url}/api/avatar/sessions/${id}/calls/${action}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...login },
        body: JSON.stringify(body),
      }),
    beat: (id) => fetch(`${url}/api/avatar/sessions/${id}/beat`, { method: 'POST', headers: login }),
    close: (id) =>
      fetch(`${url}/api/avatar/close`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: JSON.stringify({ id, secret: secrets.get(id) }),
      }),
    async costs(id) {
      const query = id === undefined ? '' : `?session=${id}`;
      return (await (await fetch(`${url}/api/costs${query}`, { headers: login })).json()) as Costs;
    },
  };
}
