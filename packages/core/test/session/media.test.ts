import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { AvatarSession, SessionSnapshot } from '../../src/session/session-types';
import type { Publishing } from '../../src/transport';
import { mediaDoubles, notingPublishing } from '../support/media-double';
import { served } from '../support/scripted-service';
import { type ScriptedTransport, scriptedTransport, stage } from '../support/stage';

const track = (kind: 'audio' | 'video') => ({ kind }) as MediaStreamTrack;

describe('without the option media', () => {
  const calls: readonly [string, (session: AvatarSession) => Promise<unknown>][] = [
    ['microphone.enable', ({ microphone }) => microphone.enable()],
    ['microphone.setMuted', ({ microphone }) => microphone.setMuted(true)],
    ['microphone.choose', ({ microphone }) => microphone.choose('a')],
    ['microphone.use', ({ microphone }) => microphone.use(undefined)],
    ['camera.enable', ({ camera }) => camera.enable()],
    ['camera.setFacing', ({ camera }) => camera.setFacing('user')],
    ['camera.setQuality', ({ camera }) => camera.setQuality('low')],
    ['screen.enable', ({ screen }) => screen.enable()],
    ['speaker.choose', ({ speaker }) => speaker.choose('a')],
  ];
  test.each(calls)('%s rejects and says which import brings it', async (_name, call) => {
    await expect(call(stage().session)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('@avatarwire/core/media'),
    });
  });

  test('what only listens does nothing, and nothing is there to switch off', async () => {
    const { session } = stage();
    const { microphone, camera, speaker } = session;
    for (const undo of [microphone.watch(), camera.watch(), speaker.watch(), microphone.talk()]) undo();
    microphone.onLevel(() => {})();
    await microphone.disable();
    expect(microphone.track).toBeUndefined();
    expect(session.getSnapshot()).toMatchObject({
      microphone: { status: 'off', permission: 'unknown' },
      speaker: { choosable: false },
    });
  });

  test('nothing can be sent, whatever the connection and the service take', async () => {
    const { session, live } = stage({ script: () => ({ publishing: notingPublishing() }) });
    await live();
    expect(session.getSnapshot().can).toMatchObject({ microphone: false, camera: false, screen: false });
  });
});

test.each([{}, null, 'media', 1])('media: %o is refused by name', (media) => {
  expect(() => stage({ media: media as never })).toThrow(
    expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining('media') }),
  );
});

test('the devices are made once for a session, and nothing is asked of them', async () => {
  const { media, driver, made } = mediaDoubles();
  const { session, live, clock } = stage({ media });
  expect(driver().calls).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
  await live();
  await session.close();
  await live();
  expect(made()).toBe(1);
});

