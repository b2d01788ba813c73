// Real Chromium with its own made-up microphone; the network is simulated, and time is a virtual clock's.
import { AvatarError } from '@avatarwire/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { StreamEvents } from '../src/index';
import { codeOf, type Stage, stage } from './stage';

const stages: Stage[] = [];
const tracks: MediaStreamTrack[] = [];
const { getUserMedia } = navigator.mediaDevices;
const asked = vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockImplementation(open);

async function open(constraints?: MediaStreamConstraints): Promise<MediaStream> {
  const stream = await getUserMedia.call(navigator.mediaDevices, constraints);
  tracks.push(...stream.getTracks());
  return stream;
}

afterEach(async () => {
  for (const { avatar, sim } of stages.splice(0)) {
    await sim.run(avatar.closeStreaming());
    expect(sim.service.open).toBe(0);
    sim.close();
  }
  await vi.waitFor(() => expect(tracks.filter(({ readyState }) => readyState === 'live')).toEqual([]));
  tracks.length = 0;
  asked.mockReset().mockImplementation(open);
});

/** The next device is given, or refused, when the test says so. */
function askedLater(): { answer(refusal?: Error): void } {
  let settle = (_refusal?: Error): void => {};
  asked.mockImplementationOnce(async (constraints) => {
    const refusal = await new Promise<Error | undefined>((resolve) => {
      settle = resolve;
    });
    if (refusal) throw refusal;
    return open(constraints);
  });
  return { answer: (refusal) => settle(refusal) };
}

async function live(): Promise<Stage> {
  const made = stage();
  stages.push(made);
  await made.start();
  return made;
}

/** The browser takes its own time to open a device; the clock of the test must not run away meanwhile. */
async function settled<T>({ advance }: Stage['sim'], promise: Promise<T>): Promise<T> {
  const isSettled = vi.fn();
  promise.then(isSettled, isSettled);
  await vi.waitFor(async () => {
    await advance(20);
    expect(isSettled).toHaveBeenCalled();
  });
  return promise;
}

