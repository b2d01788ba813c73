import { describeTransport } from '@avatarwire/conformance/vitest';
import { createHarness } from './conformance-harness';

describeTransport('webrtc, offering', createHarness(false), { report: '../conformance.json' });
describeTransport('webrtc, answering', createHarness(true));
