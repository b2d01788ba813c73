import { type AvatarSession, createAvatarSession, type Delivery, isAvatarError } from '@avatarwire/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Simulation, simulate } from '../src/index';

const STATES = ['idle', 'connecting', 'waiting', 'live', 'reconnecting', 'closing', 'closed'];

type Step =
  | { readonly do: 'send' | 'ask' | 'speak'; readonly text: string }
  | { readonly do: 'stream'; readonly pieces: readonly string[]; readonly as: 'messages' | 'one-message' }
  | { readonly do: 'speed'; readonly speed: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'interrupt' | 'mode' | 'gesture' | 'abort' }
  | { readonly do: 'cut' | 'resume' | 'lossy' | 'lose' | 'leave' | 'return' | 'silence' };

const text = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1_000 }),
  // Long enough to fill several seconds of any budget.
  fc.integer({ min: 100, max: 8_000 }).map((times) => '漢a"'.repeat(times)),
);
const talk: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('send' as const, 'ask' as const, 'speak' as const), text }),
  fc.record({
    do: fc.constant('stream' as const),
    pieces: fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), {
      minLength: 1,
      maxLength: 20,
    }),
    as: fc.constantFrom('messages' as const, 'one-message' as const),
  }),
  fc.record({ do: fc.constant('speed' as const), speed: fc.constantFrom(0.8, 1, 1.2) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 10, 300, 1_000, 4_000) }),
  fc.record({
    do: fc.constantFrom('interrupt' as const, 'mode' as const, 'gesture' as const, 'abort' as const),
  }),
);
const gentle: fc.Arbitrary<Step> = fc.record({ do: fc.constantFrom('cut' as const, 'resume' as const) });
const rough: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom(
    'lossy' as const,
    'lose' as const,
    'leave' as const,
    'return' as const,
    'silence' as const,
  ),
});

interface Said {
  readonly text: string;
  readonly promise: Promise<Delivery>;
  delivery?: Delivery;
  error?: unknown;
}

interface Run {
  readonly sim: Simulation;
  readonly session: AvatarSession;
  readonly said: Said[];
  readonly others: Promise<unknown>[];
  settled: number;
}

const wellFormed = (given: string) => new TextDecoder().decode(new TextEncoder().encode(given));

async function* streamOf(pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces;
}

function perform(run: Run, step: Step): void {
  const { sim, session, said } = run;
  const say = (what: string, promise: Promise<Delivery>) => {
    const entry: Said = { text: what, promise };
    said.push(entry);
    promise.then(
      (delivery) => {
        entry.delivery = delivery;
        run.settled++;
      },
      (error: unknown) => {
        entry.error = error;
        run.settled++;
      },
    );
  };
  const call = (promise: Promise<unknown>) => {
    run.others.push(promise);
    promise.then(
      () => run.settled++,
      () => run.settled++,
    );
  };
  switch (step.do) {
    case 'send':
    case 'ask':
    case 'speak':
      return say(wellFormed(step.text), session[step.do](step.text));
    case 'stream':
      return say(wellFormed(step.pieces.join('')), session.speak(streamOf(step.pieces), { as: step.as }));
    case 'abort': {
      const controller = new AbortController();
      say('aborted', session.send('aborted', { signal: controller.signal }));
      return controller.abort('enough');
    }
    case 'interrupt':
      return call(session.interrupt());
    case 'mode':
      return call(session.setParams({ mode: 'dialogue' }));
    case 'speed':
      return call(session.setParams({ voice: { speed: step.speed } }));
    case 'gesture':
      return call(session.setAction({ gesture: 'nod' }));
    case 'cut':
      return sim.network.cut();
    case 'resume':
      return sim.network.resume();
    case 'lossy':
      sim.network.cut();
      return sim.network.lossyReconnect();
    case 'lose':
      return sim.network.lose();
    case 'leave':
      return void sim.avatar.leave();
    case 'return':
      return void sim.avatar.return();
    case 'silence':
      return sim.avatar.ignoreEverything();
    case 'wait':
  }
}

async function play(steps: readonly Step[], policy: 'agora' | 'trtc' | 'webrtc', seed: number): Promise<Run> {
  const sim = simulate({ policy, seed, durationMs: 3_600_000, reply: (question) => question.slice(0, 200) });
  const session = createAvatarSession(sim.options);
  const run: Run = { sim, session, said: [], others: [], settled: 0 };
  const connecting = session.connect();
  connecting.catch(() => {});
  for (const step of steps) {
    perform(run, step);
    await sim.advance(step.do === 'wait' ? step.ms : 0);
    expect(STATES).toContain(session.getSnapshot().state);
  }
  sim.network.resume();
  await sim.advance(60_000);
  await sim.run(session.close());
  await sim.advance(0);
  return run;
}

/** What holds whatever happened. */
function expectSoundEnd(run: Run): void {
  const { sim, session, said, others } = run;
  expect(run.settled).toBe(said.length + others.length);
  expect(sim.network.violations).toEqual([]);
  expect(session.getSnapshot().state).toBe('closed');
  expect(sim.service).toMatchObject({ open: 0 });
  for (const { text: whole, delivery, error } of said) {
    if (delivery?.status === 'sent') expect(delivery.unsentText).toBe('');
    else if (delivery) expect(whole.endsWith(delivery.unsentText)).toBe(true);
    else expect(error === 'enough' || isAvatarError(error)).toBe(true);
  }
  sim.close();
  expect((sim.clock as { scheduled?: number }).scheduled).toBe(0);
}

const policies = fc.constantFrom('agora' as const, 'trtc' as const, 'webrtc' as const);

test('on a network that only pauses, what was sent is what the avatar heard, in order, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 6, arbitrary: talk }, { weight: 1, arbitrary: gentle }), { maxLength: 25 }),
      policies,
      fc.nat(),
      async (steps, policy, seed) => {
        const run = await play(steps, policy, seed);
        const heard = run.sim.avatar.heard.messages.map((message) => message.text).join('');
        const sent = run.said
          .filter(({ delivery }) => delivery?.status === 'sent')
          .map((entry) => entry.text);
        let from = 0;
        for (const message of sent) {
          const at = heard.indexOf(message, from);
          expect(at).toBeGreaterThanOrEqual(from);
          from = at + message.length;
        }
        expect(run.sim.avatar.heard.violations).toEqual([]);
        expect(run.said.filter(({ delivery }) => delivery?.uncertain)).toEqual([]);
        expectSoundEnd(run);
      },
    ),
    { numRuns: 150 },
  );
});

test('whatever the network and the avatar do, every call settles, no budget is exceeded and nothing stays open', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          { weight: 5, arbitrary: talk },
          { weight: 1, arbitrary: gentle },
          { weight: 1, arbitrary: rough },
        ),
        { maxLength: 30 },
      ),
      policies,
      fc.nat(),
      async (steps, policy, seed) => {
        expectSoundEnd(await play(steps, policy, seed));
      },
    ),
    { numRuns: 250 },
  );
});
