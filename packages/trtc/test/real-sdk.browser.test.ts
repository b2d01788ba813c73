import type { AvatarErrorCode } from '@avatarwire/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { commands } from 'vitest/browser';
import { checkCredentials } from '../src/trtc-options';
import type { TrtcOutside, TrtcSignalling } from './browser-commands';
import { devices, intervalsOfThisTest, leavesNothing, standAlone, versions } from './real/real-sdk';
import {
  type Connecting,
  CREDENTIALS,
  connect,
  leadSignallingTo,
  type Watched,
  watch,
} from './real/watched-sdk';

const TIMEOUT_MS = 2_500;

standAlone();

async function rejection({ connected }: Connecting): Promise<unknown> {
  return connected.then(
    () => 'it connected',
    (error: unknown) => error,
  );
}

describe.each(versions)('our adapter over the real trtc-sdk-v5 $version, in Chromium', ({ load }) => {
  describe('without a network', () => {
    test.each<[string, TrtcOutside, AvatarErrorCode]>([
      ['refuses connections', 'refused', 'network'],
      ['answers HTTP 500', 'server-error', 'network'],
      ['takes requests and never answers', 'hangs', 'connect-timeout'],
    ])('a network that %s is told within our own time-out, and leaves nothing', async (_, outside, code) => {
      await load();
      await commands.trtcOutside(outside);
      const intervals = intervalsOfThisTest();
      const watched = watch(load);
      const made = connect(watched, { connectTimeoutMs: TIMEOUT_MS });
      const began = performance.now();

      expect(await rejection(made)).toMatchObject({ code, provider: 'trtc', retryable: true });
      expect(performance.now() - began).toBeLessThan(TIMEOUT_MS + 1_000);
      await made.transport.close();
      await leavesNothing(watched, intervals);
      const asked = await commands.trtcRelease();
      expect(asked.length).toBeGreaterThan(0);
    });

    test.each<[string, TrtcSignalling, AvatarErrorCode]>([
      ['is refused', 'refused', 'connect-timeout'],
      ['never opens', 'hangs', 'connect-timeout'],
      ['opens and says nothing', 'mute', 'connect-timeout'],
      ['opens and closes at once', 'closes', 'network'],
    ])(
      'a signalling socket that %s is told within our own time-out, and leaves nothing',
      async (_, mode, code) => {
        await load();
        onTestFinished(leadSignallingTo(await commands.trtcSignalling(mode)));
        const intervals = intervalsOfThisTest();
        const watched = watch(load);
        const made = connect(watched, { connectTimeoutMs: TIMEOUT_MS });

        expect(await rejection(made)).toMatchObject({ code, provider: 'trtc', retryable: true });
        // It got as far as the signalling, and CONNECTED was not taken for being in the room.
        expect(watched.states[0]).toBe('CONNECTING');
        expect(watched.states.includes('CONNECTED')).toBe(mode === 'mute' || mode === 'closes');
        await made.transport.close();
        await leavesNothing(watched, intervals);
      },
    );

    test('an abort while entering hangs rejects at once with its reason, and leaves nothing', async () => {
      await load();
      await commands.trtcOutside('hangs');
      const intervals = intervalsOfThisTest();
      const watched = watch(load);
      const abort = new AbortController();
      const made = connect(watched, {}, abort.signal);
      await expect.poll(() => watched.called).toEqual(['enterRoom']);
      const reason = new Error('changed my mind');
      abort.abort(reason);

      expect(await rejection(made)).toBe(reason);
      await leavesNothing(watched, intervals);
    });

    test('two at once, the first given up as StrictMode does, do not disturb each other', async () => {
      await load();
      const intervals = intervalsOfThisTest();
      const watched = watch(load);
      const first = connect(watched);
      const closing = first.transport.close();
      const second = connect(watched);

      expect(await rejection(first)).toMatchObject({ code: 'not-connected' });
      await closing;
      expect(await rejection(second)).toMatchObject({ code: 'network', serviceCode: 5500 });
      await leavesNothing(watched, intervals);
    });

    test('sending and publishing before it is in the room reject, and the SDK is not asked', async () => {
      await load();
      await commands.trtcOutside('hangs');
      const watched = watch(load);
      const made = connect(watched, { connectTimeoutMs: TIMEOUT_MS });
      const track = await devices().audio();
      await expect.poll(() => watched.called).toEqual(['enterRoom']);

      await expect(made.transport.send(Uint8Array.of(1))).rejects.toMatchObject({ code: 'not-connected' });
      await expect(made.transport.publishing.publish('microphone', track)).rejects.toMatchObject({
        code: 'not-connected',
      });
      expect(watched.called).toEqual(['enterRoom']);
      await made.transport.close();
      expect([track.readyState, track.enabled]).toEqual(['live', true]);
    });
  });

  describe('what it refuses', () => {
    test.each<[string, object]>([
      ['a string of digits', { strRoomId: '123' }],
      ['64 letters', { strRoomId: 'x'.repeat(64) }],
      ['65 letters', { strRoomId: 'x'.repeat(65) }],
      ['every sign that is listed', { strRoomId: '!#$%&()+-:;<=.>?@[]^_{}|~, ' }],
      ['a slash', { strRoomId: 'a/b' }],
      ['a quote', { strRoomId: 'a"b' }],
      ['an apostrophe', { strRoomId: "a'b" }],
      ['an asterisk', { strRoomId: 'a*b' }],
      ['an umlaut', { strRoomId: 'ü' }],
      ['an empty string', { strRoomId: '' }],
      ['the number 1', { roomId: 1 }],
      ['the largest number', { roomId: 4_294_967_294 }],
      ['one more', { roomId: 4_294_967_295 }],
      ['zero', { roomId: 0 }],
      ['less than zero', { roomId: -1 }],
      ['a fraction', { roomId: 1.5 }],
      ['no application', { strRoomId: 'a', sdkAppId: 0 }],
      ['a blank user', { strRoomId: 'a', userId: ' ' }],
      ['no signature', { strRoomId: 'a', userSig: '' }],
    ])('%s is a fault in the credentials for us where it is one for the SDK', async (_, given) => {
      const { roomId, strRoomId, ...more } = given as { roomId?: number; strRoomId?: string };
      const { default: TRTC } = (await load()) as { readonly default: Pick<Watched, never> & TrtcCreate };
      const client = TRTC.create();
      onTestFinished(() => client.destroy());
      const { room, ...base } = CREDENTIALS;
      const config = { ...base, ...given };
      const said = await client.enterRoom(config).catch(({ code }: { readonly code: number }) => code);
      const ours = () => checkCredentials({ ...base, ...more, room: strRoomId ?? roomId ?? room });

      // 5500: it asked the network, and there is none.
      expect([5000, 5500]).toContain(said);
      if (said === 5000) expect(ours).toThrowError(expect.objectContaining({ code: 'invalid-credentials' }));
      else expect(ours).not.toThrow();
    });
  });
});

interface TrtcCreate {
  create(): { enterRoom(config: object): Promise<void>; destroy(): void };
}
