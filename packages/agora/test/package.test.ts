import { readFile } from 'node:fs/promises';
import { silentLogger } from '@avatarwire/core';
import type * as sdk from 'agora-rtc-sdk-ng';
import type * as esm from 'agora-rtc-sdk-ng/esm';
import type * as oldest from 'agora-rtc-sdk-ng-oldest';
import { expect, expectTypeOf, test } from 'vitest';
import type { AgoraClient, AgoraClientEvents, AgoraDisconnectedReason, AgoraSdk } from '../src/agora-sdk';
import { SDK_PACKAGE } from '../src/agora-sdk';
import { type AgoraModule, agora } from '../src/index';

const CREDENTIALS = { appId: 'app', channel: 'a channel', token: 'token', uid: 1 };
const OPTIONS = { signal: new AbortController().signal, logger: silentLogger };

test('the range that errors name is the peer range of the package', async () => {
  const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

  expect(manifest.peerDependencies).toEqual({ [SDK_PACKAGE.name]: SDK_PACKAGE.range });
});

test('the real SDK, its oldest version and its build of names fit our slice of it without a cast', () => {
  expectTypeOf<sdk.IAgoraRTC>().toExtend<AgoraSdk>();
  expectTypeOf<sdk.IAgoraRTCClient>().toExtend<AgoraClient>();
  expectTypeOf<typeof sdk>().toExtend<AgoraModule>();
  expectTypeOf<oldest.IAgoraRTC>().toExtend<AgoraSdk>();
  expectTypeOf<oldest.IAgoraRTCClient>().toExtend<AgoraClient>();
  expectTypeOf<typeof oldest>().toExtend<AgoraModule>();
  expectTypeOf<typeof esm>().toExtend<AgoraModule>();
  expectTypeOf<`${sdk.ConnectionDisconnectedReason}`>().toEqualTypeOf<AgoraDisconnectedReason>();
  expectTypeOf<`${oldest.ConnectionDisconnectedReason}`>().toExtend<AgoraDisconnectedReason>();
});

/** What the SDK gives a listener is what ours reads. An event that is not declared gives anything, and does not compile. */
const read = <E extends keyof AgoraClientEvents>(given: Parameters<AgoraClientEvents[E]>): unknown => given;

test('the events we listen to are declared by the real SDK, with the arguments that we read', () => {
  const newest = (client: sdk.IAgoraRTCClient): void => {
    client.on('connection-state-change', (...given) => read<'connection-state-change'>(given));
    client.on('user-joined', (...given) => read<'user-joined'>(given));
    client.on('user-left', (...given) => read<'user-left'>(given));
    client.on('user-published', (user, kind) => read<'user-published'>([user, kind]));
    client.on('user-unpublished', (user, kind) => read<'user-unpublished'>([user, kind]));
    client.on('media-reconnect-end', (...given) => read<'media-reconnect-end'>(given));
    client.on('stream-message', (...given) => read<'stream-message'>(given));
    client.on('network-quality', (...given) => read<'network-quality'>(given));
    client.on('token-privilege-will-expire', (...given) => read<'token-privilege-will-expire'>(given));
    client.on('token-privilege-did-expire', (...given) => read<'token-privilege-did-expire'>(given));
    client.on('exception', (...given) => read<'exception'>(given));
  };
  // 4.20.0 emits `stream-message` as well, and does not declare it.
  const lowest = (client: oldest.IAgoraRTCClient): void => {
    client.on('connection-state-change', (...given) => read<'connection-state-change'>(given));
    client.on('user-left', (...given) => read<'user-left'>(given));
    client.on('user-published', (user, kind) => read<'user-published'>([user, kind]));
    client.on('media-reconnect-end', (...given) => read<'media-reconnect-end'>(given));
    client.on('network-quality', (...given) => read<'network-quality'>(given));
    client.on('exception', (...given) => read<'exception'>(given));
  };

  expect([newest, lowest]).toHaveLength(2);
});

test('on a server importing the adapter does nothing, and connect says that it needs a browser', async () => {
  const connecting = agora().connect(CREDENTIALS, OPTIONS);

  await expect(connecting).rejects.toMatchObject({
    code: 'unsupported',
    retryable: false,
    provider: 'agora',
  });
});
