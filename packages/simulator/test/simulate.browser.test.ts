import type { ConformanceReport } from '@avatarwire/conformance';
import { describeTransport } from '@avatarwire/conformance/vitest';
import { createAvatarSession } from '@avatarwire/core';
import { expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import { memory, simulate } from '../src/index';
import { memoryHarness } from './memory-harness';

/** Where `./browser.conformance.json` beside this file is, as vitest's server names it. */
const REPORT = 'packages/simulator/test/browser.conformance.json';

describeTransport(
  'memory in a browser',
  memoryHarness(({ network }) => memory(network)),
  {
    report: './browser.conformance.json',
  },
);

test('the report of a run in a browser is written beside the test file', async () => {
  const report = JSON.parse(await commands.readFile(REPORT)) as ConformanceReport;
  await commands.removeFile(REPORT);
  expect(report.cases.length).toBeGreaterThan(90);
  expect(report.cases.filter(({ result }) => result === 'failed')).toEqual([]);
});

test('a simulation runs in a page, with a picture that a video element takes (real: Chromium, its media)', async () => {
  const sim = simulate({ policy: 'trtc', reply: () => 'Hello from the page.' });
  const session = createAvatarSession(sim.options);
  const video = document.createElement('video');
  const detach = session.attach(video);
  await sim.run(session.connect());
  expect(session.getSnapshot().avatar).toMatchObject({ present: true, video: true });
  expect((video.srcObject as MediaStream).getVideoTracks()).toHaveLength(1);
  await sim.run(session.ask('Hello?'));
  await sim.advance(3_000);
  expect(session.getSnapshot().messages.at(-1)?.text).toBe('Hello from the page.');
  detach();
  await sim.run(session.close());
  expect(sim.service.open).toBe(0);
});
