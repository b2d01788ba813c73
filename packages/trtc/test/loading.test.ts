import { describe, expect, test, vi } from 'vitest';
import { SDK_PACKAGE, type TrtcSdk } from '../src/trtc-sdk';
import { subject } from './double/joined';

describe('the SDK that is loaded, over a double of trtc-sdk-v5 5.17.1', () => {
  test('missing is sdk-missing where there is a browser, with what to install', async () => {
    vi.stubGlobal('RTCPeerConnection', class {});
    const cause = new TypeError('Failed to fetch dynamically imported module');
    const { clock, connect } = subject({ sdk: () => Promise.reject(cause) });

    await expect(clock.run(connect())).rejects.toMatchObject({
      code: 'sdk-missing',
      message: expect.stringContaining(`trtc-sdk-v5@${SDK_PACKAGE.range}`),
      cause,
    });
    vi.unstubAllGlobals();
  });

  test.for(['create', 'isSupported', 'setLogLevel'])(
    'without %s is sdk-incompatible, which names it and the range',
    async (name) => {
      const { room, clock, connect } = subject({
        sdk: async () => ({ ...(await room.sdk()), [name]: undefined }),
      });

      await expect(clock.run(connect())).rejects.toMatchObject({
        code: 'sdk-incompatible',
        message: expect.stringMatching(`${name}.*trtc-sdk-v5@\\${SDK_PACKAGE.range}`),
      });
    },
  );

  test.for(['enterRoom', 'sendCustomMessage', 'startScreenShare', 'getAudioTrack', 'off'])(
    'whose instances have no %s is sdk-incompatible, and what was made is destroyed',
    async (name) => {
      const { room, clock, connect } = subject();
      room.prepare = (client) => Object.assign(client, { [name]: undefined });

      await expect(clock.run(connect())).rejects.toMatchObject({ code: 'sdk-incompatible' });
      expect(room.called.names).toEqual(['destroy']);
    },
  );

  test.for(['the class', 'a module', 'a module in a module', 'nothing'])(
    'comes as bundlers give it: %s',
    async (shape) => {
      const { room, clock, connect } = subject({
        sdk: async () => {
          const sdk: TrtcSdk = await room.sdk();
          if (shape === 'a module') return { default: sdk };
          if (shape === 'a module in a module') return { default: { default: sdk } };
          return shape === 'the class' ? sdk : (undefined as never);
        },
      });
      const connecting = clock.run(connect());

      if (shape === 'nothing') await expect(connecting).rejects.toMatchObject({ code: 'sdk-incompatible' });
      else await expect(connecting).resolves.toMatchObject({ localId: 'visitor' });
    },
  );
});
