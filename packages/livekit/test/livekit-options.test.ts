import { AvatarError } from '@avatarwire/core';
import { describe, expect, test } from 'vitest';
import { livekit } from '../src/index';

describe('options', () => {
  test('that are not to be set are refused by name', () => {
    const set = (room: object) => () => livekit({ room });

    expect(set({ adaptiveStream: true })).toThrow(AvatarError);
    expect(set({ adaptiveStream: true })).toThrow(
      /options\.room\.adaptiveStream.*reconnectPolicy and singlePeerConnection/,
    );
  });

  test.for([0, -1, Number.NaN, '15000'])(
    'a connectTimeoutMs of %o is refused by name',
    (connectTimeoutMs) => {
      expect(() => livekit({ connectTimeoutMs: connectTimeoutMs as number })).toThrow(
        /options\.connectTimeoutMs/,
      );
    },
  );

  test('that are frozen are taken', () => {
    expect(() => livekit(Object.freeze({ room: Object.freeze({}) }))).not.toThrow();
  });
});
