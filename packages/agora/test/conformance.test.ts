import { describeTransport } from '@avatarwire/conformance/vitest';
import { doubleHarness } from './double/double-harness';

describeTransport('agora over a double of the SDK, in Node', doubleHarness);