describe('the microphone', () => {
  test('is asked for in the turn of the click, sent, and let go when it is switched off again', async () => {
    const { avatar, sim } = await live();
    const publish = vi.spyOn(avatar.session?.transport?.publishing ?? never(), 'publish');
    const unpublish = vi.spyOn(avatar.session?.transport?.publishing ?? never(), 'unpublish');
    const on = avatar.toggleMic();
    expect(asked).toHaveBeenCalledExactlyOnceWith({ audio: expect.any(Object) });
    expect(avatar.micStatus).toBe(false);
    await settled(sim, on);
    expect(avatar.micStatus).toBe(true);
    expect(publish).toHaveBeenCalledExactlyOnceWith('microphone', tracks[0]);
    expect(tracks[0]?.readyState).toBe('live');

    const off = avatar.toggleMic();
    expect(avatar.micStatus).toBe(false);
    await settled(sim, off);
    expect(unpublish).toHaveBeenCalledExactlyOnceWith('microphone');
    expect(tracks[0]?.readyState).toBe('ended');

    await settled(sim, avatar.toggleMic());
    expect(avatar.micStatus).toBe(true);
    expect(tracks).toHaveLength(2);
  });

  test('clicked twice while the visitor is being asked stays off, and what was allowed is let go', async () => {
    const { avatar, sim } = await live();
    const publish = vi.spyOn(avatar.session?.transport?.publishing ?? never(), 'publish');
    await settled(sim, Promise.all([avatar.toggleMic(), avatar.toggleMic()]));
    expect(avatar.micStatus).toBe(false);
    expect(asked).toHaveBeenCalledOnce();
    await vi.waitFor(() => expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended']));
    expect(publish).not.toHaveBeenCalled();
  });

  test('clicked three times ends up on, with one track sent', async () => {
    const { avatar, sim } = await live();
    await settled(sim, Promise.all([avatar.toggleMic(), avatar.toggleMic(), avatar.toggleMic()]));
    expect(avatar.micStatus).toBe(true);
    expect(tracks.filter(({ readyState }) => readyState === 'live')).toHaveLength(1);
  });

  test.each([
    ['NotAllowedError', 'permission-denied'],
    ['SecurityError', 'permission-denied'],
    ['NotFoundError', 'device-unavailable'],
    ['NotReadableError', 'device-unavailable'],
  ])('refused with %s rejects with %s, is told as ERROR, and can be asked for again', async (name, code) => {
    const { avatar, sim, of } = await live();
    asked.mockRejectedValueOnce(new DOMException('no', name));
    expect(await codeOf(settled(sim, avatar.toggleMic()))).toBe(code);
    expect(of('error').map(({ e }) => [e.code, e.cause instanceof DOMException])).toEqual([[code, true]]);
    expect(avatar.micStatus).toBe(false);
    await settled(sim, avatar.toggleMic());
    expect(avatar.micStatus).toBe(true);
  });

  test('in a page without https is refused as that', async () => {
    const { avatar, of } = await live();
    const { mediaDevices } = navigator;
    Object.defineProperty(navigator, 'mediaDevices', { value: undefined, configurable: true });
    vi.stubGlobal('isSecureContext', false);
    const code = await codeOf(avatar.toggleMic());
    vi.unstubAllGlobals();
    Object.defineProperty(navigator, 'mediaDevices', { value: mediaDevices, configurable: true });
    expect(code).toBe('insecure-context');
    expect(of('error')[0]?.msg).toMatch(/https/);
  });

  test('that the network does not take is let go, and told', async () => {
    const { avatar, sim, of } = await live();
    vi.spyOn(avatar.session?.transport?.publishing ?? never(), 'publish').mockRejectedValueOnce(
      new AvatarError('unsupported', 'Not permitted.'),
    );
    expect(await codeOf(settled(sim, avatar.toggleMic()))).toBe('unsupported');
    expect(of('error')).toHaveLength(1);
    expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended']);
    expect(avatar.micStatus).toBe(false);
  });

  test('that is unplugged gives way to another one; its end is simulated', async () => {
    const { avatar, sim, of } = await live();
    await settled(sim, avatar.toggleMic());
    await sim.advance(2_000);
    tracks[0]?.stop();
    tracks[0]?.dispatchEvent(new Event('ended'));
    expect(avatar.micStatus).toBe(false);
    await vi.waitFor(() => expect(avatar.micStatus).toBe(true));
    expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'live']);
    expect(of('error')).toEqual([]);
  });

  test('that is unplugged where there is no other is told; a click then is its end', async () => {
    const { avatar, sim, of } = await live();
    await settled(sim, avatar.toggleMic());
    await sim.advance(2_000);
    const list = vi.spyOn(navigator.mediaDevices, 'enumerateDevices').mockResolvedValue([]);
    tracks[0]?.stop();
    tracks[0]?.dispatchEvent(new Event('ended'));
    await vi.waitFor(() => expect(of('error').map(({ e }) => e.code)).toEqual(['device-unavailable']));
    expect(avatar.micStatus).toBe(false);
    await settled(sim, avatar.toggleMic());
    list.mockRestore();
    await settled(sim, avatar.toggleMic());
    expect(avatar.micStatus).toBe(true);
  });

  test('ends with the session, in the same turn', async () => {
    const { avatar, sim } = await live();
    await settled(sim, avatar.toggleMic());
    const closing = avatar.closeStreaming();
    expect(tracks[0]?.readyState).toBe('ended');
    expect(avatar.micStatus).toBe(false);
    await sim.run(closing);
    expect(await codeOf(avatar.toggleMic())).toBe('not-connected');
  });

  test('that is allowed only when the session is over is let go', async () => {
    const { avatar, sim } = await live();
    const device = askedLater();
    const on = avatar.toggleMic();
    await sim.run(avatar.closeStreaming());
    device.answer();
    await settled(sim, on);
    await vi.waitFor(() => expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended']));
  });

  test('that is refused when nobody wants it any more is no ERROR, also after CLOSED', async () => {
    const { avatar, sim, names } = await live();
    const refusal = new DOMException('no', 'NotAllowedError');
    const first = askedLater();
    const both = Promise.all([avatar.toggleMic(), avatar.toggleMic()]);
    first.answer(refusal);
    await settled(sim, both);
    const second = askedLater();
    const on = avatar.toggleMic();
    await sim.run(avatar.closeStreaming());
    second.answer(refusal);
    await settled(sim, on);
    expect(names()).toEqual(['ready', 'closed']);
  });

  test('that is being sent when the session ends is no ERROR', async () => {
    const { avatar, sim, names } = await live();
    vi.spyOn(avatar.session?.transport?.publishing ?? never(), 'publish').mockImplementationOnce(
      () =>
        new Promise((_resolve, reject) => {
          const closed = () => reject(new AvatarError('not-connected', 'Closed.'));
          avatar.session?.transport?.on('closed', closed);
          avatar.on('closed', closed);
        }),
    );
    const on = avatar.toggleMic();
    await vi.waitFor(() => expect(tracks).toHaveLength(1));
    await sim.run(avatar.closeStreaming());
    await settled(sim, on);
    expect(names()).toEqual(['ready', 'closed']);
    expect(tracks[0]?.readyState).toBe('ended');
  });

  test('clicked again when it is told that it failed is on in the end', async () => {
    const { avatar, sim } = await live();
    const publishing = avatar.session?.transport?.publishing ?? never();
    vi.spyOn(publishing, 'publish').mockRejectedValueOnce(new AvatarError('network', 'Not now.'));
    let again: Promise<void> | undefined;
    avatar.on(StreamEvents.ERROR, () => {
      again = avatar.toggleMic();
    });
    expect(await codeOf(settled(sim, avatar.toggleMic()))).toBe('network');
    await settled(sim, again ?? never());
    expect(avatar.micStatus).toBe(true);
    await settled(sim, avatar.toggleMic());
    expect(avatar.micStatus).toBe(false);
  });

  test('that is allowed while the connection is away is sent when it is back', async () => {
    const { avatar, sim, of } = await live();
    const device = askedLater();
    const on = avatar.toggleMic();
    sim.network.cut();
    await sim.advance(10);
    device.answer();
    await settled(sim, on);
    expect(avatar.micStatus).toBe(false);
    sim.network.resume();
    await vi.waitFor(async () => {
      await sim.advance(20);
      expect(avatar.micStatus).toBe(true);
    });
    expect(of('error')).toEqual([]);
  });

  test('switched off is silent at once, however long the network takes to stop it', async () => {
    const { avatar, sim } = await live();
    await settled(sim, avatar.toggleMic());
    let unpublished = () => {};
    vi.spyOn(avatar.session?.transport?.publishing ?? never(), 'unpublish').mockImplementationOnce(
      () => new Promise((resolve) => (unpublished = resolve)),
    );
    const off = avatar.toggleMic();
    expect(tracks[0]?.readyState).toBe('ended');
    unpublished();
    await settled(sim, off);
  });

  test('is given to the new connection when the old one was lost and made anew', async () => {
    const { avatar, sim } = await live();
    await settled(sim, avatar.toggleMic());
    const first = avatar.session?.transport;
    sim.network.lose();
    await sim.advance(10_000);
    expect(avatar.session?.getSnapshot().state).toBe('live');
    const second = avatar.session?.transport;
    expect(second).not.toBe(first);
    expect(avatar.micStatus).toBe(true);
    await expect(second?.publishing?.publish('microphone', tracks[0] ?? never())).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    expect(tracks[0]?.readyState).toBe('live');
  });

  test('switched off while the connection is away is let go at once; switched on again it takes the old place', async () => {
    const { avatar, sim } = await live();
    await settled(sim, avatar.toggleMic());
    sim.network.cut();
    await sim.advance(10);
    await settled(sim, avatar.toggleMic());
    expect(tracks[0]?.readyState).toBe('ended');
    expect(await codeOf(avatar.toggleMic())).toBe('not-connected');
    sim.network.resume();
    await sim.advance(100);
    await settled(sim, avatar.toggleMic());
    expect(avatar.micStatus).toBe(true);
    expect(tracks[1]?.readyState).toBe('live');
  });
});

function never(): never {
  throw new Error('there is no such thing');
}
