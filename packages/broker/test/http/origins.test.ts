import { describe, expect, it } from 'vitest';
import { HOST, SECRET, stage } from './support/stage';

const APP = 'https://app.example';
const preflight = (origin: string) => ({
  method: 'OPTIONS',
  as: undefined,
  headers: {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization, content-type, idempotency-key',
  },
});

describe('pages of other hosts', () => {
  it.each([
    'https://evil.example',
    'https://app.example.evil.example',
    'https://app.example:8443',
    'http://app.example',
    'https://APP.example',
    'null',
    'https://broker.example.evil.example',
  ])(
    'refuses the origin %s everywhere, also to close, and says nothing that a page could read',
    async (origin) => {
      const { open, close, send, opened, double } = stage({ allowedOrigins: [APP] });
      const id = await opened();
      const headers = { origin };
      const answers = [
        await open({}, { headers }),
        await close(id, SECRET, { headers }),
        await send('/openapi.json', { method: 'GET', headers }),
        await send('/nowhere', { headers }),
        await send('/sessions', preflight(origin)),
      ];
      for (const answer of answers) {
        expect(answer.status).toBe(403);
        expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
        expect(answer.headers.get('vary')).toBe('Origin');
      }
      expect(double.standing.size).toBe(1);
    },
  );

  it('lets an allowed origin in, and lets it read every answer, also those that refuse', async () => {
    const { open, close, opened } = stage({ allowedOrigins: [APP] });
    const headers = { origin: APP };
    const answers = [
      await open({}, { headers }),
      await open({ room: 'x' }, { headers }),
      await open({}, { headers, as: undefined }),
      await close(await opened(), SECRET, { headers }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 400, 401, 204]);
    for (const answer of answers) {
      expect(answer.headers.get('access-control-allow-origin')).toBe(APP);
      expect(answer.headers.get('access-control-expose-headers')).toContain('retry-after');
      expect(answer.headers.get('vary')).toBe('Origin');
    }
  });

  it('answers the preflight of an allowed origin with what it may send', async () => {
    const { send } = stage({ allowedOrigins: [APP] });
    const { status, headers } = await send('/sessions', preflight(APP));
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(APP);
    expect(headers.get('access-control-allow-methods')).toContain('POST');
    expect(headers.get('access-control-allow-headers')).toBe('authorization, content-type, idempotency-key');
  });

  it('repeats no header names that are none', async () => {
    const { send } = stage({ allowedOrigins: [APP] });
    for (const wanted of ['*/*; x', 'x'.repeat(2_000), '"a"']) {
      const sent = preflight(APP);
      const headers = { ...sent.headers, 'access-control-request-headers': wanted };
      const answer = await send('/sessions', { ...sent, headers });
      expect(answer.headers.has('access-control-allow-headers')).toBe(false);
    }
  });

  it('gives a preflight of its own origin no more than the methods', async () => {
    const { send } = stage();
    const { status, headers } = await send('/sessions', preflight(HOST));
    expect(status).toBe(204);
    expect(headers.get('allow')).toBe('POST, OPTIONS');
    expect(headers.has('access-control-allow-origin')).toBe(false);
  });

  it('lets its own origin in, also behind a proxy, where the browser says that it is the same', async () => {
    const { open } = stage();
    expect((await open({}, { headers: { origin: HOST } })).status).toBe(201);
    const proxied = { origin: 'https://www.example', 'sec-fetch-site': 'same-origin' };
    expect((await open({}, { headers: proxied })).status).toBe(201);
    const foreign = { origin: 'https://www.example', 'sec-fetch-site': 'cross-site' };
    expect((await open({}, { headers: foreign })).status).toBe(403);
  });
});
