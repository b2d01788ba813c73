/**
 * The double's types against those of the SDK, for the compiler: what the vendor renames, removes or narrows does not
 * compile here. The SDK's enums are compared by their values.
 */

import type {
  CustomMessageData,
  EnterRoomConfig as RealEnterRoomConfig,
  LocalAudioConfig as RealLocalAudioConfig,
  LocalVideoConfig as RealLocalVideoConfig,
  RemoteVideoConfig as RealRemoteVideoConfig,
  ScreenShareConfig as RealScreenShareConfig,
  RtcError,
  TRTC,
  TRTCEventTypes,
} from 'trtc-sdk-v5';
import { describe, expectTypeOf, test } from 'vitest';
import type {
  CustomMessage,
  EnterRoomConfig,
  LocalAudioConfig,
  LocalVideoConfig,
  RemoteVideoConfig,
  ScreenShareConfig,
  TrtcError,
  TrtcEvents,
  TrtcInstance,
  TrtcSdk,
} from '../../src/trtc/index';

/** As JSON would have it: a member of an enum is its value, and nothing is read-only. */
type Plain<T> = T extends
  | MediaStreamTrack
  | ArrayBuffer
  | Error
  | HTMLElement
  | ((...rest: never[]) => unknown)
  ? T
  : T extends string
    ? `${T}`
    : T extends number
      ? number
      : T extends object
        ? { -readonly [K in keyof T]: Plain<T[K]> }
        : T;

/** Options of the double that the SDK does not know. */
type Unknown<Ours, Real> = Exclude<keyof Ours, keyof Real>;

describe("the TRTC double's types, against trtc-sdk-v5", () => {
  test('what it takes, the SDK takes', () => {
    expectTypeOf<Plain<EnterRoomConfig>>().toExtend<Plain<RealEnterRoomConfig>>();
    expectTypeOf<Unknown<EnterRoomConfig, RealEnterRoomConfig>>().toEqualTypeOf<never>();
    expectTypeOf<Plain<LocalAudioConfig>>().toExtend<Plain<RealLocalAudioConfig>>();
    expectTypeOf<Unknown<LocalAudioConfig, RealLocalAudioConfig>>().toEqualTypeOf<never>();
    expectTypeOf<Plain<LocalVideoConfig>>().toExtend<Plain<RealLocalVideoConfig>>();
    expectTypeOf<Unknown<LocalVideoConfig, RealLocalVideoConfig>>().toEqualTypeOf<never>();
    expectTypeOf<Plain<ScreenShareConfig>>().toExtend<Plain<RealScreenShareConfig>>();
    expectTypeOf<Unknown<ScreenShareConfig, RealScreenShareConfig>>().toEqualTypeOf<never>();
    expectTypeOf<Plain<RemoteVideoConfig>>().toExtend<Plain<RealRemoteVideoConfig>>();
    expectTypeOf<Unknown<RemoteVideoConfig, RealRemoteVideoConfig>>().toEqualTypeOf<never>();
    expectTypeOf<Plain<CustomMessage>>().toEqualTypeOf<CustomMessageData>();
  });

  test('its calls are calls of the SDK and return the same', () => {
    expectTypeOf<Plain<Parameters<TrtcInstance['sendCustomMessage']>>>().toEqualTypeOf<
      Parameters<TRTC['sendCustomMessage']>
    >();
    type Calls = Exclude<keyof TrtcInstance, 'on' | 'off' | 'sendCustomMessage'>;
    expectTypeOf<{ [K in Calls]: ReturnType<TrtcInstance[K]> }>().toEqualTypeOf<{
      [K in Calls]: ReturnType<TRTC[K]>;
    }>();
    expectTypeOf<Exclude<keyof TrtcSdk, 'VERSION'>>().toExtend<keyof typeof TRTC>();
  });

  test('its events are events of the SDK, with the same payloads', () => {
    type Loose = 'error' | 'screen-share-stopped' | 'remote-user-exit' | 'statistics' | 'network-quality';
    type Compared = Exclude<keyof TrtcEvents, Loose>;
    expectTypeOf<keyof TrtcEvents>().toExtend<keyof TRTCEventTypes>();
    expectTypeOf<{ [E in Compared]: Plain<TrtcEvents[E]> }>().toExtend<{
      [E in Compared]: Plain<TRTCEventTypes[E][0]>;
    }>();
    expectTypeOf<TrtcEvents['kicked-out']['reason']>().toEqualTypeOf<
      Plain<TRTCEventTypes['kicked-out'][0]['reason']>
    >();
    expectTypeOf<TrtcEvents['remote-user-exit']>().toExtend<{
      readonly userId: string;
      readonly reason?: number;
    }>();
    expectTypeOf<keyof TrtcEvents['statistics']>().toEqualTypeOf<keyof TRTCEventTypes['statistics'][0]>();
    expectTypeOf<keyof TrtcEvents['network-quality']>().toExtend<
      keyof TRTCEventTypes['network-quality'][0]
    >();
    expectTypeOf<RtcError>().toExtend<TrtcError>();
  });
});
