import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type BrokerOptions, presets } from '../../src';
import { memoryStore } from '../../src/memory';
import { type ServeOptions, serveBroker } from '../../src/node';
import { serviceDouble } from '../http/support/service-double';
import { bearer, SECRET } from '../http/support/stage';
import { rawClient } from '../node/raw-client';

const BASE = '/api/avatar';
const LOGIN = 'Authorization: Bearer alice';

async function served(
  more: Partial<ServeOptions> = {},
  authenticate: BrokerOptions['authenticate'] = bearer,
) {
  const double = serviceDouble();
  const asked: string[] = [];
  const store = memoryStore();
  const broker = await serveBroker({
    services: [double],
    authorize: presets({ guide: { service: 'double', avatarId: 'tristan', durationSeconds: 300 } }),
    authenticate: (request) => {
      asked.push(`${request.method} ${new URL(request.url).pathname}`);
      return authenticate(request);
    },
    store,
    http: { headersTimeoutMs: 600, requestTimeoutMs: 1_200, keepAliveTimeoutMs: 300, maxHeaderBytes: 8_192 },
    ...more,
  });
  onTestFinished(async () => void (await broker.close({ sessions: 'close' })));
  const { host } = new URL(broker.url);
  /** Everything that is answered until the server ends the connection, or `answers` of them are there. */
  const say = async (text: string, answers = Number.POSITIVE_INFINITY) => {
    const client = await rawClient(broker.url, text);
    if (answers === Number.POSITIVE_INFINITY) return client.ended;
    await vi.waitFor(() => expect(statusesIn(client.said()).length).toBeGreaterThanOrEqual(answers), 5_000);
    return client.said();
  };
  return { ...broker, double, store, asked, host, say };
}

