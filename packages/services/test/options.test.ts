import { afterEach, describe, expect, test, vi } from 'vitest';
import { akoolServer } from '../src/akool/server';
import { everythingIn, KEYS, makeServer, NAMES, refused } from './support/stage';

afterEach(() => vi.unstubAllGlobals());

const made = (make: () => unknown) => refused(Promise.resolve().then(make));

describe.each(NAMES)('%s', (name) => {
  test.each([
    ['baseUrl', { baseUrl: 'http://api.example.com' }],
    ['baseUrl', { baseUrl: 'ftp://127.0.0.1' }],
    ['baseUrl', { baseUrl: 'not an address' }],
    ['baseUrl', { baseUrl: 'https://me:secret@api.example.com' }],
    ['baseUrl', { baseUrl: 'https://api.example.com/?key=1' }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['openTimeoutMs', { openTimeoutMs: Number.NaN }],
    ['lateTimeoutMs', { lateTimeoutMs: -1 }],
    ['maxResponseBytes', { maxResponseBytes: '1' as unknown as number }],
  ])('a wrong %s is refused by name', async (option, options) => {
    const error = await made(() => makeServer(name, options));
    expect(error).toMatchObject({ code: 'invalid-argument', service: name });
    expect(error.message).toContain(`options.${option}`);
  });

  test('it refuses to be made in a page or in its worker, unless that is asked for by name', async () => {
    for (const surroundings of [
      { window: { document: {} } },
      { DedicatedWorkerGlobalScope: class {} },
      { SharedWorkerGlobalScope: class {} },
    ]) {
      for (const [global, value] of Object.entries(surroundings)) vi.stubGlobal(global, value);
      const error = await made(() => makeServer(name, {}));
      expect(error).toMatchObject({ code: 'unsupported', service: name });
      expect(error.message).toContain('dangerouslyAllowBrowser');
      expect(makeServer(name, { dangerouslyAllowBrowser: true }).name).toBe(name);
      vi.unstubAllGlobals();
    }
  });

  test('it is made on servers that look like browsers', () => {
    vi.stubGlobal('window', { document: {} });
    vi.stubGlobal('Deno', {});
    expect(makeServer(name, {}).name).toBe(name);
  });

  test('frozen options are accepted', () => {
    expect(makeServer(name, Object.freeze({ timeoutMs: 1 })).name).toBe(name);
  });
});

describe('keys', () => {
  test.each([
    ['apiKey', { apiKey: '' }],
    ['apiKey', { apiKey: 'with-newline\nx-evil: 1' }],
    ['apiKey', { apiKey: 'umlaut-ü' }],
    ['clientId', { clientId: ' ', clientSecret: 'secret-77' }],
    ['clientSecret', { clientId: 'client', clientSecret: 'secret-77\r' }],
    ['apiKey', { apiKey: 'secret-77', clientId: 'client', clientSecret: 'secret-77' }],
    ['clientId', {}],
  ])('a wrong %s is refused by name, and not repeated', async (option, keys) => {
    const error = await made(() => akoolServer(keys as { apiKey: string }));
    expect(error).toMatchObject({ code: 'invalid-credentials', service: 'akool' });
    expect(error.message).toContain(`options.${option}`);
    for (const part of ['evil', 'umlaut', 'secret-77']) expect(everythingIn(error)).not.toContain(part);
  });

  test('the path of baseUrl stays in front', async () => {
    const asked: string[] = [];
    const akool = akoolServer({
      apiKey: KEYS.akool.apiKey,
      baseUrl: 'https://proxy.example.com/akool/',
      fetch: (input) => {
        asked.push(String(input));
        return Promise.resolve(Response.json({ code: 1000 }));
      },
    });
    await expect(akool.close('a/b?c=d')).resolves.toBe('closed');
    await refused(akool.inspect('a/b?c=d&e'));
    expect(asked).toEqual([
      'https://proxy.example.com/akool/api/open/v4/liveAvatar/session/close',
      'https://proxy.example.com/akool/api/open/v4/liveAvatar/session/detail?id=a%2Fb%3Fc%3Dd%26e',
    ]);
  });
});
