import type { TransportHarness } from '@avatarwire/conformance';
import { describeTransport } from '@avatarwire/conformance/vitest';
import { doubleHarness } from './double/double-harness';
import type { DoubleRoom } from './double/double-room';
import { openDevices, proveMedia } from './real/real-tracks';

const devices = await openDevices();

const harness: TransportHarness<'trtc', DoubleRoom> = {
  ...doubleHarness,
  real: 'a double of trtc-sdk-v5 5.17.1, in Chromium, with real media tracks',
  close: () => devices.release(),
  localTrack: devices.open,
  proveMedia,
  far: {
    ...doubleHarness.far,
    addTrack: (room, kind) => room.show(kind, devices.open(kind)),
    replaceTrack(room, kind) {
      room.hide(kind);
      room.show(kind, devices.open(kind));
    },
  },
};

describeTransport('trtc over a double of the SDK', harness, { report: '../conformance.json' });