const statusesIn = (said: string) =>
  [...said.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

const requestOf = (line: string, headers: readonly string[], body = '') =>
  [line, ...headers, '', body].join('\r\n');

const create = JSON.stringify({ provider: 'agora', closeSecret: SECRET });
const KEY = 'Idempotency-Key: key-of-the-page-once';
const JSON_TYPE = 'Content-Type: application/json';
const length = (text: string | Uint8Array) => `Content-Length: ${text.length}`;

describe('requests in which two servers could see two, over a real socket', () => {
  const inner = `POST ${BASE}/sessions HTTP/1.1\r\nHost: localhost\r\n${LOGIN}\r\n${KEY}\r\n${JSON_TYPE}\r\n${length(create)}\r\n\r\n${create}`;

  test.each([
    [
      'Content-Length and Transfer-Encoding',
      [`Content-Length: ${inner.length + 5}`, 'Transfer-Encoding: chunked'],
      '0\r\n\r\n',
    ],
    [
      'Transfer-Encoding and Content-Length',
      ['Transfer-Encoding: chunked', 'Content-Length: 5'],
      '0\r\n\r\n',
    ],
    ['two lengths', ['Content-Length: 0', `Content-Length: ${inner.length}`], ''],
    ['a list of lengths', [`Content-Length: 0, ${inner.length}`], ''],
    ['a negative length', ['Content-Length: -1'], ''],
    ['a length with a sign', ['Content-Length: +0'], ''],
    ['a length in hexadecimal', ['Content-Length: 0x0'], ''],
    ['a length that is none', ['Content-Length: zero'], ''],
    ['chunked that is not last', ['Transfer-Encoding: chunked, identity'], '0\r\n\r\n'],
    ['an unknown encoding', ['Transfer-Encoding: xchunked'], '0\r\n\r\n'],
    ['chunked behind a tab', ['Transfer-Encoding:\tchunked', 'Content-Length: 4'], '0\r\n\r\n'],
    ['a space before the colon', ['Content-Length : 0'], ''],
    ['a folded header', ['X-Folded: a', ' Content-Length: 0'], ''],
    ['a bare carriage return', ['X-A: a\rContent-Length: 0'], ''],
    ['a null byte', ['X-A: a\0b'], ''],
    ['a header without a name', [': x'], ''],
    ['a chunk of a negative size', ['Transfer-Encoding: chunked'], '-1\r\nx\r\n0\r\n\r\n'],
    ['a chunk of a huge size', ['Transfer-Encoding: chunked'], 'ffffffffffffffffff\r\nx\r\n0\r\n\r\n'],
    ['a chunk size that is none', ['Transfer-Encoding: chunked'], '0x2\r\n{}\r\n0\r\n\r\n'],
  ])(
    '%s: refused, the connection ended, and what follows is not taken for a request',
    async (_what, headers, body) => {
      const { say, double, asked } = await served();
      const outer = requestOf(`POST ${BASE}/nowhere HTTP/1.1`, ['Host: localhost', ...headers], body);
      const said = await say(outer + inner);
      expect(statusesIn(said).at(-1)).toBe(400);
      expect(statusesIn(said).length).toBeLessThanOrEqual(2);
      expect(double.asked).toEqual([]);
      expect(asked).not.toContain(`POST ${BASE}/sessions`);
    },
  );

  test.each([
    ['GET', '/openapi.json'],
    ['POST', '/nowhere'],
    ['DELETE', '/sessions'],
    ['OPTIONS', '/sessions'],
    ['HEAD', '/openapi.json'],
  ])('a body of %s %s is a body, and never the next request', async (method, path) => {
    const { say, double, asked } = await served();
    const outer = requestOf(`${method} ${BASE}${path} HTTP/1.1`, ['Host: localhost', length(inner)], inner);
    const last = requestOf(`GET ${BASE}/openapi.json HTTP/1.1`, ['Host: localhost', 'Connection: close']);
    const statuses = statusesIn(await say(outer + last));
    expect(statuses.length).toBeLessThanOrEqual(2);
    expect(double.asked).toEqual([]);
    expect(asked).not.toContain(`POST ${BASE}/sessions`);
  });

  test('requests sent in one go are answered in their order, each for its own caller', async () => {
    const { say, double } = await served();
    const one = (as: string) =>
      requestOf(
        `POST ${BASE}/sessions HTTP/1.1`,
        ['Host: localhost', `Authorization: Bearer ${as}`, KEY, JSON_TYPE, length(create)],
        create,
      );
    const said = await say(one('alice') + one('bob') + one('alice'), 3);
    const statuses = statusesIn(said);
    // Those of one caller may overtake each other on their way to the store.
    expect([statuses[1], ...statuses.sort()]).toEqual([201, 201, 201, 409]);
    expect(double.asked.length).toBe(2);
  });
});

describe('headers sent twice, over a real socket', () => {
  test.each([
    ['Authorization', [LOGIN, 'Authorization: Bearer mallory'], 401],
    ['Idempotency-Key', [LOGIN, 'Idempotency-Key: key-of-the-page-two2'], 400],
    ['Origin', [LOGIN, 'Origin: http://localhost', 'Origin: https://evil.example'], 403],
    ['Content-Type', [LOGIN, 'Content-Type: text/plain'], 415],
  ])('%s', async (_name, more, status) => {
    const oneOnly: BrokerOptions['authenticate'] = (request) =>
      request.headers.get('authorization') === 'Bearer alice' ? { id: 'alice' } : undefined;
    const { say, double } = await served({}, oneOnly);
    const headers = ['Host: localhost', 'Connection: close', KEY, JSON_TYPE, length(create), ...more];
    const statuses = statusesIn(await say(requestOf(`POST ${BASE}/sessions HTTP/1.1`, headers, create)));
    // Node takes the first of some headers and joins others; either way nobody becomes somebody else.
    if (statuses[0] === 201) expect(await whoOpened(double)).toBe(1);
    else expect(statuses).toEqual([status]);
  });

  test('of two logins no other caller comes than the first one', async () => {
    const callers: (string | null)[] = [];
    const { say } = await served({}, (request) => {
      callers.push(request.headers.get('authorization'));
      return bearer(request);
    });
    const headers = ['Host: localhost', 'Connection: close', LOGIN, 'Authorization: Bearer mallory'];
    await say(
      requestOf(`POST ${BASE}/sessions/${'A'.repeat(22)}/beat HTTP/1.1`, [...headers, 'Content-Length: 0']),
    );
    expect(callers).toHaveLength(1);
    expect(callers[0]).not.toBe('Bearer mallory');
  });
});

async function whoOpened(double: ReturnType<typeof serviceDouble>): Promise<number> {
  return double.asked.length;
}

describe('what has no end, over a real socket', () => {
  test('a body of chunks without end is read no further than the limit, and its connection ends', async () => {
    const { url, double } = await served();
    const client = await rawClient(
      url,
      requestOf(`POST ${BASE}/sessions HTTP/1.1`, [
        'Host: localhost',
        LOGIN,
        KEY,
        JSON_TYPE,
        'Transfer-Encoding: chunked',
      ]),
    );
    const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`;
    let sent = 0;
    const pump = () => {
      while (!client.socket.destroyed && sent < 64 * 1_048_576) {
        sent += chunk.length;
        if (!client.socket.write(chunk)) {
          client.socket.once('drain', pump);
          return;
        }
      }
    };
    pump();
    // What was still being written when the server had enough may fail.
    const said = await client.ended.catch(() => client.said());
    if (said !== '') expect(statusesIn(said)[0]).toBe(413);
    expect(sent).toBeLessThan(64 * 1_048_576);
    expect(double.asked).toEqual([]);
  });

  test('a body that says it is too long is refused before it is there', async () => {
    const { say } = await served();
    const headers = [
      'Host: localhost',
      LOGIN,
      KEY,
      JSON_TYPE,
      'Content-Length: 1000000000',
      'Connection: close',
    ];
    expect(statusesIn(await say(requestOf(`POST ${BASE}/sessions HTTP/1.1`, headers, '{')))[0]).toBe(413);
  });

  test.each([
    [
      'a body, byte by byte',
      `POST ${BASE}/sessions HTTP/1.1\r\nHost: localhost\r\n${LOGIN}\r\n${KEY}\r\n${JSON_TYPE}\r\nContent-Length: 500\r\n\r\n`,
      ' ',
    ],
    ['headers, byte by byte', `POST ${BASE}/sessions HTTP/1.1\r\nHost: localhost\r\nX-Slow: `, 'x'],
    ['a request line, byte by byte', `GET /`, 'x'],
  ])('%s, has its time, and then the connection ends', async (_what, beginning, piece) => {
    const { url, double } = await served();
    const client = await rawClient(url, beginning);
    const timer = setInterval(() => client.socket.destroyed || client.socket.write(piece), 50);
    onTestFinished(() => clearInterval(timer));
    const said = await client.ended;
    if (said !== '') expect([400, 408]).toContain(statusesIn(said)[0]);
    expect(double.asked).toEqual([]);
  });

  test.each([
    ['one huge header', [`X-Big: ${'x'.repeat(20_000)}`]],
    ['many headers', Array.from({ length: 2_000 }, (_, index) => `X-${index}: x`)],
    ['a huge cookie', [`Cookie: ${'a=b; '.repeat(5_000)}`]],
  ])('%s: 431', async (_what, headers) => {
    const { say, asked } = await served();
    const said = await say(requestOf(`GET ${BASE}/openapi.json HTTP/1.1`, ['Host: localhost', ...headers]));
    expect(statusesIn(said)).toEqual([431]);
    expect(asked).toEqual([]);
  });

  test('a huge address: 431', async () => {
    const { say } = await served();
    const said = await say(requestOf(`GET ${BASE}/${'x'.repeat(20_000)} HTTP/1.1`, ['Host: localhost']));
    expect(statusesIn(said)).toEqual([431]);
  });

  test.each(['gzip', 'br', 'deflate', 'zstd', 'identity, gzip', 'x-gzip'])(
    'a bomb of %s is refused by its header',
    async (encoding) => {
      const { api, double } = await withApi();
      const bomb = gzipSync(Buffer.alloc(20 * 1_048_576, 0x20));
      expect(bomb.length).toBeLessThan(65_536);
      const response = await fetch(`${api}/sessions`, {
        method: 'POST',
        headers: {
          authorization: 'Bearer alice',
          'idempotency-key': 'key-of-the-page-once',
          'content-type': 'application/json',
          'content-encoding': encoding,
        },
        body: bomb,
      });
      expect(response.status).toBe(415);
      expect(double.asked).toEqual([]);
    },
  );
});

async function withApi() {
  const broker = await served();
  return { ...broker, api: `${broker.url}${BASE}` };
}

describe('Expect, Upgrade, other methods and other protocols, over a real socket', () => {
  test('who waits for leave to send a body without a login is told no', async () => {
    const { say, double } = await served();
    const headers = [
      'Host: localhost',
      'Expect: 100-continue',
      KEY,
      JSON_TYPE,
      length(create),
      'Connection: close',
    ];
    const said = await say(requestOf(`POST ${BASE}/sessions HTTP/1.1`, headers, create));
    expect(statusesIn(said).at(-1)).toBe(401);
    expect(double.asked).toEqual([]);
  });

  test.each([
    [
      'an expectation of another kind',
      [
        `POST ${BASE}/sessions HTTP/1.1`,
        'Host: localhost',
        'Expect: 200-ok',
        'Content-Length: 0',
        'Connection: close',
      ],
      [417],
    ],
    [
      'a web socket',
      [
        `GET ${BASE}/openapi.json HTTP/1.1`,
        'Host: localhost',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Key: eA==',
        'Sec-WebSocket-Version: 13',
      ],
      [200],
    ],
    [
      'HTTP/2 in the clear',
      [
        `GET ${BASE}/openapi.json HTTP/1.1`,
        'Host: localhost',
        'Connection: Upgrade, HTTP2-Settings',
        'Upgrade: h2c',
        'HTTP2-Settings: AAMAAABk',
      ],
      [200],
    ],
    [
      'TRACE',
      [
        `TRACE ${BASE}/openapi.json HTTP/1.1`,
        'Host: localhost',
        'Cookie: session=alice-0123456789',
        'Connection: close',
      ],
      [400, 404, 405, 500],
    ],
    ['CONNECT', ['CONNECT evil.example:443 HTTP/1.1', 'Host: evil.example'], []],
    ['a method of its own', [`AVATAR ${BASE}/sessions HTTP/1.1`, 'Host: localhost'], [400]],
    ['HTTP/1.0', [`GET ${BASE}/openapi.json HTTP/1.0`, 'Host: localhost'], [200]],
    ['HTTP/1.0 without a host', [`GET ${BASE}/openapi.json HTTP/1.0`], [200, 400]],
    ['HTTP/0.9', [`GET ${BASE}/openapi.json`], [200, 400]],
    ['HTTP/9.9', [`GET ${BASE}/openapi.json HTTP/9.9`, 'Host: localhost'], [400]],
    ['no host', [`GET ${BASE}/openapi.json HTTP/1.1`], [400]],
    ['a host that is none', [`GET ${BASE}/openapi.json HTTP/1.1`, 'Host: a b'], [400]],
    ['a host with a login', [`GET ${BASE}/openapi.json HTTP/1.1`, 'Host: user@localhost'], [400]],
    ['a host with a path', [`GET ${BASE}/openapi.json HTTP/1.1`, 'Host: localhost/x'], [400]],
    ['the beginning of HTTP/2', ['PRI * HTTP/2.0', ''], [400]],
    ['TLS', ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'], [400]],
  ])('%s opens nothing and shows nothing of what was sent', async (_what, lines, statuses) => {
    const { url, double } = await served();
    const client = await rawClient(url, `${lines.join('\r\n')}\r\n\r\n`);
    const said = await client.ended;
    const found = statusesIn(said);
    expect(statuses.length === 0 ? found : statuses).toEqual(
      statuses.length === 0 ? [] : expect.arrayContaining(found),
    );
    expect(said).not.toMatch(/alice-0123456789|101 Switching|node:|at Object/);
    expect(double.asked).toEqual([]);
  });
});

describe('paths, over a real socket', () => {
  const ID = 'A'.repeat(22);

  test.each([
    `/sessions/${ID}%2fbeat`,
    `/sessions/${ID}/%62eat`,
    `/sessions%2F${ID}/beat`,
    `/sessions/${ID}/beat%00`,
    `/sessions/${ID}/beat%0d%0aX-Injected:%20yes`,
    `/sessions/${ID}//beat`,
    `/sessions//${ID}/beat`,
    `/sessions/${ID}/beat/`,
    `/sessions/${ID}/beat;x=y`,
    `/SESSIONS/${ID}/beat`,
    `/sessions/${ID}/calls/../../../../etc/passwd`,
    `/sessions/../../../healthz/../api/avatar/nowhere`,
    `/sessions/${ID}/calls/%2e%2e/x`,
    `/sessions/${ID}/calls/`,
    `/sessions/${ID}/calls/__proto__`,
    '/sessions/%',
    '/sessions/%zz',
    '/.env',
    '/openapi.json%00.html',
    '/%2e%2e/openapi.json',
    '/\\..\\openapi.json',
    '//evil.example/openapi.json',
  ])('%s is no route, and comes back in no header', async (path) => {
    const { say, asked } = await served();
    const headers = ['Host: localhost', LOGIN, 'Content-Length: 0', 'Connection: close'];
    const said = await say(requestOf(`POST ${BASE}${path} HTTP/1.1`, headers));
    expect([400, 404]).toContain(statusesIn(said)[0]);
    expect(said).not.toMatch(/X-Injected|root:|evil\.example/i);
    expect(asked.filter((each) => !each.endsWith('/beat') && !each.includes('/calls/'))).toEqual([]);
  });

  test.each([
    ['of its own host', `http://localhost${BASE}/openapi.json`, 200],
    ['of another host', `http://evil.example${BASE}/openapi.json`, 200],
    ['with a login', `http://user:password-of-him@localhost${BASE}/openapi.json`, 200],
    ['of a file', 'file:///etc/passwd', 400],
    ['of nothing that is one', 'http://[', 400],
  ])('a whole address on the request line, %s, leads nowhere else', async (_what, address, status) => {
    const { say } = await served();
    const said = await say(requestOf(`GET ${address} HTTP/1.1`, ['Host: localhost', 'Connection: close']));
    expect([status, 400, 404]).toContain(statusesIn(said)[0]);
    expect(said).not.toMatch(/root:|password-of-him/);
  });

  test('without a login only requests that name this machine are answered, also by a whole address', async () => {
    const broker = await served();
    const { url } = await serveBroker({
      services: [broker.double],
      authorize: () => undefined,
      store: memoryStore(),
    }).then((open) => {
      onTestFinished(async () => void (await open.close()));
      return open;
    });
    const ask = async (line: string, host: string) => {
      const client = await rawClient(url, requestOf(line, [`Host: ${host}`, 'Connection: close']));
      return statusesIn(await client.ended)[0];
    };
    const document = `${BASE}/openapi.json HTTP/1.1`;
    expect(await ask(`GET ${document}`, 'localhost')).toBe(200);
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '10.0.0.1',
      '0.0.0.0',
    ]) {
      expect([host, await ask(`GET ${document}`, host)]).toEqual([host, 403]);
      expect([host, await ask(`GET http://${host}${document}`, 'localhost')]).toEqual([host, 403]);
      expect([host, await ask(`GET http://localhost${document}`, host)]).toEqual([host, 403]);
    }
  });
});
