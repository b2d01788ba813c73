// Two adapters over real BroadcastChannels of Node, their time on a virtual clock.
import { silentLogger, type TransportEvents } from '@avatarwire/core';
import { createVirtualClock } from '@avatarwire/simulator';
import { afterEach, expect, test, vi } from 'vitest';
import { type BroadcastChannelTransport, broadcastChannel } from '../src/index';
import { RawTab } from './raw-tab';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

let rooms = 0;

async function enter(room: string, name: string) {
  const clock = createVirtualClock();
  const transport = broadcastChannel({ clock });
  open.push(() => transport.close());
  const told: string[] = [];
  for (const event of ['participant-joined', 'participant-left'] as const)
    transport.on(event, ({ id }) => told.push(`${event.slice('participant-'.length)} ${id}`));
  transport.on('closed', ({ reason }) => told.push(`closed ${reason}`));
  const packets = listen(transport, 'packet');
  await transport.connect({ room, name }, { signal: new AbortController().signal, logger: silentLogger });
  return { transport, clock, told, packets };
}

function listen<E extends keyof TransportEvents>(transport: BroadcastChannelTransport, event: E) {
  const heard: TransportEvents[E][] = [];
  transport.on(event, (payload) => heard.push(payload));
  return heard;
}

function makeRoom(): string {
  rooms += 1;
  return `presence ${rooms}`;
}

function rawTab(room: string, name: string, tab?: string): RawTab {
  const made = new RawTab(globalThis, room, name, tab);
  open.push(() => made.die());
  return made;
}

test('a tab that dies without a word has left after three questions without an answer', async () => {
  const room = makeRoom();
  const { clock, told } = await enter(room, 'visitor');
  const avatar = rawTab(room, 'avatar');
  await vi.waitFor(() => expect(told).toEqual(['joined avatar']));
  avatar.die();

  await clock.advance(3_000);
  expect(told).toEqual(['joined avatar']);
  await clock.advance(1_000);
  expect(told).toEqual(['joined avatar', 'left avatar']);
});

test('a tab that answers stays, however slow its own clock', async () => {
  const room = makeRoom();
  const visitor = await enter(room, 'visitor');
  // Its clock stands still, as in a hidden tab: it asks nobody, and answers.
  await enter(room, 'avatar');
  await vi.waitFor(() => expect(visitor.told).toEqual(['joined avatar']));
  let answers = 0;
  const onlooker = new BroadcastChannel(`avatarwire:${room}`);
  open.push(() => onlooker.close());
  onlooker.onmessage = ({ data }: { data: { from: string; type: string; asks: boolean } }) => {
    if (data.from === 'avatar' && data.type === 'here' && !data.asks) answers += 1;
  };

  for (let second = 1; second <= 10; second += 1) {
    await visitor.clock.advance(1_000);
    await vi.waitFor(() => expect(answers).toBe(second));
    await settled(room);
  }
  expect(visitor.told).toEqual(['joined avatar']);
});

test('a tab that says goodbye has left after the grace, and one that comes back within it never left', async () => {
  const room = makeRoom();
  const { clock, told } = await enter(room, 'visitor');
  const avatar = rawTab(room, 'avatar', '1');
  await vi.waitFor(() => expect(told).toEqual(['joined avatar']));

  avatar.leave();
  const again = rawTab(room, 'avatar', '2');
  await vi.waitFor(() => expect(again.heard).toEqual([]));
  await clock.advance(2_900);
  again.post({ type: 'here', asks: false });
  await settled(room);
  await clock.advance(500);
  expect(told).toEqual(['joined avatar']);

  again.leave();
  await settled(room);
  await clock.advance(2_900);
  expect(told).toEqual(['joined avatar']);
  await clock.advance(200);
  expect(told).toEqual(['joined avatar', 'left avatar']);
});

