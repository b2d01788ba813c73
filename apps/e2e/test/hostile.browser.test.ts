import { createAvatarSession } from '@avatarwire/core';
import { webrtc } from '@avatarwire/webrtc';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { enemyPeer } from './hostile/enemy-peer';
import { frameGaps, pageHeapBytes } from './hostile/page-pulse';

const MB = 1_024 * 1_024;
/** The longest gap between two frames under attack, at most so many times that of the same page at rest … */
const MOST_TIMES = 10;
/** … but never held against less than this: a page at rest may have had luck. */
const LEAST_GAP_MS = 50;
const PACKETS_A_SECOND = 20_000;
const MOST_IN_TURN = 400;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function live() {
  const peer = enemyPeer();
  const session = createAvatarSession({
    transports: { webrtc: () => webrtc({ signalling: peer.signalling }) },
    source: { provider: 'webrtc', credentials: {} },
    maxMessages: 200,
  });
  ends.push(peer.close, () => session.close());
  const counts = { unrecognised: 0, dropped: 0, received: 0 };
  session.on('unrecognised', () => {
    counts.unrecognised += 1;
  });
  session.on('message-dropped', () => {
    counts.dropped += 1;
  });
  session.on('message-received', () => {
    counts.received += 1;
  });
  // A page that shows the transcript, as pages do: what is said last, and how much there is.
  const shown = document.createElement('output');
  document.body.append(shown);
  ends.push(() => shown.remove());
  session.subscribe(() => {
    const { messages } = session.getSnapshot();
    shown.textContent = `${messages.length}: ${messages.at(-1)?.text.slice(-40)}`;
  });
  const connecting = session.connect();
  const channel = await peer.open;
  const says = (text: string) => channel.send(text);
  says(chat('hello', 0, true, 'I am the avatar'));
  await connecting;
  return { session, channel, says, counts };
}

const chat = (mid: string, idx: number, fin: boolean, text: string) =>
  JSON.stringify({ v: 2, type: 'chat', mid, idx, fin, pld: { from: 'bot', text } });

/**
 * As many in every slice as make up the rate, with the page's own turns in between. The sender is in the same page: what
 * it missed it does not make up for in one turn, which would be its own gap and not ours.
 */
async function flood(
  channel: RTCDataChannel,
  seconds: number,
  packet: (index: number) => string,
): Promise<number> {
  const sliceMs = 5;
  let sent = 0;
  const startedAt = performance.now();
  for (let now = startedAt; now - startedAt < seconds * 1_000; now = performance.now()) {
    const due = ((now - startedAt) / 1_000) * PACKETS_A_SECOND;
    for (let inTurn = 0; sent < due && inTurn < MOST_IN_TURN && channel.bufferedAmount < MB; inTurn += 1) {
      channel.send(packet(sent));
      sent += 1;
    }
    await new Promise((resolve) => setTimeout(resolve, sliceMs));
  }
  await vi.waitFor(() => expect(channel.bufferedAmount).toBe(0), 10_000);
  return sent;
}

async function underAttack(seconds: number, packet: (index: number) => string) {
  const set = await live();
  const idle = Math.max(...(await frameGaps(1_000)));
  const before = await pageHeapBytes();
  let sent = 0;
  const gaps = await frameGaps(0, async () => {
    sent = await flood(set.channel, seconds, packet);
  });
  const grown = (await pageHeapBytes()) - before;
  const longest = Math.max(...gaps);
  const report = `${sent} packets; longest gap ${longest.toFixed(0)} ms, idle ${idle.toFixed(0)} ms; heap ${(grown / MB).toFixed(1)} MB; ${JSON.stringify(set.counts)}`;
  expect(longest, report).toBeLessThan(MOST_TIMES * Math.max(idle, LEAST_GAP_MS));
  return { ...set, sent, grown, report };
}

describe('an avatar that means harm over a real peer connection in Chromium, both ends in the page', () => {
  test('20,000 messages a second: the page goes on painting, holds what it held, and is told of it now and then', async () => {
    const { grown, sent, counts, says, session, report } = await underAttack(3, (at) =>
      chat(`m${at}`, 0, true, 'Hi'),
    );
    expect(sent, report).toBeGreaterThan(10_000);
    expect(grown, report).toBeLessThan(4 * MB);
    expect(counts.unrecognised, report).toBeLessThanOrEqual(30);
    // It is still a conversation.
    await vi.waitFor(() => {
      says(chat('after', 0, true, 'Still here'));
      expect(session.getSnapshot().messages.at(-1)?.text).toBe('Still here');
    }, 5_000);
  });

  test('messages that are never finished, and parts that never end', async () => {
    const { grown, report } = await underAttack(2, (at) =>
      at % 2 ? chat(`m${at}`, 0, false, 'Hi') : chat('endless', at / 2, false, 'Hi'),
    );
    expect(grown, report).toBeLessThan(4 * MB);
  });

  test('packets as large as the channel carries, deep, and full of keys', async () => {
    const size = 250_000;
    const worst = [
      '['.repeat(size),
      `{${Array.from({ length: 15_000 }, (_, at) => `"${4_294_967_294 - at}":0`).join(',')}}`,
      chat('large', 0, true, 'x'.repeat(size)),
      `"${'\\u0000'.repeat(size / 6)}"`,
    ];
    const { grown, report } = await underAttack(2, (at) => worst[at % worst.length] ?? '');
    expect(grown, report).toBeLessThan(8 * MB);
  });
});
