import { createVirtualClock } from '@avatarwire/simulator';
import { describe, expect, test } from 'vitest';
import { createFront } from '../../src/node/front';

function front(given: Partial<Parameters<typeof createFront>[0]> = {}) {
  const clock = createVirtualClock();
  let asked = 0;
  const store = { ready: async () => void asked++ };
  const broker = { fetch: async () => new Response('broker') };
  const fetch = createFront({ broker, store, clock, stopping: () => false, loopbackOnly: false, ...given });
  const ask = (path: string, host = 'broker.example', method = 'GET') =>
    fetch(new Request(`http://${host}${path}`, { method, headers: { host } }));
  return { clock, ask, asked: () => asked };
}

describe('health', () => {
  test('says that the process lives, whatever the store says', async () => {
    const { ask, asked } = front({ stopping: () => true });
    const response = await ask('/healthz');
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect((await ask('/healthz', 'broker.example', 'HEAD')).status).toBe(200);
    expect(asked()).toBe(0);
  });

  test('says whether the store can be used', async () => {
    expect((await front().ask('/readyz')).status).toBe(200);
    const broken = front({ store: { ready: () => Promise.reject(new Error('redis://user:pass@host')) } });
    const response = await broken.ask('/readyz');
    expect([response.status, await response.text()]).toEqual([503, 'the store cannot be used\n']);
  });

  test('gives a store that hangs two seconds, and asks it once for all who ask', async () => {
    let asked = 0;
    const store = { ready: () => new Promise<void>(() => void asked++) };
    const { ask, clock } = front({ store });
    const answers = Promise.all([ask('/readyz'), ask('/readyz'), ask('/readyz')]);
    await clock.advance(2_000);
    expect((await answers).map(({ status }) => status)).toEqual([503, 503, 503]);
    expect(asked).toBe(1);
    expect(clock.scheduled).toBe(0);
  });

  test('says that it is not ready while it stops, without asking the store', async () => {
    const { ask, asked } = front({ stopping: () => true });
    expect((await ask('/readyz')).status).toBe(503);
    expect(asked()).toBe(0);
  });

  test('leaves every other path and method to the broker', async () => {
    const { ask } = front();
    for (const [path, method] of [
      ['/healthz', 'POST'],
      ['/readyz', 'POST'],
      ['/healthz/x', 'GET'],
      ['/', 'GET'],
    ])
      expect(await (await ask(path ?? '', 'broker.example', method)).text()).toBe('broker');
  });
});

describe('without a login', () => {
  test.each(['localhost', 'localhost:8787', '127.0.0.1:8787', '127.9.9.9', '[::1]:8787', 'app.localhost'])(
    'a request to %s is answered',
    async (host) => {
      expect((await front({ loopbackOnly: true }).ask('/', host)).status).toBe(200);
    },
  );

  test.each([
    'evil.example',
    'evil.example:8787',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    '[::2]',
    '0.0.0.0',
  ])('a request to %s is not: that name may lead here from any page', async (host) => {
    const { ask } = front({ loopbackOnly: true });
    for (const path of ['/', '/healthz', '/readyz']) {
      const response = await ask(path, host);
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ error: { code: 'service-refused' } });
    }
  });

  test('an address in the request line counts as well as the Host', async () => {
    const { clock } = front();
    const fetch = createFront({
      broker: { fetch: async () => new Response() },
      store: { ready: async () => {} },
      clock,
      stopping: () => false,
      loopbackOnly: true,
    });
    const mixed = new Request('http://evil.example/', { headers: { host: 'localhost' } });
    const other = new Request('http://localhost/', { headers: { host: 'evil.example' } });
    const none = new Request('http://localhost/');
    for (const request of [mixed, other, none]) expect((await fetch(request)).status).toBe(403);
  });
});
