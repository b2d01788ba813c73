import { describeTransport } from '@avatarwire/conformance/vitest';
import { commands } from 'vitest/browser';
import { createHarness } from './conformance-harness';

describeTransport('webrtc, offering', createHarness(false), {
  // In a browser, vitest's server writes, and its paths begin at the root of the repository.
  report: (report) =>
    commands.writeFile('packages/webrtc/conformance.json', `${JSON.stringify(report, null, 2)}\n`),
});
describeTransport('webrtc, answering', createHarness(true));
