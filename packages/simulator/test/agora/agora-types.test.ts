/**
 * Holds the double against the SDK's own declarations: what differs does not compile. Nothing here is called; the one
 * test says what the compiler has seen.
 */

import { readdirSync, readFileSync } from 'node:fs';
import type {
  ConnectionDisconnectedReason,
  ConnectionState,
  IAgoraRTC,
  IAgoraRTCClient,
  IAgoraRTCRemoteUser,
  ILocalAudioTrack,
  ILocalVideoTrack,
  IRemoteTrack,
} from 'agora-rtc-sdk-ng';
import type { __CLIENT_LIST__ } from 'agora-rtc-sdk-ng/esm';
import type {
  IAgoraRTCClient as OldestClient,
  ILocalVideoTrack as OldestVideoTrack,
} from 'agora-rtc-sdk-ng-oldest';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type {
  AgoraClientDouble,
  AgoraClientEvents,
  AgoraConnectionState,
  AgoraDisconnectedReason,
  AgoraEncoderConfiguration,
  AgoraMediaType,
  AgoraReceivedStats,
  AgoraReceivedVideoStats,
  AgoraRemoteUser,
  AgoraRTCDouble,
  AgoraStats,
  LocalTrackDouble,
  LocalVideoTrackDouble,
  RemoteTrackDouble,
} from '../../src/agora/index';

/** The one exported value that has the class of a client, which itself is not exported. */
type EsmClient = (typeof __CLIENT_LIST__)[number];

/** What an adapter calls that needs no types of the double in its arguments: as the SDK declares it, word for word. */
type ClientPort = Pick<
  IAgoraRTCClient,
  | 'connectionState'
  | 'mode'
  | 'role'
  | 'join'
  | 'leave'
  | 'renewToken'
  | 'setClientRole'
  | 'enableAudioVolumeIndicator'
  | 'getRTCStats'
  | 'on'
  | 'once'
  | 'off'
  | 'removeAllListeners'
>;
type SdkPort = Pick<
  IAgoraRTC,
  'VERSION' | 'setLogLevel' | 'checkSystemRequirements' | 'disableLogUpload' | 'on' | 'off'
>;
type LocalTrackPort = Pick<
  ILocalAudioTrack,
  | 'trackMediaType'
  | 'getTrackId'
  | 'getMediaStreamTrack'
  | 'setMuted'
  | 'setEnabled'
  | 'close'
  | 'muted'
  | 'enabled'
  | 'on'
  | 'off'
>;
type RemoteTrackPort = Pick<
  IRemoteTrack,
  'trackMediaType' | 'getTrackId' | 'getMediaStreamTrack' | 'getUserId' | 'on' | 'off'
>;
type RemoteUserPort = Pick<IAgoraRTCRemoteUser, 'uid' | 'hasAudio' | 'hasVideo'>;

/** Arguments of the real events. A name that the SDK no longer declares has arguments of no type, which is an error. */
function argumentsOf(client: IAgoraRTCClient | OldestClient): void {
  client.on('connection-state-change', (...payload) => {
    expectTypeOf<`${(typeof payload)[0]}`>().toEqualTypeOf<AgoraConnectionState>();
    expectTypeOf<AgoraClientEvents['connection-state-change'][1]>().toEqualTypeOf(payload[1]);
    expectTypeOf<AgoraClientEvents['connection-state-change'][2]>().toExtend<
      `${NonNullable<(typeof payload)[2]>}` | undefined
    >();
  });
  client.on('stream-message', (...payload) => {
    expectTypeOf(payload).toEqualTypeOf<AgoraClientEvents['stream-message']>();
  });
  client.on('user-joined', (user) => {
    expectTypeOf<AgoraRemoteUser['uid']>().toEqualTypeOf(user.uid);
  });
  client.on('user-left', (_user, reason) => {
    expectTypeOf<AgoraClientEvents['user-left'][1]>().toExtend<typeof reason>();
  });
  client.on('user-published', (_user, kind) => {
    expectTypeOf<AgoraMediaType>().toExtend<typeof kind>();
  });
  client.on('user-unpublished', (_user, kind) => {
    expectTypeOf<AgoraMediaType>().toExtend<typeof kind>();
  });
  client.on('user-info-updated', (uid, message) => {
    expectTypeOf<AgoraClientEvents['user-info-updated'][0]>().toEqualTypeOf(uid);
    expectTypeOf<AgoraClientEvents['user-info-updated'][1]>().toExtend<typeof message>();
  });
  client.on('media-reconnect-start', (...payload) => {
    expectTypeOf(payload).toEqualTypeOf<AgoraClientEvents['media-reconnect-start']>();
  });
  client.on('media-reconnect-end', (...payload) => {
    expectTypeOf(payload).toEqualTypeOf<AgoraClientEvents['media-reconnect-end']>();
  });
  client.on('token-privilege-will-expire', (...payload) => {
    expectTypeOf(payload).toEqualTypeOf<AgoraClientEvents['token-privilege-will-expire']>();
  });
  client.on('token-privilege-did-expire', (...payload) => {
    expectTypeOf(payload).toEqualTypeOf<AgoraClientEvents['token-privilege-did-expire']>();
  });
  client.on('network-quality', (...payload) => {
    expectTypeOf<AgoraClientEvents['network-quality']>().toEqualTypeOf(payload);
  });
  client.on('exception', (...payload) => {
    expectTypeOf<AgoraClientEvents['exception']>().toExtend<typeof payload>();
  });
  client.on('volume-indicator', (...payload) => {
    expectTypeOf(payload).toEqualTypeOf<AgoraClientEvents['volume-indicator']>();
  });
}

