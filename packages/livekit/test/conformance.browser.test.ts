import { describeTransport } from '@avatarwire/conformance/vitest';
import { describe } from 'vitest';
import { haveServer } from './real/access';
import { realHarness } from './real/real-harness';

describe.skipIf(!haveServer)('with a livekit-server', () => {
  describeTransport('livekit over the real SDK', realHarness, { report: '../conformance.json' });
});