describe('what can be sent', () => {
  const sources = ({ can: { microphone, camera, screen } }: SessionSnapshot) => [microphone, camera, screen];

  test('is what the service takes: of AKOOL microphone and camera, from joined until the end', async () => {
    const { media } = mediaDoubles();
    const { session, live } = stage({ media, script: () => ({ publishing: notingPublishing() }) });
    expect(sources(session.getSnapshot())).toEqual([false, false, false]);
    await live();
    expect(sources(session.getSnapshot())).toEqual([true, true, false]);
    await session.close();
    expect(sources(session.getSnapshot())).toEqual([false, false, false]);
  });

  test.each([
    ['nothing where the service says nothing', undefined, [false, false, false]],
    ['what its half names', ['microphone', 'screen'] as const, [true, false, true]],
  ])('is %s', async (_name, takes, expected) => {
    const { media } = mediaDoubles();
    const script = () => ({ publishing: notingPublishing() });
    const { session, live } = served(takes ? { takes } : {}, { media, script });
    await live();
    expect(sources(session.getSnapshot())).toEqual(expected);
  });

  test('is nothing over a transport that sends no tracks', async () => {
    const { media, driver } = mediaDoubles();
    const { session, live } = stage({ media });
    await live();
    expect(sources(session.getSnapshot())).toEqual([false, false, false]);
    expect(driver().host.publishing()).toBeUndefined();
  });

  test('alone reaches the transport; the rest is refused and never handed over', async () => {
    const publishing = notingPublishing();
    const { media, driver } = mediaDoubles();
    const { live } = served({ takes: ['microphone'] }, { media, script: () => ({ publishing }) });
    await live();
    const to = driver().host.publishing();
    await to?.publish('microphone', track('audio'));
    await expect(to?.publish('camera', track('video'))).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('can.camera'),
    });
    expect(publishing.sent).toEqual(['microphone']);
  });

  test('keeps every other call of the transport, with limit where it has one', async () => {
    const calls: unknown[][] = [];
    const note =
      (name: string) =>
      async (...given: unknown[]) =>
        void calls.push([name, ...given]);
    const { publish, ...rest } = {
      publish: note('publish'),
      replace: note('replace'),
      unpublish: note('unpublish'),
      mute: note('mute'),
      limit: note('limit'),
    };
    const { media, driver } = mediaDoubles();
    const { live } = stage({ media, script: () => ({ publishing: { publish, ...rest } }) });
    await live();
    const to = driver().host.publishing();
    const video = track('video');
    await to?.replace('camera', video);
    await to?.mute('camera', true);
    await to?.limit?.('camera', 5_000);
    await to?.unpublish('camera');
    expect(calls).toEqual([
      ['replace', 'camera', video],
      ['mute', 'camera', true],
      ['limit', 'camera', 5_000],
      ['unpublish', 'camera'],
    ]);
    const bare = mediaDoubles();
    const other = stage({ media: bare.media, script: () => ({ publishing: notingPublishing() }) });
    await other.live();
    expect(bare.driver().host.publishing()).not.toHaveProperty('limit');
  });
});

describe('the devices follow the connection', () => {
  function following() {
    const { media, driver } = mediaDoubles();
    const publishings: ReturnType<typeof notingPublishing>[] = [];
    const given = stage({
      media,
      script() {
        const publishing = notingPublishing();
        publishings.push(publishing);
        return { publishing };
      },
    });
    return { ...given, driver, publishings };
  }

  test('what was enabled before connecting is published once joined, and the snapshot says how it stands', async () => {
    const { session, live, driver, publishings } = following();
    const heard: SessionSnapshot[] = [];
    session.subscribe(() => heard.push(session.getSnapshot()));
    await session.camera.enable();
    expect(session.getSnapshot().camera).toMatchObject({ status: 'on', sending: false });
    await live();
    expect(publishings[0]?.sent).toEqual(['camera']);
    expect(session.getSnapshot().camera.status).toBe('on');
    expect(driver().calls.map(({ call }) => call)).toEqual(['follow']);
    const { microphone } = session.getSnapshot();
    expect(heard.every((snapshot) => snapshot.microphone === microphone)).toBe(true);
  });

  test('a link that is away takes nothing, and back again it is the same one', async () => {
    const { live, transport, driver, session } = following();
    await live();
    const before = driver().host.publishing();
    expect(before).toBeDefined();
    transport().emit('reconnecting', {});
    expect(driver().host.publishing()).toBeUndefined();
    expect(session.getSnapshot().can.microphone).toBe(true);
    transport().emit('reconnected', { lossy: false });
    expect(driver().host.publishing()).toBe(before);
    expect(driver().calls.map(({ publishing }) => publishing)).toEqual([before, undefined, before]);
  });

  test('a track of the avatar that comes or goes is no change of the connection', async () => {
    const { live, transport, driver } = following();
    await live();
    const remote = { track: track('video'), kind: 'video', source: 'camera', from: 'avatar' } as const;
    transport().emit('track-added', { ...remote, playedBySdk: true });
    transport().emit('participant-left', { id: 'avatar' });
    expect(driver().calls).toHaveLength(1);
    expect(driver().host.publishing()).toBeDefined();
  });

  test('after a rejoin it is published to the new transport, at which the gate is another one', async () => {
    const { session, live, transport, driver, publishings, clock } = following();
    await session.microphone.enable();
    await live();
    transport().emit('closed', { reason: 'network-lost' });
    expect(driver().host.publishing()).toBeUndefined();
    await clock.advance(0);
    expect(publishings.map(({ sent }) => sent)).toEqual([['microphone'], ['microphone']]);
    const offered = driver().calls.map(({ publishing }) => publishing);
    expect(offered).toEqual([offered[0], undefined, offered[2]]);
    expect(offered[2]).not.toBe(offered[0]);
  });

  test('an attempt that joined and failed takes back what it offered before the next one offers it', async () => {
    const { media, driver } = mediaDoubles();
    const transports: ScriptedTransport[] = [];
    const publishings = [notingPublishing(), notingPublishing()] as const;
    const over = (publishing: Publishing) => () => {
      const transport = scriptedTransport({ publishing });
      transports.push(transport);
      return transport;
    };
    const { session, clock } = stage({
      media,
      timeouts: { avatarMs: 1_000 },
      transports: { agora: over(publishings[0]), memory: over(publishings[1]) } as object,
    });
    await session.microphone.enable();
    const connecting = session.connect();
    await clock.advance(1_000);
    transports[1]?.emit('participant-joined', { id: 'avatar' });
    await connecting;
    expect(publishings.map(({ sent }) => sent)).toEqual([['microphone'], ['microphone']]);
    expect(driver().calls.map(({ publishing }) => publishing !== undefined)).toEqual([true, false, true]);
  });
});

