import {
  AvatarError,
  type AvatarSessionOptions,
  createAvatarSession,
  type SessionSource,
  silentLogger,
  systemClock,
} from '@avatarwire/core';
import { describe, expect, test } from 'vitest';
import {
  createVirtualClock,
  optimistic,
  type SimulateOptions,
  type Simulation,
  simulate,
} from '../src/index';

async function live(options: SimulateOptions = {}, more: Partial<AvatarSessionOptions> = {}) {
  const sim = simulate(options);
  const session = createAvatarSession({ ...sim.options, ...more });
  await sim.run(session.connect());
  return { sim, session };
}

const { signal } = new AbortController();

function sourceOf(sim: Simulation): SessionSource {
  const { source } = sim.options;
  if (!('open' in source)) throw new Error('The source must open sessions.');
  return source;
}

const long = (sim: Simulation) =>
  sim.run(new Promise<void>((resolve) => sim.clock.schedule(resolve, 20_000)));

describe.each([
  ['pessimistic', {}],
  ['optimistic', optimistic],
] as const)('a session with the %s avatar (real: session, memory network)', (_, behaviour) => {
  test.each(['memory', 'agora', 'trtc', 'livekit', 'webrtc'] as const)(
    "a long question arrives byte for byte within %s's limits, and is answered",
    async (policy) => {
      const { sim, session } = await live({
        behaviour,
        policy,
        reply: (text) => `${text.length} letters, and 🎭 with them.`,
      });
      const question = 'Wörter, "quotes", 漢字 und 👩‍👩‍👧‍👦.\n'.repeat(400);
      const delivery = await sim.run(session.ask(question));
      expect(delivery.status).toBe('sent');
      await long(sim);
      expect(sim.avatar.heard.messages.map(({ text }) => text)).toEqual([question]);
      expect(sim.avatar.heard.violations).toEqual([]);
      expect(sim.network.violations).toEqual([]);
      const answer = session.getSnapshot().messages.at(-1);
      expect(answer).toMatchObject({
        author: 'avatar',
        text: `${question.length} letters, and 🎭 with them.`,
        complete: true,
      });
      await sim.run(session.close());
      sim.close();
    },
  );

  test('an interrupt in the middle of a long text silences it for good', async () => {
    const { sim, session } = await live({ behaviour, policy: 'agora' });
    const delivery = session.speak('A sentence of a long speech. '.repeat(2_000));
    await sim.advance(1_500);
    await sim.run(session.interrupt());
    expect((await sim.run(delivery)).status).toBe('interrupted');
    await long(sim);
    expect(sim.avatar.speaking).toBe(false);
    expect(sim.avatar.heard.commands.map(({ name }) => name)).toContain('interrupt');
    expect(sim.avatar.heard.violations).toEqual([]);
    expect(sim.network.violations).toEqual([]);
    await sim.run(session.close());
  });

  test('parameters and actions take effect', async () => {
    const { sim, session } = await live({ behaviour });
    await sim.run(session.setParams({ mode: 'dialogue', voice: { speed: 1.2 } }));
    const { acknowledged } = await sim.run(session.setAction({ gesture: 'hand_wave' }));
    expect(acknowledged).toBe(sim.avatar.behaviour.acknowledgesActions);
    expect(sim.avatar).toMatchObject({ mode: 'dialogue', speed: 1.2 });
    expect(sim.avatar.heard.commands.map(({ name }) => name)).toContain('set-action');
    await sim.run(session.close());
  });
});

