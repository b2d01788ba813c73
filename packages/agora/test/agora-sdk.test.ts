import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SDK_PACKAGE } from '../src/agora-sdk';
import type { AgoraModule, AgoraSdk } from '../src/index';
import { subject } from './double/subject';

// Without a `window` whatever cannot be loaded is a server.
beforeEach(() => {
  vi.stubGlobal('window', {});
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const { clock, room } = subject();
const sdk = async () => (await room.sdk()) as AgoraSdk;
const connectWith = (load: () => Promise<AgoraModule>, options = {}) => {
  const { connect, transport } = subject({ sdk: load, ...options }, {}, { room, clock });
  const connecting = connect();
  return clock.run(connecting.finally(() => void transport.close()));
};

describe('the SDK, a double of it', () => {
  test('is taken as names without a default, as agora-rtc-sdk-ng/esm gives it', async () => {
    await expect(connectWith(async () => ({ ...(await sdk()) }))).resolves.toMatchObject({ canSend: true });
  });

  test('is taken as a default without names, as the UMD build gives it under a bundler', async () => {
    await expect(connectWith(async () => ({ default: await sdk() }))).resolves.toMatchObject({
      canSend: true,
    });
  });

  test('is taken as the bare global of the script tag', async () => {
    vi.stubGlobal('AgoraRTC', await sdk());
    const load = async () => (globalThis as { readonly AgoraRTC?: AgoraSdk }).AgoraRTC as AgoraSdk;

    await expect(connectWith(load)).resolves.toMatchObject({ canSend: true });
  });

  test('missing is sdk-missing, with what to install', async () => {
    const cause = new TypeError('Failed to fetch dynamically imported module');

    await expect(connectWith(() => Promise.reject(cause))).rejects.toMatchObject({
      code: 'sdk-missing',
      message: expect.stringContaining(`agora-rtc-sdk-ng@${SDK_PACKAGE.range}`),
      cause,
    });
  });

  test('that cannot be loaded where there is no window is unsupported: that is a server', async () => {
    vi.unstubAllGlobals();
    const cause = new ReferenceError('window is not defined');

    await expect(connectWith(() => Promise.reject(cause))).rejects.toMatchObject({ code: 'unsupported' });
  });

  test.for(['createClient', 'createCustomAudioTrack', 'createCustomVideoTrack', 'setLogLevel'])(
    'without %s is sdk-incompatible, which names it and the range',
    async (name) => {
      const load = async () => ({ ...(await sdk()), [name]: undefined }) as AgoraSdk;

      await expect(connectWith(load)).rejects.toMatchObject({
        code: 'sdk-incompatible',
        message: expect.stringMatching(`${name}.*agora-rtc-sdk-ng@\\${SDK_PACKAGE.range}`),
      });
    },
  );

  test.for([
    'join',
    'leave',
    'on',
    'off',
    'subscribe',
    'publish',
    'unpublish',
    'getRTCStats',
    'sendStreamMessage',
    'remoteUsers',
  ])('whose client has no %s is sdk-incompatible, and was asked nothing', async (name) => {
    const real = await sdk();
    const createClient: AgoraSdk['createClient'] = (config) => {
      const client = real.createClient(config);
      Object.defineProperty(client, name, { value: undefined });
      return client;
    };

    await expect(connectWith(async () => ({ ...real, createClient }))).rejects.toMatchObject({
      code: 'sdk-incompatible',
      message: expect.stringContaining(`no ${name}`),
    });
    expect(room.cloud.clients.at(-1)?.listenerCount()).toBe(0);
  });

  test.for([undefined, null, {}, { default: {} }, { default: undefined }])(
    'that is %o is sdk-incompatible',
    async (module) => {
      await expect(connectWith(async () => module as never)).rejects.toMatchObject({
        code: 'sdk-incompatible',
      });
    },
  );

  test('writes and reports as it likes, unless an option says otherwise', async () => {
    const real = await sdk();
    const said: unknown[] = [];
    const load = async () => ({
      ...real,
      setLogLevel: (level: number) => void said.push(level),
      setParameter: (...given: unknown[]) => void said.push(given),
    });
    await connectWith(load);
    expect(said).toEqual([]);
    await connectWith(load, { logLevel: 'none', eventReports: false });

    expect(said).toEqual([4, ['ENABLE_EVENT_REPORT', false]]);
  });

  test('that has no setParameter is sdk-incompatible only where its reports are to stop', async () => {
    const { setParameter: _, ...real } = await sdk();

    await expect(connectWith(async () => real)).resolves.toBeDefined();
    await expect(connectWith(async () => real, { eventReports: false })).rejects.toMatchObject({
      code: 'sdk-incompatible',
      message: expect.stringContaining('setParameter'),
    });
  });
});
