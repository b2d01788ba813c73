import type { Provider, Statistics } from '@avatarwire/core';
import { check, checkBytes, checkSame } from '../check';
import { bytesOf, type Rule, rule } from '../define';
import type { Stage, Watched } from '../stage-types';

export const receiving: readonly Rule[] = [
  rule(
    'packets from the avatar come with their exact bytes, in order, and say who sent them',
    ['joinAsAvatar', 'deliver'],
    async (stage) => {
      const avatar = await stage.far.joinAsAvatar();
      const watched = await stage.connect();
      const packets = [1, 300, 2, 900, 0x80].map((size, index) => bytesOf(size, index + 1));
      for (const packet of packets) await stage.far.deliver(packet);
      await packetsArrive(stage, watched, packets);
      for (const { from } of watched.all('packet')) checkSame(from, avatar, 'from');
    },
  ),

  rule(
    'a packet that arrives while connect is pending is delivered',
    ['joinAsAvatar', 'deliverWhileJoining'],
    async (stage) => {
      await stage.far.joinAsAvatar();
      const packet = bytesOf(33, 5);
      await stage.far.deliverWhileJoining(packet);
      const watched = await stage.connect();
      await packetsArrive(stage, watched, [packet]);
    },
  ),

  rule(
    'what a listener does to a packet changes nothing for others',
    ['joinAsAvatar', 'deliver'],
    async (stage) => {
      await stage.far.joinAsAvatar();
      const watched = await stage.connect();
      const packet = bytesOf(24, 2);
      const original = Uint8Array.from(packet);
      await stage.far.deliver(packet);
      await packetsArrive(stage, watched, [original]);
      const [first] = watched.all('packet');
      // The array is the listener's own: neither the sender's nor a window into a buffer of the SDK that comes again.
      first?.data.fill(0);
      checkBytes(packet, original, 'The bytes at the sender');
      await stage.far.deliver(original);
      await stage.until(() => watched.all('packet').length === 2, 'The second packet must arrive');
      check(
        first?.data.every((byte) => byte === 0) === true,
        'A later packet must not be written into an earlier one.',
      );
      checkBytes(watched.all('packet')[1]?.data, original, 'The second packet');
    },
  ),

  rule('a packet from somebody else names that participant', ['joinAsAvatar', 'deliverAs'], async (stage) => {
    const avatar = await stage.far.joinAsAvatar();
    const watched = await stage.connect();
    await stage.far.deliverAs('somebody-else', bytesOf(7));
    await stage.until(
      () => watched.all('packet').length === 1,
      'A packet from another participant must be delivered',
    );
    const from = watched.all('packet')[0]?.from;
    checkSame(from, 'somebody-else', 'from');
    check(from !== avatar, 'from must not name the avatar.');
  }),

  rule('an avatar that was there before us is announced', ['joinAsAvatar'], async (stage) => {
    const avatar = await stage.far.joinAsAvatar();
    const watched = await stage.connect();
    await stage.until(
      () => joined(watched).length > 0,
      'participant-joined must come for who was there before',
    );
    checkSame(joined(watched).join(), avatar, 'Who joined');
  }),

  rule(
    'an avatar that comes later is announced, and announced again when it has left for good',
    ['joinAsAvatar', 'leave'],
    async (stage) => {
      const watched = await stage.connect();
      const avatar = await stage.far.joinAsAvatar();
      await stage.until(() => joined(watched).length > 0, 'participant-joined must come');
      checkSame(joined(watched).join(), avatar, 'Who joined');
      await stage.far.leave();
      // Three seconds of grace, in which a vendor's reconnect looks like everyone leaving.
      await stage.until(
        () => watched.all('participant-left').length > 0,
        'participant-left must come',
        10_000,
      );
      checkSame(
        watched
          .all('participant-left')
          .map(({ id }) => id)
          .join(),
        avatar,
        'Who left',
      );
    },
  ),

  rule('we are not announced to ourselves', [], async (stage) => {
    const watched = await stage.connect();
    await stage.quiet();
    check(
      !joined(watched).includes(watched.connection.localId),
      'participant-joined must not name ourselves.',
    );
  }),

  rule(
    'a listener that was taken off hears nothing more, and its neighbour goes on',
    ['joinAsAvatar', 'deliver'],
    async (stage) => {
      await stage.far.joinAsAvatar();
      const watched = await stage.connect();
      let heard = 0;
      const listener = () => {
        heard += 1;
      };
      const stop = watched.transport.on('packet', listener);
      watched.transport.on('packet', listener);
      stop();
      stop();
      await stage.far.deliver(bytesOf(5));
      await stage.until(() => watched.all('packet').length === 1, 'The packet must arrive');
      checkSame(heard, 1, 'How often a listener registered twice and taken off once was called');
    },
  ),

  rule('two connections at once do not hear each other', ['joinAsAvatar', 'deliver'], async (stage) => {
    const other = await stage.another();
    await stage.far.joinAsAvatar();
    await other.far.joinAsAvatar();
    const [one, two] = [await stage.connect(), await other.connect()];
    await stage.far.deliver(bytesOf(11, 1));
    await other.far.deliver(bytesOf(22, 2));
    await packetsArrive(stage, one, [bytesOf(11, 1)]);
    await packetsArrive(other, two, [bytesOf(22, 2)]);
    await stage.resolves(one.transport.close(), 'close() of the first');
    await other.far.deliver(bytesOf(33, 3));
    await packetsArrive(other, two, [bytesOf(22, 2), bytesOf(33, 3)]);
    checkSame(two.all('closed').length, 0, 'The number of closed events of the second connection');
  }),

  rule('statistics, where there are any, are measured figures', [], async (stage) => {
    if (stage.can('joinAsAvatar')) await stage.far.joinAsAvatar();
    const { transport } = await stage.connect();
    if (!transport.statistics) return { unsupported: 'it has no statistics' };
    if (stage.can('joinAsAvatar') && stage.can('addTrack')) await stage.far.addTrack('video');
    let before: Statistics = {};
    for (let round = 0; round < 3; round += 1) {
      await stage.quiet();
      const now = await stage.resolves(transport.statistics(), 'statistics()');
      for (const [name, value] of Object.entries(now)) {
        check(
          typeof value === 'number' && Number.isFinite(value) && value >= 0,
          `statistics.${name} must be a number of at least 0, or absent.`,
        );
      }
      for (const name of COUNTERS)
        check((now[name] ?? Infinity) >= (before[name] ?? 0), `statistics.${name} must not count backwards.`);
      before = now;
    }
    return undefined;
  }),
];

const COUNTERS = ['bytesSent', 'bytesReceived', 'packetsLost'] as const satisfies (keyof Statistics)[];

function joined<P extends Provider>(watched: Watched<P>): string[] {
  return watched.all('participant-joined').map(({ id }) => id);
}

export async function packetsArrive<P extends Provider>(
  stage: Stage<P>,
  watched: Watched<P>,
  expected: readonly Uint8Array[],
): Promise<void> {
  await stage.until(
    () => watched.all('packet').length >= expected.length,
    `${expected.length} packets must be delivered`,
  );
  await stage.quiet();
  const packets = watched.all('packet');
  for (const [index, data] of expected.entries()) checkBytes(packets[index]?.data, data, `Packet ${index}`);
  checkSame(packets.length, expected.length, 'The number of packets delivered');
}
