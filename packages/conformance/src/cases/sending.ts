import type { Provider } from '@avatarwire/core';
import { check, checkBytes, checkError, checkSame, fail, sameBytes } from '../check';
import { bytesOf, type Rule, rule } from '../define';
import type { Stage, Unsupported } from '../stage-types';

const SEND_DEADLINE_MS = 10_000;

export const sending: readonly Rule[] = [
  rule('send outside a connection rejects with not-connected', [], async (stage) => {
    const watched = stage.create();
    await refusesToSend(stage, watched.send(bytesOf(3)), 'send() before connect()');
    const connecting = watched.connect();
    await refusesToSend(stage, watched.send(bytesOf(3)), 'send() while connecting');
    await stage.resolves(connecting, 'connect()', 10_000);
    await stage.resolves(watched.transport.close(), 'close()');
    await refusesToSend(stage, watched.send(bytesOf(3)), 'send() after close()');
  }),

  rule('send outside a connection does not call the SDK', ['handedOver'], async (stage) => {
    const watched = stage.create();
    void watched.send(bytesOf(3));
    const connecting = watched.connect();
    void watched.send(bytesOf(3));
    await stage.resolves(connecting, 'connect()', 10_000);
    const closing = watched.transport.close();
    void watched.send(bytesOf(3));
    await stage.resolves(closing, 'close()');
    void watched.send(bytesOf(3));
    await stage.quiet();
    checkSame(stage.far.handedOver().length, 0, 'The number of calls of the SDK');
  }),

  rule(
    'send rejects with not-connected after the far end ended the connection',
    ['anyEnd'],
    async (stage) => {
      const watched = await stage.connect();
      await stage.endFromFar();
      await stage.until(() => watched.all('closed').length > 0, 'closed must come at the end');
      await refusesToSend(stage, watched.send(bytesOf(3)), 'send() after the end');
    },
  ),

  rule(
    'the avatar receives exactly the bytes of a view inside a larger buffer',
    ['joinAsAvatar', 'received'],
    async (stage) => {
      const watched = await withAvatar(stage);
      const large = bytesOf(64);
      const view = large.subarray(10, 30);
      const expected = Uint8Array.from(view);
      await stage.resolves(watched.send(view), 'send()');
      await arrive(stage, [expected]);
    },
  ),

  rule(
    'bytes that the caller changes after send do not change the packet',
    ['joinAsAvatar', 'received'],
    async (stage) => {
      const watched = await withAvatar(stage);
      const packet = bytesOf(40);
      const expected = Uint8Array.from(packet);
      const sent = watched.send(packet);
      // Where the SDK keeps the caller's buffer, the adapter's docs say how long.
      if (stage.buffer === 'until-settled') await stage.resolves(sent, 'send()');
      packet.fill(0);
      await stage.resolves(sent, 'send()');
      await arrive(stage, [expected]);
    },
  ),

  rule('send calls the SDK in the same turn', ['handedOver'], async (stage) => {
    const watched = await stage.connect();
    const before = stage.far.handedOver().length;
    const packet = bytesOf(20);
    const sent = watched.send(packet);
    const handedOver = stage.far.handedOver();
    checkSame(handedOver.length, before + 1, 'The number of calls of the SDK when send() returns');
    checkBytes(handedOver.at(-1), packet, 'What the SDK was called with');
    await stage.settles(sent, 'send()');
  }),

  rule(
    'packets sent at once arrive whole and in the order of the calls',
    ['joinAsAvatar', 'received'],
    async (stage) => {
      const watched = await withAvatar(stage);
      const packets = burst(stage, watched.connection.maxPacketBytes);
      const sent = packets.map((packet) => watched.send(packet));
      for (const promise of sent) await stage.resolves(promise, 'send()');
      if (watched.transport.capabilities.ordered) await arrive(stage, packets);
      else await arriveInAnyOrder(stage, packets);
    },
  ),

  rule(
    'two callers at once never interleave inside a packet',
    ['joinAsAvatar', 'received'],
    async (stage) => {
      const watched = await withAvatar(stage);
      const budget = Math.floor(Math.min(stage.burst.packets, 12) / 2);
      const size = Math.min(
        watched.connection.maxPacketBytes,
        Math.floor(stage.burst.bytes / (budget * 2)),
        700,
      );
      const one = Array.from({ length: budget }, () => bytesOf(size, 3).fill(0x61));
      const other = Array.from({ length: budget }, () => bytesOf(size, 4).fill(0x62));
      const speak = async (packets: readonly Uint8Array<ArrayBuffer>[]) => {
        for (const packet of packets) await watched.send(packet);
      };
      await stage.resolves(Promise.all([speak(one), speak(other)]), 'both callers');
      await arriveInAnyOrder(stage, [...one, ...other]);
    },
  ),

  rule(
    'a packet over the limit rejects with packet-too-large and does no harm',
    ['joinAsAvatar', 'received'],
    async (stage) => {
      const watched = await withAvatar(stage);
      const tooLarge = bytesOf(watched.connection.maxPacketBytes + 1);
      checkError(
        await stage.rejects(watched.send(tooLarge), 'an over-size send()'),
        'packet-too-large',
        'an over-size send()',
      );
      const next = bytesOf(12, 9);
      await stage.resolves(watched.send(next), 'the next send()');
      await arrive(stage, [next]);
    },
  ),

  rule('a packet over the limit does not reach the SDK', ['handedOver'], async (stage) => {
    const watched = await stage.connect();
    const before = stage.far.handedOver().length;
    await stage.rejects(watched.send(bytesOf(watched.connection.maxPacketBytes + 1)), 'an over-size send()');
    checkSame(stage.far.handedOver().length, before, 'The number of calls of the SDK');
  }),

  rule(
    'an empty packet arrives empty or is refused by name, and does no harm',
    ['joinAsAvatar', 'received'],
    async (stage) => {
      const watched = await withAvatar(stage);
      const outcome = await stage.settles(watched.send(new Uint8Array(0)), 'an empty send()');
      if (outcome.status === 'rejected') checkError(outcome.reason, 'invalid-argument', 'an empty send()');
      const next = bytesOf(12, 9);
      await stage.resolves(watched.send(next), 'the next send()');
      await arrive(stage, outcome.status === 'fulfilled' ? [new Uint8Array(0), next] : [next]);
    },
  ),

  rule(
    'a send that the SDK fails rejects with an AvatarError, and the next one works',
    ['failNextSend', 'joinAsAvatar', 'received'],
    async (stage) => {
      const watched = await withAvatar(stage);
      await stage.far.failNextSend();
      const error = checkError(
        await stage.rejects(watched.send(bytesOf(8)), 'a failing send()'),
        ['network', 'not-connected'],
        'a failing send()',
      );
      check(
        error.cause !== undefined,
        'The error of a failing send() must carry what the SDK said as its cause.',
      );
      checkSame(error.provider, stage.provider, 'provider of the error');
      const next = bytesOf(12, 9);
      await stage.resolves(watched.send(next), 'the next send()');
      await arrive(stage, [next]);
    },
  ),

  rule('send resolves only when the SDK says that it took the packet', ['holdNextSend'], async (stage) => {
    const watched = await stage.connect();
    const release = stage.far.holdNextSend();
    let settled = false;
    const sent = watched.send(bytesOf(8));
    const mark = () => {
      settled = true;
    };
    sent.then(mark, mark);
    await stage.quiet();
    check(!settled, 'send() must not settle before the SDK has answered.');
    await release();
    await stage.resolves(sent, 'send() after the SDK answered');
  }),

  rule(
    'a send that the SDK never answers rejects with send-unsettled after 10 s',
    ['holdNextSend', 'time'],
    async (stage) => {
      const watched = await stage.connect();
      const release = stage.far.holdNextSend();
      let settled = false;
      const sent = watched.send(bytesOf(8));
      const mark = () => {
        settled = true;
      };
      sent.then(mark, mark);
      await stage.passDeadline(SEND_DEADLINE_MS - 100);
      check(!settled, 'send() must wait 10 s for the SDK.');
      await stage.passDeadline(200);
      checkError(await stage.rejects(sent, 'send() after 10 s', 500), 'send-unsettled', 'send() after 10 s');
      // The answer comes late: it must break nothing.
      await release();
      await stage.quiet();
      await stage.resolves(watched.send(bytesOf(4)), 'the next send()');
    },
  ),

  rule('a send still open at close settles', ['holdNextSend'], async (stage) => {
    const watched = await stage.connect();
    stage.far.holdNextSend();
    const sent = watched.send(bytesOf(8));
    await stage.resolves(watched.transport.close(), 'close()', 3_500);
    const outcome = await stage.settles(sent, 'send() after close()', 500);
    if (outcome.status === 'rejected')
      checkError(outcome.reason, ['not-connected', 'send-unsettled', 'network'], 'send() after close()');
  }),

  rule(
    'send resolves only once the channel is at its low mark',
    ['clog', 'lowMarkBytes', 'joinAsAvatar', 'received'],
    async (stage) => {
      const watched = await withAvatar(stage);
      const unclog = await stage.far.clog();
      const size = Math.min(watched.connection.maxPacketBytes, 8_192);
      // One packet may be on its way inside the SDK, so a few more than fit below the mark.
      const count = Math.ceil(stage.lowMarkBytes / size) + 3;
      const packets = Array.from({ length: count }, (_, index) => bytesOf(size, index));
      const settled = packets.map(() => false);
      const sent = packets.map((packet, index) => {
        const promise = watched.send(packet);
        const mark = () => {
          settled[index] = true;
        };
        promise.then(mark, mark);
        return promise;
      });
      await stage.quiet();
      check(
        settled.at(-1) === false,
        `send() resolved with ${count * size} bytes ahead of it; the low mark is ${stage.lowMarkBytes}.`,
      );
      await unclog();
      for (const promise of sent) await stage.resolves(promise, 'send() after the channel drained');
      await arrive(stage, packets);
    },
  ),
];

