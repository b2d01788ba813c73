import { readFile } from 'node:fs/promises';
import { silentLogger } from '@avatarwire/core';
import type TRTC from 'trtc-sdk-v5';
import type OldestTRTC from 'trtc-sdk-v5-oldest';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { type TrtcModule, trtc } from '../src/index';
import { SDK_PACKAGE, type TrtcClient, type TrtcEvents, type TrtcSdk } from '../src/trtc-sdk';

const CREDENTIALS = { sdkAppId: 1_400_000_000, room: 'a room', userId: 'visitor', userSig: 'signature' };
const manifest = async () => JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

test('the range that errors name is the peer range of the package', async () => {
  expect((await manifest()).peerDependencies).toEqual({ [SDK_PACKAGE.name]: SDK_PACKAGE.range });
});

test('the oldest version that is run is the lowest of the range', async () => {
  const { devDependencies } = await manifest();

  expect(SDK_PACKAGE.range).toBe(`^${devDependencies['trtc-sdk-v5-oldest'].split('@').at(-1)}`);
});

describe('on a server', () => {
  test('importing this package does not touch the SDK, and importing the SDK throws', async () => {
    await expect(import('../src/index')).resolves.toHaveProperty('trtc');
    await expect(import('trtc-sdk-v5')).rejects.toThrow('location is not defined');
  });

  test.each<[string, object]>([
    ['by itself', {}],
    ['by the application', { sdk: () => import('trtc-sdk-v5') }],
  ])('connect says unsupported where the SDK is loaded %s', async (_, options) => {
    const connecting = trtc(options).connect(CREDENTIALS, {
      signal: new AbortController().signal,
      logger: silentLogger,
    });

    await expect(connecting).rejects.toMatchObject({
      code: 'unsupported',
      retryable: false,
      provider: 'trtc',
    });
  });
});

/** The compiler runs these; the declarations are those of the real SDK, at both ends of the range. */
describe('our slice, held against the declarations of the real SDK', () => {
  type Module = typeof import('trtc-sdk-v5');
  type OldestModule = typeof import('trtc-sdk-v5-oldest');

  test('the class and its instances are what we call', () => {
    expectTypeOf<typeof TRTC>().toExtend<TrtcSdk>();
    expectTypeOf<typeof OldestTRTC>().toExtend<TrtcSdk>();
    expectTypeOf<TRTC>().toExtend<TrtcClient>();
    expectTypeOf<OldestTRTC>().toExtend<TrtcClient>();
    expectTypeOf<Module>().toExtend<TrtcModule>();
    expectTypeOf<OldestModule>().toExtend<TrtcModule>();
  });

  test('every event that we hear exists, with the fields that we read', () => {
    type Payloads = import('trtc-sdk-v5').TRTCEventTypes;
    type Ours = { [E in keyof TrtcEvents]: Parameters<TrtcEvents[E]>[0] };
    type Theirs = { [E in keyof TrtcEvents]: Payloads[E][0] };
    expectTypeOf<Theirs>().toExtend<Ours>();
  });
});