/** Without the names of presets. */
type EncoderOf<Track extends Pick<ILocalVideoTrack, 'setEncoderConfiguration'> | OldestVideoTrack> = Extract<
  Parameters<Track['setEncoderConfiguration']>[0],
  object
>;

/** Each is taken for what the SDK declares. */
function heldAgainst(
  client: AgoraClientDouble,
  sdk: AgoraRTCDouble,
  audio: LocalTrackDouble,
  video: LocalVideoTrackDouble,
  remote: RemoteTrackDouble,
  user: AgoraRemoteUser,
): [
  ClientPort,
  Pick<OldestClient, keyof ClientPort>,
  SdkPort,
  LocalTrackPort,
  LocalTrackPort & Pick<ILocalVideoTrack, 'replaceTrack'>,
  AgoraEncoderConfiguration extends EncoderOf<ILocalVideoTrack> & EncoderOf<OldestVideoTrack> ? true : never,
  RemoteTrackPort,
  Readonly<RemoteUserPort>,
] {
  return [client, client, sdk, audio, video, true, remote, user];
}

describe('the types of the double', () => {
  it('are those of agora-rtc-sdk-ng 4.24.8 and 4.20.0, as far as it goes', () => {
    expectTypeOf<AgoraConnectionState>().toEqualTypeOf<ConnectionState>();
    expectTypeOf<AgoraDisconnectedReason>().toEqualTypeOf<`${ConnectionDisconnectedReason}`>();
    expectTypeOf<AgoraStats>().toEqualTypeOf<ReturnType<IAgoraRTCClient['getRTCStats']>>();
    type Received<Stats> = Stats extends { readonly [uid: string]: infer One } ? One : never;
    expectTypeOf<
      Received<ReturnType<IAgoraRTCClient['getRemoteAudioStats']>>
    >().toExtend<AgoraReceivedStats>();
    expectTypeOf<
      Received<ReturnType<IAgoraRTCClient['getRemoteVideoStats']>>
    >().toExtend<AgoraReceivedVideoStats>();
    expectTypeOf<
      Received<ReturnType<OldestClient['getRemoteVideoStats']>>
    >().toExtend<AgoraReceivedVideoStats>();
    expectTypeOf<AgoraClientDouble['uid']>().toEqualTypeOf<IAgoraRTCClient['uid']>();
    expectTypeOf<AgoraClientDouble['channelName']>().toEqualTypeOf<IAgoraRTCClient['channelName']>();
    expectTypeOf(argumentsOf).toBeFunction();
    expectTypeOf(heldAgainst).toBeFunction();
  });

  it('declare sendStreamMessage as the types of the esm entry do, where alone it is declared', () => {
    expectTypeOf<IAgoraRTCClient>().not.toHaveProperty('sendStreamMessage');
    expectTypeOf<AgoraClientDouble['sendStreamMessage']>().toEqualTypeOf<EsmClient['sendStreamMessage']>();
  });

  it('need no SDK to be read', () => {
    const folder = new URL('../../src/agora/', import.meta.url);
    const imports = readdirSync(folder).flatMap((file) =>
      [
        ...readFileSync(new URL(file, folder), 'utf8').matchAll(
          /^(?:import|export)\b[^;]*? from '([^']+)'/gm,
        ),
      ].map(([, from]) => from),
    );
    expect(imports).toContain('@avatarwire/core');
    expect(imports.filter((from) => from?.includes('agora-rtc-sdk-ng'))).toEqual([]);
  });
});
