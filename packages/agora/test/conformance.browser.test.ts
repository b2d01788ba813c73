import type { TransportHarness } from '@avatarwire/conformance';
import { describeTransport } from '@avatarwire/conformance/vitest';
import { doubleHarness } from './double/double-harness';
import type { DoubleRoom } from './double/double-room';
import { openDevices, proveMedia } from './double/real-tracks';

const tracks = await openDevices();

const harness: TransportHarness<'agora', DoubleRoom> = {
  ...doubleHarness,
  real: 'a double of agora-rtc-sdk-ng 4.24.8, in Chromium, with real media tracks',
  close: tracks.stop,
  localTrack: tracks.make,
  proveMedia,
  far: {
    ...doubleHarness.far,
    addTrack: (room, kind) => room.show(kind, tracks.make(kind)),
    replaceTrack(room, kind) {
      room.hide(kind);
      room.show(kind, tracks.make(kind));
    },
  },
};

describeTransport('agora over a double of the SDK', harness, { report: '../conformance.json' });