async function refusesToSend<P extends Provider>(
  stage: Stage<P>,
  sent: Promise<void>,
  what: string,
): Promise<void> {
  checkError(await stage.rejects(sent, what), 'not-connected', what);
}

/** Connected, and the avatar is there to hear. */
export async function withAvatar<P extends Provider>(stage: Stage<P>) {
  await stage.far.joinAsAvatar();
  return stage.connect();
}

/** Exactly these packets, in this order. */
export async function arrive<P extends Provider>(
  stage: Stage<P>,
  expected: readonly Uint8Array[],
): Promise<void> {
  await stage
    .until(
      () => stage.far.received().length >= expected.length,
      `${expected.length} packets must arrive; ${stage.far.received().length} did so far`,
    )
    .catch((error: unknown) =>
      fail(`${expected.length} packets must arrive and ${stage.far.received().length} did.`, error),
    );
  await stage.quiet();
  const received = stage.far.received();
  for (const [index, packet] of expected.entries()) checkBytes(received[index], packet, `Packet ${index}`);
  checkSame(received.length, expected.length, 'The number of packets that arrived');
}

async function arriveInAnyOrder<P extends Provider>(
  stage: Stage<P>,
  expected: readonly Uint8Array[],
): Promise<void> {
  await stage.until(
    () => stage.far.received().length >= expected.length,
    `${expected.length} packets must arrive`,
  );
  const left = [...stage.far.received()];
  for (const packet of expected) {
    const found = left.findIndex((candidate) => sameBytes(candidate, packet));
    check(found >= 0, `A packet of ${packet.length} bytes did not arrive whole.`);
    left.splice(found, 1);
  }
  checkSame(left.length, 0, 'The number of packets that nobody sent');
}

/** As much as the network's rules allow at once, in packets of very different sizes. */
export function burst<P extends Provider>(
  stage: Stage<P>,
  maxPacketBytes: number,
): Uint8Array<ArrayBuffer>[] {
  const packets: Uint8Array<ArrayBuffer>[] = [];
  let left = stage.burst.bytes;
  while (packets.length < stage.burst.packets) {
    const wanted = [5, maxPacketBytes, 200, 1, Math.ceil(maxPacketBytes / 2)][packets.length % 5] ?? 1;
    const size = Math.min(wanted, Math.floor(left / 4) + 1);
    if (size > left) break;
    left -= size;
    // Five bytes and more carry their number, so a packet in the wrong place is seen.
    packets.push(bytesOf(size, packets.length));
  }
  return packets;
}

/** What a case answers when the transport does not claim what it would prove. */
export function notClaimed(claim: string): Unsupported {
  return { unsupported: `it does not claim to be ${claim}` };
}
