import { readFile } from 'node:fs/promises';
import { silentLogger } from '@avatarwire/core';
import * as sdk from 'livekit-client';
import { expect, test } from 'vitest';
import { livekit } from '../src/index';
import { type LivekitRoomEvents, SDK_PACKAGE } from '../src/livekit-sdk';
import { CREDENTIALS } from './double/double-harness';

test('the range that errors name is the peer range of the package', async () => {
  const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

  expect(manifest.peerDependencies).toEqual({ [SDK_PACKAGE.name]: SDK_PACKAGE.range });
});

test('the events we listen to are events of the real SDK', () => {
  // Their arguments are held against the SDK's by the compiler.
  type Ours = Pick<sdk.RoomEventCallbacks, keyof LivekitRoomEvents>;
  const asTheirs = (ours: LivekitRoomEvents): Ours => ours;
  const names: Record<keyof LivekitRoomEvents, true> = {
    signalReconnecting: true,
    reconnecting: true,
    reconnected: true,
    disconnected: true,
    participantActive: true,
    participantDisconnected: true,
    trackSubscribed: true,
    trackUnsubscribed: true,
    dataReceived: true,
    connectionQualityChanged: true,
    dcBufferStatusChanged: true,
  };

  expect(Object.values<string>(sdk.RoomEvent)).toEqual(expect.arrayContaining(Object.keys(names)));
  expect(asTheirs).toBeTypeOf('function');
});

test('on a server the real SDK loads and connect says that it needs a browser', async () => {
  const connecting = livekit().connect(CREDENTIALS, {
    signal: new AbortController().signal,
    logger: silentLogger,
  });

  await expect(connecting).rejects.toMatchObject({ code: 'unsupported', retryable: false });
});