test('of two tabs with one name the later one stays, and the earlier one says joined-elsewhere', async () => {
  const room = makeRoom();
  const earlier = await enter(room, 'visitor');
  await earlier.clock.advance(10);
  rawTab(room, 'visitor', '~');
  await vi.waitFor(() => expect(earlier.told).toEqual(['closed joined-elsewhere']));
});

test('packets go to the avatar that the details name, and to nobody else', async () => {
  const room = makeRoom();
  const [avatar, other] = [rawTab(room, 'avatar'), rawTab(room, 'other')];
  const transport = broadcastChannel();
  open.push(() => transport.close());
  await transport.connect(
    { room, name: 'visitor' },
    { signal: new AbortController().signal, logger: silentLogger, avatarId: 'avatar' },
  );
  await transport.send(Uint8Array.of(1, 2, 3));
  await vi.waitFor(() => expect(avatar.received).toEqual([Uint8Array.of(1, 2, 3)]));
  expect(other.received).toEqual([]);
});

test('a packet for somebody else is not heard, one for everybody is', async () => {
  const room = makeRoom();
  const { packets } = await enter(room, 'visitor');
  const avatar = rawTab(room, 'avatar');
  avatar.send(Uint8Array.of(1), 'other');
  avatar.send(Uint8Array.of(2), 'visitor');
  avatar.send(Uint8Array.of(3));
  await vi.waitFor(() => expect(packets.map(({ data }) => [...data])).toEqual([[2], [3]]));
});

test.each([
  ['no object', 7],
  [
    'another version',
    { avatarwire: 2, type: 'packet', from: 'a', tab: 't', since: 1, data: new Uint8Array(1) },
  ],
  ['nobody', { avatarwire: 1, type: 'packet', tab: 't', since: 1, data: new Uint8Array(1) }],
  ['a name of 65 letters', packetFrom('n'.repeat(65), new Uint8Array(1))],
  ['no bytes', packetFrom('a', 'text')],
  ['more than 65,536 bytes', packetFrom('a', new Uint8Array(65_537))],
  ['a track without a source', { ...packetFrom('a', undefined), type: 'offer', leg: 'l', sdp: 'v=0' }],
])('what a stranger posts is not heard: %s', async (_what, posted) => {
  const room = makeRoom();
  const { packets, told } = await enter(room, 'visitor');
  const stranger = new BroadcastChannel(`avatarwire:${room}`);
  open.push(() => stranger.close());

  stranger.postMessage(posted);
  stranger.postMessage(packetFrom('friend', Uint8Array.of(1)));
  await vi.waitFor(() => expect(packets.map(({ from }) => from)).toEqual(['friend']));
  expect(told).toEqual(['joined friend']);
});

test('a seventeenth participant is not heard', async () => {
  const room = makeRoom();
  const { told } = await enter(room, 'visitor');
  for (let index = 1; index <= 17; index += 1) rawTab(room, `guest ${index}`);
  await vi.waitFor(() => expect(told.length).toBeGreaterThanOrEqual(16));
  await settled(room);
  expect(told).toHaveLength(16);
});

test('a channel that somebody closed under it ends the connection as failed', async () => {
  const { transport, clock, told } = await enter(makeRoom(), 'visitor');
  transport.native?.close();
  await clock.advance(1_000);
  expect(told).toEqual(['closed failed']);
  await transport.close();
});

/** Everything that was posted in the room before has been heard. */
async function settled(room: string): Promise<void> {
  const [one, other] = [
    new BroadcastChannel(`avatarwire:${room}`),
    new BroadcastChannel(`avatarwire:${room}`),
  ];
  await new Promise<void>((resolve) => {
    other.onmessage = ({ data }: { data: unknown }) => {
      if (data === 'settled') resolve();
    };
    one.postMessage('settled');
  });
  one.close();
  other.close();
}

function packetFrom(from: string, data: unknown): object {
  return { avatarwire: 1, from, tab: `tab of ${from}`, since: 1, type: 'packet', to: 'visitor', data };
}
