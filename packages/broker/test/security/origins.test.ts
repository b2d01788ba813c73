import { describe, expect, test } from 'vitest';
import { SECRET, type Sent, type Stage, stage } from '../http/support/stage';

const APP = 'https://app.example';
const OWN = 'https://broker.example';

const asText = { 'content-type': 'text/plain' };
const closing = (id: string) => ({ headers: asText, body: JSON.stringify({ id, secret: SECRET }) });

type Ask = (on: Stage, id: string, headers: Readonly<Record<string, string>>) => ReturnType<Stage['send']>;

const ask =
  (path: (id: string) => string, sent: (id: string) => Sent = () => ({})): Ask =>
  ({ send }, id, headers) => {
    const more = sent(id);
    return send(path(id), { ...more, headers: { ...more.headers, ...headers } });
  };

const ROUTES: Readonly<Record<string, readonly [Ask, number]>> = {
  'POST /sessions': [({ open }, _id, headers) => open({}, { headers }), 201],
  'POST /close': [ask(() => '/close', closing), 204],
  'POST beat': [ask((id) => `/sessions/${id}/beat`), 204],
  'POST calls': [
    ask(
      (id) => `/sessions/${id}/calls/ask`,
      () => ({ body: {} }),
    ),
    200,
  ],
  'GET document': [
    ask(
      () => '/openapi.json',
      () => ({ method: 'GET' }),
    ),
    200,
  ],
  'no route': [ask(() => '/nowhere'), 404],
  'no method': [
    ask(
      () => '/sessions',
      () => ({ method: 'DELETE' }),
    ),
    405,
  ],
};

/** What browsers send as `Origin`, and what somebody makes up to be taken for another. */
const FOREIGN = [
  'https://evil.example',
  'null',
  'NULL',
  'http://app.example',
  'https://app.example:443',
  'https://app.example.',
  'https://app.example/',
  'https://app.example.evil.example',
  'https://evil-app.example',
  'https://sub.app.example',
  'https://app.example@evil.example',
  'https://APP.EXAMPLE',
  'https://app.example, https://evil.example',
  'https://app.example https://evil.example',
  'https://xn--pp-kka.example',
  'http://broker.example',
  'https://broker.example:8443',
  'https://broker.example.evil.example',
  'file://',
  'chrome-extension://abcdefgh',
  '*',
  '',
];

describe.each(Object.entries(ROUTES))('%s', (_route, [send, status]) => {
  test('refuses every foreign origin before anything happens, and lets no page read it', async () => {
    const on = stage({ allowedOrigins: [APP] });
    const id = await on.opened();
    for (const origin of FOREIGN) {
      const answer = await send(on, id, { origin });
      expect([origin, answer.status]).toEqual([origin, 403]);
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    expect([on.double.standing.size, on.double.said]).toEqual([1, []]);
  });

  test.each([APP, OWN])('answers the origin %s, and only its page may read it', async (origin) => {
    const on = stage({ allowedOrigins: [APP] });
    const answer = await send(on, await on.opened(), { origin });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin === APP ? APP : null);
    expect(answer.headers.get('vary')).toBe('Origin');
  });

  test('answers a server, which sends no origin, without a word of CORS', async () => {
    const on = stage({ allowedOrigins: [APP] });
    const answer = await send(on, await on.opened(), {});
    expect(answer.status).toBe(status);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('a foreign page of somebody who is logged in by cookie', () => {
  const authenticate = (request: Request) =>
    request.headers.get('cookie') === 'session=alice' ? { id: 'alice' } : undefined;
  const COOKIE = { cookie: 'session=alice' };

  /** What a form or an image of a foreign page can send without asking first. */
  const SIMPLE = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    undefined,
  ];

  test.each(SIMPLE)(
    'cannot act with a simple request of %s: neither with its origin nor with null',
    async (type) => {
      const on = stage({ authenticate });
      const id = await on.opened({ headers: COOKIE });
      const headers = { ...COOKIE, ...(type !== undefined && { 'content-type': type }) };
      for (const origin of ['https://evil.example', 'null']) {
        for (const path of ['beat', 'calls/interrupt', 'calls/ask', 'chat/completions']) {
          const answer = await on.send(`/sessions/${id}/${path}`, {
            headers: { ...headers, origin },
            body: '{}',
          });
          expect(answer.status).toBe(403);
        }
      }
      expect(on.double.said).toEqual([]);
    },
  );

  test.each(SIMPLE)('cannot open with %s even where no origin is sent', async (type) => {
    const on = stage({ authenticate });
    const headers = { ...COOKIE, ...(type !== undefined && { 'content-type': type }) };
    const body = new TextEncoder().encode(JSON.stringify({ provider: 'agora', closeSecret: SECRET }));
    const answer = await on.send('/sessions', {
      headers: { ...headers, 'idempotency-key': 'key-of-the-page-once' },
      body,
    });
    expect(answer.status).toBe(415);
    expect(on.double.asked).toEqual([]);
  });

  test('that says it is of the same site, of no site, or navigates, is refused by its origin all the same', async () => {
    const on = stage({ authenticate, allowedOrigins: [APP] });
    for (const site of ['same-site', 'none', 'cross-site', 'SAME-ORIGIN', 'same-origin, same-origin']) {
      const headers = { ...COOKIE, origin: 'https://evil.broker.example', 'sec-fetch-site': site };
      expect((await on.open({}, { headers })).status).toBe(403);
    }
    expect(on.double.asked).toEqual([]);
  });

  test('gets no leave from a preflight, whatever it asks for', async () => {
    const { send } = stage({ allowedOrigins: [APP] });
    for (const wanted of ['content-type', 'authorization', '*', 'x-forwarded-host']) {
      const answer = await send('/sessions', {
        method: 'OPTIONS',
        as: undefined,
        headers: {
          origin: 'https://evil.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': wanted,
          'access-control-request-private-network': 'true',
        },
      });
      expect(answer.status).toBe(403);
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});
