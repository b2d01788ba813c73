import { describeTransport } from '@avatarwire/conformance/vitest';
import { doubleHarness } from './double/double-harness';

describeTransport('trtc over a double of the SDK', doubleHarness);