describe('the paid side', () => {
  test('closing gives back what was not used', async () => {
    const { sim, session } = await live({ durationMs: 600_000 });
    expect(sim.service).toMatchObject({ open: 1, opened: 1, closed: 0, costSeconds: 600 });
    await sim.advance(30_000);
    await sim.run(session.close());
    expect(sim.service).toMatchObject({ open: 0, opened: 1, closed: 1 });
    expect(sim.service.costSeconds).toBeGreaterThan(30);
    expect(sim.service.costSeconds).toBeLessThan(35);
    expect(sim.service.sessions).toMatchObject([
      { ended: 'closed', reason: 'requested', keepalive: false, closeCalls: 1 },
    ]);
  });

  test('a session that nobody closes costs all of its time, and its room ends', async () => {
    const sim = simulate({ durationMs: 60_000 });
    const details = await sim.run(sourceOf(sim).open({ provider: 'memory' }, { signal }));
    if (details.provider !== 'memory') throw new Error('The details must be of the memory network.');
    const transport = await sim.options.transports.memory?.();
    const closed: string[] = [];
    transport?.on('closed', ({ reason }) => closed.push(reason));
    await sim.run(Promise.resolve(transport?.connect(details.credentials, { signal, logger: silentLogger })));
    await sim.advance(60_000);
    expect(sim.service).toMatchObject({ open: 0, opened: 1, closed: 0, costSeconds: 60 });
    expect(sim.service.sessions).toMatchObject([{ ended: 'expired', closeCalls: 0 }]);
    expect(sim.avatar.state.present).toBe(false);
    expect(closed).toEqual(['credentials-expired']);
  });

  test('a service session that is closed by somebody else ends the session', async () => {
    const { sim, session } = await live();
    const sessionId = sim.service.sessions[0]?.id ?? '';
    const close = sourceOf(sim).close?.(
      { provider: 'memory', credentials: { room: '' }, sessionId },
      { reason: 'requested', keepalive: false },
    );
    await sim.run(Promise.resolve(close));
    await sim.advance(1_000);
    expect(session.getSnapshot()).toMatchObject({ state: 'closed', closed: { reason: 'service-ended' } });
  });

  test.each([
    [{}, undefined],
    [optimistic, 'avatar'],
  ])('the details name the avatar only if its behaviour says so', async (behaviour, avatarId) => {
    const sim = simulate({ behaviour });
    const details = await sim.run(sourceOf(sim).open({ provider: 'memory' }, { signal }));
    expect(details.avatarId).toBe(avatarId);
    sim.close();
  });

  test('a service that refuses opens nothing', async () => {
    const sim = simulate();
    sim.service.refuseNext();
    const session = createAvatarSession(sim.options);
    await expect(sim.run(session.connect())).rejects.toMatchObject({
      code: 'service-busy',
      serviceCode: 1215,
    });
    expect(sim.service.opened).toBe(0);
    await sim.run(session.connect());
    expect(session.getSnapshot().state).toBe('live');
    await sim.run(session.close());
  });

  test('what is refused with an error of yours is refused with that error', async () => {
    const sim = simulate();
    const error = new AvatarError('service-refused', 'No credit.', { serviceCode: 1104 });
    sim.service.refuseNext(error);
    await expect(sim.run(createAvatarSession(sim.options).connect())).rejects.toBe(error);
  });

  test('nothing is scheduled once session and simulation are closed', async () => {
    const clock = createVirtualClock();
    const { sim, session } = await live({ clock });
    await sim.run(session.ask('Hello'));
    await sim.advance(200);
    await sim.run(session.close());
    sim.close();
    await sim.advance(5_000);
    expect(clock.scheduled).toBe(0);
  });
});

