import { describeTransport } from '@avatarwire/conformance/vitest';
import { createHarness } from './conformance-harness';

describeTransport(
  'broadcast-channel without tracks',
  createHarness(`BroadcastChannels of Node ${process.versions.node}`, globalThis),
);