describe('the end lets go of the devices in its own turn, before the room is left, and offers no connection', () => {
  async function talking() {
    const { media, driver } = mediaDoubles();
    const given = stage({ media, script: () => ({ publishing: notingPublishing() }) });
    await given.session.microphone.enable();
    await given.live();
    const stops: { readonly closeCalls: number; readonly offered: boolean }[] = [];
    driver().onStop = () => {
      const offered = driver().host.publishing() !== undefined;
      stops.push({ closeCalls: given.transport().closeCalls, offered });
    };
    return { ...given, driver, stops };
  }
  type Talking = Awaited<ReturnType<typeof talking>>;

  const ends: readonly [string, (talk: Talking) => void][] = [
    ['close()', ({ session }) => void session.close()],
    ['the far side', ({ transport }) => transport().emit('closed', { reason: 'removed' })],
  ];
  test.each(ends)('%s', async (_name, endIt) => {
    const { session, stops, clock, ...rest } = await talking();
    endIt({ session, stops, clock, ...rest });
    expect(stops[0]).toEqual({ closeCalls: 0, offered: false });
    expect(session.getSnapshot().microphone).toMatchObject({ status: 'off', sending: false });
    await clock.advance(0);
    expect(session.getSnapshot()).toMatchObject({ state: 'closed', microphone: { status: 'off' } });
    expect(rest.driver().host.publishing()).toBeUndefined();
  });

  test('pagehide', async () => {
    const page = new EventTarget();
    vi.stubGlobal('window', page);
    vi.stubGlobal('document', new EventTarget());
    onTestFinished(() => void vi.unstubAllGlobals());
    const { session, stops } = await talking();
    page.dispatchEvent(new Event('pagehide'));
    expect(stops).toEqual([{ closeCalls: 0, offered: false }]);
    expect(session.getSnapshot().microphone.status).toBe('off');
    await session.close();
  });

  test('a connect() that fails', async () => {
    const { media, driver } = mediaDoubles();
    const { session } = stage({
      media,
      script: () => ({ connect: () => Promise.reject(new Error('no way')) }),
    });
    await session.camera.enable();
    await expect(session.connect()).rejects.toMatchObject({ code: 'network' });
    expect(driver().camera.track).toBeUndefined();
    expect(session.getSnapshot().camera.status).toBe('off');
  });

  test.each(['idle', 'closed'])('close() in %s, with a camera open for a look', async (state) => {
    const { media, driver } = mediaDoubles();
    const { session, live } = stage({ media });
    if (state === 'closed') {
      await live();
      await session.close();
    }
    await session.camera.enable();
    expect(session.getSnapshot()).toMatchObject({ state, camera: { status: 'on' } });
    void session.close();
    expect(driver().camera.track).toBeUndefined();
    expect(session.getSnapshot()).toMatchObject({ state, camera: { status: 'off' } });
  });
});