describe('disturbances', () => {
  test('a cut and a resume lose nothing', async () => {
    const { sim, session } = await live({ policy: 'agora' });
    sim.network.cut();
    await sim.advance(0);
    expect(session.getSnapshot().state).toBe('reconnecting');
    const delivery = session.speak('Said while nobody could hear.');
    await sim.advance(3_000);
    sim.network.resume();
    expect((await sim.run(delivery)).status).toBe('sent');
    await long(sim);
    expect(sim.avatar.heard.messages.map(({ text }) => text)).toEqual(['Said while nobody could hear.']);
    await sim.run(session.close());
  });

  test('after a lossy reconnect the parameters are set again', async () => {
    const { sim, session } = await live();
    await sim.run(session.setParams({ mode: 'dialogue', language: 'de' }));
    sim.network.cut();
    await sim.advance(500);
    sim.network.lossyReconnect();
    await sim.advance(1_000);
    const sets = sim.avatar.heard.commands.filter(({ name }) => name === 'set-params');
    expect(sets.length).toBeGreaterThan(1);
    await sim.run(session.close());
  });

  test.each([
    ['remove', 'removed'],
    ['joinElsewhere', 'joined-elsewhere'],
    ['endRoom', 'service-ended'],
  ] as const)(
    'network.%s() ends the session as %s, and what was paid for is closed',
    async (disturb, reason) => {
      const { sim, session } = await live();
      sim.network[disturb]();
      await sim.advance(5_000);
      expect(session.getSnapshot()).toMatchObject({ state: 'closed', closed: { reason } });
      expect(sim.service.open).toBe(0);
    },
  );

  test('a lost network is rejoined once', async () => {
    const { sim, session } = await live();
    sim.network.lose();
    await sim.advance(5_000);
    expect(session.getSnapshot().state).toBe('live');
    await sim.run(session.close());
    expect(sim.service.open).toBe(0);
  });

  test('an avatar that leaves for good ends the session', async () => {
    const { sim, session } = await live();
    await sim.avatar.leave();
    await sim.advance(60_000);
    expect(session.getSnapshot()).toMatchObject({ state: 'closed', closed: { reason: 'avatar-left' } });
    expect(sim.service.open).toBe(0);
  });

  test('an avatar that comes back is talked with again', async () => {
    const { sim, session } = await live({ reply: () => 'I am back.' });
    await sim.avatar.leave();
    await sim.advance(6_000);
    expect(session.getSnapshot().state).toBe('waiting');
    await sim.avatar.return();
    await sim.advance(1_000);
    expect(session.getSnapshot().state).toBe('live');
    await sim.run(session.ask('Are you there?'));
    await sim.advance(3_000);
    expect(session.getSnapshot().messages.at(-1)?.text).toBe('I am back.');
    await sim.run(session.close());
  });

  test('an avatar that ignores everything is found out', async () => {
    const { sim, session } = await live();
    await sim.run(session.setParams({ language: 'de' }));
    sim.avatar.ignoreEverything();
    void session.ask('Hello?').catch(() => {});
    await sim.advance(120_000);
    expect(session.getSnapshot()).toMatchObject({ state: 'closed', closed: { reason: 'unresponsive' } });
  });

  test('a clogged uplink lets an interrupt past all chat that was not handed over', async () => {
    const { sim, session } = await live();
    await sim.run(session.setParams({ mode: 'retelling' }));
    const unclog = sim.network.clog();
    const delivery = session.speak('x'.repeat(500_000));
    await sim.advance(200);
    const interrupted = session.interrupt();
    await sim.advance(200);
    unclog();
    await sim.run(interrupted);
    expect((await sim.run(delivery)).status).toBe('interrupted');
    const frames = sim.avatar.heard.frames.map(({ data }) => data.length);
    expect(frames.reduce((total, bytes) => total + bytes, 0)).toBeLessThan(80_000);
    await sim.run(session.close());
  });
});

test('with the clock of the machine it runs by itself (real: time)', async () => {
  const sim = simulate({
    clock: systemClock,
    avatarDelayMs: 1,
    conditions: { latencyMs: 1 },
    timings: { thinkMs: 1, frameMs: 1 },
  });
  const session = createAvatarSession(sim.options);
  await sim.run(session.connect());
  const answered = session.once('message-received', { where: ({ message }) => message.author === 'avatar' });
  await session.ask('What is 6 * 7?');
  expect((await answered).message.text).toBe('That makes 42.');
  await session.close();
  expect(sim.service.open).toBe(0);
  sim.close();
});

test('two simulations on one clock know nothing of each other', async () => {
  const clock = createVirtualClock();
  const [one, two] = [await live({ clock }), await live({ clock })];
  await one.sim.run(one.session.speak('To the first.'));
  await one.sim.advance(1_000);
  expect(one.sim.avatar.heard.messages).toHaveLength(1);
  expect(two.sim.avatar.heard.messages).toHaveLength(0);
  await clock.run(Promise.all([one.session.close(), two.session.close()]));
});
