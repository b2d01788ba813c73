import { describe, expect, it } from 'vitest';
import { refusal, stage } from './support/stage';

describe('paths', () => {
  it.each([
    '',
    '/',
    '/sessions/',
    '//sessions',
    '/sessions//beat',
    '/%73essions',
    '/sessions%2F',
    '/sessions/%2e%2e%2fclose',
    '/Sessions',
    '/sessions.json',
    '/close/',
    '/close/x',
    '/openapi.json/',
    '/sessions/AAAAAAAAAAAAAAAAAAAAAA',
    '/sessions/AAAAAAAAAAAAAAAAAAAAAA/beat/',
    '/sessions/AAAAAAAAAAAAAAAAAAAAAA/beat%00',
    '/sessions/AAAAAAAAAAAAAAAAAAAAAA/calls',
    '/sessions/AAAAAAAAAAAAAAAAAAAAAA/calls/ask/more',
    '/sessions/AAAAAAAAAAAAAAAAAAAAAA/calls/ask%2Fmore',
    '/healthz',
  ])('has nothing at %j', async (path) => {
    const { send, double } = stage();
    const answer = await send(path, { body: {} });
    expect([answer.status, refusal(answer)]).toEqual([404, expect.objectContaining({ code: 'unsupported' })]);
    expect(double.said).toEqual([]);
  });

  it.each(['short', 'A'.repeat(21), 'A'.repeat(23), `${'A'.repeat(21)}.`, `${'A'.repeat(21)}~`, '*', ':id'])(
    'knows no session %j, and asks the store for none',
    async (id) => {
      const { send, store } = stage();
      let asked = 0;
      const find = store.find.bind(store);
      store.find = (each) => {
        asked++;
        return find(each);
      };
      for (const path of [`/sessions/${id}/beat`, `/sessions/${id}/calls/ask`]) {
        const answer = await send(path, { body: {} });
        expect([answer.status, refusal(answer)]).toEqual([
          404,
          expect.objectContaining({ code: 'session-gone' }),
        ]);
      }
      expect(asked).toBe(0);
    },
  );

  it('has nothing outside of where it is mounted', async () => {
    const { broker } = stage({ basePath: '/v1/avatars' });
    for (const path of ['/sessions', '/api/avatar/close', '/v1/avatars2/close', '/v1/openapi.json']) {
      const response = await broker.fetch(new Request(`https://broker.example${path}`));
      expect([path, response.status]).toEqual([path, 404]);
    }
  });

  it.each(['', '/v1/avatars'])('works mounted at %j, and the document says where', async (basePath) => {
    const { opened, close, send } = stage({ basePath });
    expect((await close(await opened())).status).toBe(204);
    const { body } = await send('/openapi.json', { method: 'GET' });
    expect(body).toMatchObject({ servers: [{ url: basePath || '/' }] });
  });

  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])(
    'answers %s with 405 and says what there is',
    async (method) => {
      const { send } = stage();
      for (const path of ['/sessions', '/close', `/sessions/${'A'.repeat(22)}/beat`]) {
        const answer = await send(path, { method });
        expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
      }
      expect((await send('/openapi.json', { method: 'POST' })).headers.get('allow')).toBe(
        'GET, HEAD, OPTIONS',
      );
    },
  );

  it('tells metrics of made-up methods and paths as one', async () => {
    const { broker, observed } = stage();
    await broker.fetch(new Request('https://broker.example/a/b', { method: 'INVENTED' }));
    expect(observed).toEqual([expect.objectContaining({ route: 'none', method: 'OTHER', status: 404 })]);
  });

  it('answers HEAD for the document without a body, and OPTIONS with the methods', async () => {
    const { send } = stage();
    const head = await send('/openapi.json', { method: 'HEAD', as: undefined });
    expect([head.status, head.body]).toEqual([200, '']);
    const options = await send('/openapi.json', { method: 'OPTIONS', as: undefined });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
  });
});
