/** reference/agora.md §1 and §5: what is exported, and calls before joining. */

import { expect } from 'vitest';
import { attempt, LIVE, outcome, RTC } from '../subject';
import { defaultTrack } from '../tracks';
import type { Claim } from './claim';

export const callClaims: readonly Claim[] = [
  {
    name: 'everything hangs on the default export, and AgoraRTCErrorCode is not there at run time',
    async run({ module, sdk }) {
      expect(Reflect.get(module, 'default')).toBe(sdk);
      expect('AgoraRTCErrorCode' in sdk).toBe(false);
      expect('AgoraRTCErrorCode' in module).toBe(false);
    },
  },
  {
    name: 'createClient throws INVALID_PARAMS for a mode and a codec that it does not know',
    async run({ sdk }) {
      expect(attempt(() => sdk.createClient({ mode: 'talk', codec: 'vp8' }))).toBe('INVALID_PARAMS');
      expect(attempt(() => sdk.createClient({ mode: 'rtc', codec: 'mpeg' }))).toBe('INVALID_PARAMS');
    },
  },
  {
    name: 'a new client is disconnected, with nobody and nothing',
    async run({ sdk }) {
      const client = sdk.createClient(RTC);
      expect(client.connectionState).toBe('DISCONNECTED');
      expect([client.uid, client.channelName]).toEqual([undefined, undefined]);
      expect([client.remoteUsers, client.localTracks]).toEqual([[], []]);
    },
  },
  {
    name: 'before joining publish is INVALID_OPERATION; nothing and nonsense are INVALID_PARAMS',
    async run({ sdk }) {
      const client = sdk.createClient(RTC);
      const mediaStreamTrack = defaultTrack('audio');
      const track = sdk.createCustomAudioTrack({ mediaStreamTrack });
      expect(await outcome(client.publish(track))).toBe('INVALID_OPERATION');
      expect(await outcome(client.publish([track]))).toBe('INVALID_OPERATION');
      expect(await outcome(client.publish([]))).toBe('INVALID_PARAMS');
      expect(await outcome(client.publish(['nonsense']))).toBe('INVALID_PARAMS');
      await track.setEnabled(false);
      expect(await outcome(client.publish(track))).toBe('TRACK_IS_DISABLED');
      expect(await outcome(sdk.createClient(LIVE).publish(track))).toBe('INVALID_OPERATION');
      track.close();
    },
  },
  {
    name: 'before joining unpublish and renewToken are INVALID_OPERATION, and an empty token is INVALID_PARAMS',
    async run({ sdk }) {
      const client = sdk.createClient(RTC);
      expect(await outcome(client.unpublish())).toBe('INVALID_OPERATION');
      expect(await outcome(client.renewToken('x'))).toBe('INVALID_OPERATION');
      expect(await outcome(client.renewToken(''))).toBe('INVALID_PARAMS');
    },
  },
  {
    name: 'subscribe and unsubscribe of an unknown user are INVALID_REMOTE_USER, before joining too',
    except: ['4.20'],
    async run({ sdk, joinedWithoutSocket }) {
      for (const client of [sdk.createClient(RTC), await joinedWithoutSocket()]) {
        for (const user of [7, { uid: 7 }]) {
          expect(await outcome(client.subscribe(user, 'audio'))).toBe('INVALID_REMOTE_USER');
          expect(await outcome(client.unsubscribe(user, 'audio'))).toBe('INVALID_REMOTE_USER');
        }
      }
    },
  },
  {
    name: 'before joining statistics are zeros, with one user',
    async run({ sdk }) {
      const { UserCount, ...rest } = sdk.createClient(RTC).getRTCStats();
      expect(UserCount).toBe(1);
      for (const figure of [
        'Duration',
        'RTT',
        'RecvBytes',
        'SendBytes',
        'RecvBitrate',
        'SendBitrate',
      ] as const)
        expect([figure, rest[figure]]).toEqual([figure, 0]);
    },
  },
  {
    name: 'in rtc everyone is a host, whatever was asked, and setClientRole throws INVALID_OPERATION',
    async run({ sdk }) {
      expect(sdk.createClient({ ...RTC, role: 'audience' }).role).toBe('host');
      const client = sdk.createClient(RTC);
      expect(await outcome(client.setClientRole('host'))).toBe('INVALID_OPERATION');
      expect(await outcome(client.setClientRole('audience'))).toBe('INVALID_OPERATION');
      expect(await outcome(client.setClientRole('king'))).toBe('INVALID_PARAMS');
    },
  },
  {
    name: 'in live one is an audience unless a host was asked for, and may change before joining',
    async run({ sdk }) {
      expect(sdk.createClient({ ...LIVE, role: 'host' }).role).toBe('host');
      const client = sdk.createClient(LIVE);
      expect(client.role).toBe('audience');
      await client.setClientRole('host');
      expect(client.role).toBe('host');
      await client.setClientRole('audience', { level: 2 });
      expect(client.role).toBe('audience');
    },
  },
  {
    name: 'a level of latency is 1, 2 or 3, and for an audience alone',
    async run({ sdk }) {
      const client = sdk.createClient(LIVE);
      expect(await outcome(client.setClientRole('host', { level: 1 }))).toBe('INVALID_OPERATION');
      expect(await outcome(client.setClientRole('audience', { level: 4 }))).toBe('INVALID_PARAMS');
      for (const level of [1, 2, 3])
        expect(await outcome(client.setClientRole('audience', { level }))).toBe('resolved');
    },
  },
  {
    name: 'the indicator of volume ticks with nobody, before joining too, and asking twice is harmless',
    async run({ sdk }) {
      const client = sdk.createClient(RTC);
      const ticks: unknown[] = [];
      client.on('volume-indicator', (levels: unknown) => ticks.push(levels));
      client.enableAudioVolumeIndicator();
      expect(attempt(() => client.enableAudioVolumeIndicator())).toBe('returned');
      await new Promise((resolve) => setTimeout(resolve, 2_200));
      expect(ticks).toEqual([[]]);
      await client.leave();
    },
  },
];
