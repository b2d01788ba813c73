// Real Chromium: the counts on which the soak over LiveKit stands.
import { createServer } from 'node:http';
import { findChromium } from '@avatarwire/tooling/chromium';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import { chromium, type Page } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import { bundle } from '../../src/soak/livekit/bundle';

const executablePath = findChromium();
const NOTHING = { peerConnections: 0, sockets: 0, audioContexts: 0, liveTracks: 0, timers: 0 };

async function openPage(): Promise<Page> {
  const server = createServer((_request, response) => response.end('a page'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: [...chromiumFlags],
  });
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await page.addInitScript({ content: await bundle('./open-things.ts') });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server does not listen.');
  await page.goto(`http://127.0.0.1:${address.port}`);
  return page;
}

test.skipIf(executablePath === undefined)(
  'whatever a page in a real Chromium opens is counted while it is open: connections, sockets, sound, tracks and timers',
  async () => {
    const page = await openPage();
    const counts = await page.evaluate(async () => {
      const open = globalThis.openThings;
      const before = open();
      const [one, other] = [new RTCPeerConnection(), new RTCPeerConnection()];
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const [track] = stream.getAudioTracks();
      if (track === undefined) throw new Error('There is no microphone.');
      one.addTrack(track);
      const copy = track.clone();
      await one.setLocalDescription();
      await other.setRemoteDescription(one.localDescription ?? { type: 'offer' });
      // Nobody listens there: it opens and closes by itself.
      const socket = new WebSocket('ws://127.0.0.1:1');
      const closed = new Promise((resolve) => socket.addEventListener('close', resolve));
      const context = new AudioContext();
      let fired = () => {};
      const due = new Promise<void>((resolve) => {
        fired = resolve;
      });
      setTimeout(() => fired(), 1);
      const waiting = setTimeout(() => {}, 60_000);
      const repeating = setInterval(() => {}, 60_000);
      const during = open();
      const named = globalThis.setTimers();
      await Promise.all([due, closed, context.close()]);
      const later = open();
      clearTimeout(waiting);
      clearTimeout(repeating);
      for (const live of [track, copy]) live.stop();
      for (const connection of [one, one, other]) connection.close();
      return { before, during, named, later };
    });
    expect(counts.before).toEqual(NOTHING);
    // The microphone, its copy, and what the other side is given.
    expect(counts.during).toEqual({
      peerConnections: 2,
      sockets: 1,
      audioContexts: 1,
      liveTracks: 3,
      timers: 3,
    });
    expect(counts.named.map((timer) => timer.split(':')[0])).toEqual(['1 ms', '60000 ms', '60000 ms']);
    expect(counts.later).toEqual({ ...NOTHING, peerConnections: 2, liveTracks: 3, timers: 2 });
    // What the other side was given ends a moment after its connection.
    await expect.poll(() => page.evaluate(() => globalThis.openThings())).toEqual(NOTHING);
  },
);