describe('devices that throw are reported to the host, and', () => {
  function throwing(call: 'follow' | 'stop') {
    const thrown: unknown[] = [];
    const before = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const note = (reason: unknown) => void thrown.push(reason);
    process.on('uncaughtException', note);
    onTestFinished(() => {
      process.off('uncaughtException', note);
      for (const listener of before) process.on('uncaughtException', listener);
    });
    const { media, driver } = mediaDoubles();
    const given = stage({ media, script: () => ({ publishing: notingPublishing() }) });
    driver()[call] = () => {
      throw new Error(call);
    };
    return { ...given, thrown };
  }

  test('the room is left and the paid session closed all the same', async () => {
    const { session, live, transport, closed, thrown, clock } = throwing('stop');
    await live();
    await session.close();
    expect(session.getSnapshot()).toMatchObject({ state: 'closed', closed: { reason: 'requested' } });
    expect([transport().closeCalls, transport().listeners(), closed.length]).toEqual([1, 0, 1]);
    expect(clock.pendingTimers).toBe(0);
    await vi.waitFor(() => expect(thrown).toContainEqual(new Error('stop')));
  });

  test('a session joins, rejoins and ends all the same', async () => {
    const { session, live, transport, transports, closed, thrown, clock } = throwing('follow');
    await live();
    transport().emit('closed', { reason: 'network-lost' });
    await clock.advance(0);
    transport().emit('participant-joined', { id: 'avatar' });
    expect(session.getSnapshot().state).toBe('live');
    await session.close();
    expect(transports.map(({ closeCalls }) => closeCalls)).toEqual([1, 1]);
    expect(closed).toHaveLength(1);
    await vi.waitFor(() => expect(thrown).toHaveLength(4));
  });
});

test('a connect() that is aborted lets go of the devices in the turn of the abort', async () => {
  const { media, driver } = mediaDoubles();
  const { session, clock } = stage({ media, script: () => ({ connect: () => new Promise(() => {}) }) });
  await session.camera.enable();
  const abort = new AbortController();
  const refused = expect(session.connect({ signal: abort.signal })).rejects.toThrow('enough');
  await clock.advance(0);
  abort.abort(new Error('enough'));
  expect(driver().camera.track).toBeUndefined();
  await clock.advance(10_000);
  await refused;
  expect(session.getSnapshot().camera.status).toBe('off');
  expect(driver().calls.map(({ publishing }) => publishing)).toEqual([undefined]);
});

test('the snapshot’s devices outlive a conversation, and its problems are told by an event', async () => {
  const { media, driver } = mediaDoubles();
  const { session, live } = stage({ media });
  const known = {
    ...session.getSnapshot().camera,
    permission: 'granted',
    devices: [{ id: 'a', label: 'Camera' }],
  } as const;
  driver().host.changed('camera', known);
  driver().host.speakerChanged({ choosable: true, devices: [], chosenId: 'x' });
  const failed = vi.fn();
  session.on('media-failed', failed);
  const problem = { reason: 'lost', remedy: 'Plug it in.', error: new Error() as never } as const;
  driver().host.failed('camera', problem);
  expect(failed).toHaveBeenCalledWith({ source: 'camera', problem });
  await live();
  await session.close();
  await live();
  expect(session.getSnapshot()).toMatchObject({ camera: known, speaker: { chosenId: 'x' } });
});

test('a state that says the same is no new snapshot', () => {
  const { media, driver } = mediaDoubles();
  const { session } = stage({ media });
  const before = session.getSnapshot();
  driver().host.changed('screen', { ...before.screen });
  expect(session.getSnapshot()).toBe(before);
});
