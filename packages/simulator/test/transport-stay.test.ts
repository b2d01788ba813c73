import {
  AvatarError,
  type AvatarTransport,
  createEmitter,
  type PublishedSource,
  type RatePolicy,
  ratePolicies,
  silentLogger,
  type TransportEvents,
} from '@avatarwire/core';
import { describe, expect, test, vi } from 'vitest';
import { PlaceholderTrack } from '../src/placeholder-track';
import { startStay } from '../src/transport/stay';
import { createVirtualClock } from '../src/virtual-clock';

const track = (kind: 'audio' | 'video'): MediaStreamTrack => new PlaceholderTrack(kind);

interface Faults {
  readonly canSend?: boolean;
  readonly connect?: () => Promise<void>;
  readonly publish?: (source: PublishedSource) => Promise<void>;
  readonly publishesNothing?: boolean;
  /** @default no rate */
  readonly policy?: RatePolicy;
}

/** A transport of a few lines, whose far side is in the test's hands. */
function fakeTransport(faults: Faults = {}) {
  const events = createEmitter<TransportEvents>();
  const published: PublishedSource[] = [];
  const sent: string[] = [];
  let isUp = false;
  const transport: AvatarTransport<'memory'> = {
    provider: 'memory',
    capabilities: {
      maxPacketBytes: 1_000,
      reliable: true,
      ordered: true,
      media: true,
      playsAudio: false,
      ...(faults.policy && { policy: faults.policy }),
    },
    async connect() {
      await faults.connect?.();
      isUp = true;
      return { localId: 'avatar-7', maxPacketBytes: 1_000, canSend: faults.canSend ?? true };
    },
    async send(packet) {
      if (!isUp) throw new AvatarError('not-connected', 'down');
      sent.push(new TextDecoder().decode(packet));
    },
    async close() {
      if (isUp) events.emit('closed', { reason: 'requested' });
      isUp = false;
    },
    on: events.on,
    ...(!faults.publishesNothing && {
      publishing: {
        async publish(source) {
          await faults.publish?.(source);
          published.push(source);
        },
        replace: async () => {},
        unpublish: async () => {},
        mute: async () => {},
      },
    }),
  };
  return {
    transport,
    events,
    published,
    sent,
    isUp: () => isUp,
    break(up: boolean) {
      isUp = up;
      if (up) events.emit('reconnected', { lossy: false });
      else events.emit('reconnecting', {});
    },
  };
}

function start(faults: Faults = {}, signal = new AbortController().signal) {
  const fake = fakeTransport(faults);
  const clock = createVirtualClock();
  const onGone = vi.fn();
  const onPacket = vi.fn();
  const starting = startStay({
    transport: fake.transport,
    credentials: { room: 'r' },
    visitorId: undefined,
    face: track('video'),
    voice: track('audio'),
    clock,
    logger: silentLogger,
    signal,
    onPacket,
    onGone,
  });
  return { ...fake, clock, onGone, onPacket, starting };
}

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

describe("the avatar's stay in a room, over a transport made by hand", () => {
  test('it joins, shows face and voice, and is known by the id that the network gave it', async () => {
    const { starting, published, events, onPacket } = start();
    const stay = await starting;
    expect(stay.id).toBe('avatar-7');
    expect(published).toEqual(['camera', 'microphone']);
    events.emit('packet', { data: bytes('hello'), from: 'visitor' });
    expect(onPacket).toHaveBeenCalledWith({ data: bytes('hello'), from: 'visitor' });
    await stay.leave();
    expect(events.listenerCount()).toBe(0);
  });

  test.each<[string, Faults, string]>([
    ['an adapter that publishes nothing', { publishesNothing: true }, 'unsupported'],
    ['credentials that permit no sending', { canSend: false }, 'unsupported'],
    [
      'a voice that is refused',
      {
        publish: async (source) => {
          if (source === 'microphone') throw new AvatarError('network', 'no');
        },
      },
      'network',
    ],
  ])('with %s nobody stays', async (_name, faults, code) => {
    const { starting, events, isUp, onGone, clock } = start(faults);
    await expect(starting).rejects.toMatchObject({ code });
    expect(isUp()).toBe(false);
    expect(events.listenerCount()).toBe(0);
    expect(clock.scheduled).toBe(0);
    expect(onGone).not.toHaveBeenCalled();
  });

  test('an abort while the tracks are published leaves the room again', async () => {
    const aborting = new AbortController();
    const { starting, isUp, events } = start(
      { publish: async () => aborting.abort(new Error('enough')) },
      aborting.signal,
    );
    await expect(starting).rejects.toThrow('enough');
    expect(isUp()).toBe(false);
    expect(events.listenerCount()).toBe(0);
  });

  test('a connection that ends while the tracks are published is a failure to join, and nobody is told of a departure', async () => {
    let end = () => {};
    const { starting, events, onGone } = start({ publish: async () => end() });
    end = () => events.emit('closed', { reason: 'removed' });
    await expect(starting).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('removed'),
    });
    expect(onGone).not.toHaveBeenCalled();
  });

  test('packets wait while it reconnects, and keep their order', async () => {
    const { starting, sent, clock, ...fake } = start();
    const stay = await starting;
    await stay.send(bytes('one'));
    fake.break(false);
    const later = [stay.send(bytes('two')), stay.send(bytes('three'))];
    await clock.advance(5_000);
    expect(sent).toEqual(['one']);
    fake.break(true);
    await Promise.all(later);
    expect(sent).toEqual(['one', 'two', 'three']);
  });

  test('what waited while it reconnected goes out at the pace of the network, the last second before counted too', async () => {
    const { starting, sent, clock, ...fake } = start({ policy: ratePolicies.trtc });
    const stay = await starting;
    const all = Array.from({ length: 100 }, (_, index) => stay.send(bytes(String(index))));
    await clock.advance(500);
    fake.break(false);
    await clock.advance(10_000);
    expect(sent).toHaveLength(30);
    fake.break(true);
    await clock.advance(1_000);
    // The thirty may have been held back, and arrive only now.
    expect(sent).toHaveLength(30);
    await clock.advance(10);
    expect(sent).toHaveLength(60);
    await clock.run(Promise.all(all));
    expect(sent).toEqual(Array.from({ length: 100 }, (_, index) => String(index)));
  });

  test('told twice that it reconnects, and once that it is back, it sends', async () => {
    const { starting, sent, clock, ...fake } = start();
    const stay = await starting;
    fake.break(false);
    const waiting = stay.send(bytes('one'));
    await clock.advance(1);
    fake.break(false);
    fake.break(true);
    await waiting;
    expect(sent).toEqual(['one']);
  });

  test('a connection that is lost rejects what waits, and says once why', async () => {
    const { starting, onGone, events, ...fake } = start();
    const stay = await starting;
    fake.break(false);
    const waiting = stay.send(bytes('two'));
    events.emit('closed', { reason: 'network-lost' });
    await expect(waiting).rejects.toMatchObject({ code: 'not-connected' });
    expect(onGone.mock.calls).toEqual([['network-lost']]);
    await stay.leave();
    expect(onGone).toHaveBeenCalledOnce();
    expect(events.listenerCount()).toBe(0);
  });
});
