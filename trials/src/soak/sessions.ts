/** Many sessions opened, used and closed, over the memory transport on a virtual clock. */

import { type AvatarSession, createAvatarSession } from '@avatarwire/core';
import { createVirtualClock, type VirtualClock } from '@avatarwire/simulator';
import { flatnessOf, type Sample } from './flatness';
import { openHandles, usedHeap } from './heap';
import { atMost, equal, flat, type Part, type Progress, shown } from './part';
import { createWorld } from './world';

export interface SessionsPlan {
  readonly sessions: number;
  /** Holds on to every session: to see that it is found. */
  readonly leak: boolean;
}

const SAMPLES = 20;
/** Simulations at once; one has one avatar, so its sessions come one after the other. */
const WORLDS = 4;
/** How each session ends, in turn. */
const ENDINGS = ['closed', 'closed', 'aborted', 'lost', 'left'] as const;
/** V8 keeps one object of each kind as the pattern for its like. */
const PATTERNS = 1;

export async function soakSessions(plan: SessionsPlan, progress: Progress): Promise<Part> {
  const clock = createVirtualClock();
  const handles = openHandles();
  const kept: AvatarSession[] = [];
  let seen: readonly WeakRef<AvatarSession>[] = [];
  const total = { opened: 0, closed: 0, listeners: 0, clients: 0 };
  const startedAt = performance.now();
  const samples: Sample[] = [];
  const perWorld = Math.max(1, Math.floor(plan.sessions / SAMPLES / WORLDS));
  let done = 0;

  while (done < plan.sessions) {
    const group = Array.from({ length: WORLDS }, (_, index) => useWorld(clock, done + index, perWorld, note));
    for (const left of await clock.run(Promise.all(group))) {
      for (const what of ['opened', 'closed', 'listeners', 'clients'] as const) total[what] += left[what];
    }
    done += WORLDS * perWorld;
    const bytes = await usedHeap();
    seen = seen.filter((session) => session.deref() !== undefined);
    samples.push({ done, bytes });
    progress(`${shown(done)} sessions: heap ${shown(bytes)} B`);
  }

  function note(session: AvatarSession): void {
    seen = [...seen, new WeakRef(session)];
    if (plan.leak) kept.push(session);
  }

  return {
    title: `${shown(done)} sessions opened, used and closed`,
    what:
      `Over the memory transport, on a virtual clock, ${WORLDS} at once. Each connects, asks, hears the answer, sets ` +
      'parameters and interrupts; then it is closed, or its network is lost for good, or its avatar leaves; every fifth is ' +
      'aborted while it connects.',
    seconds: (performance.now() - startedAt) / 1_000,
    checks: [
      flat('growth of the heap over the second half', 'sessions', flatnessOf(samples)),
      atMost('sessions still in memory', PATTERNS, seen.length),
      equal('service sessions closed, of those opened', total.opened, total.closed),
      equal('listeners left on transports', 0, total.listeners),
      equal('clients left in rooms', 0, total.clients),
      equal('timers left on the clock', 0, clock.scheduled),
      equal('open handles of the process', handles, openHandles()),
    ],
    samples: samples.map(({ done, bytes }) => ({ sessions: done, 'heap, bytes': bytes })),
  };
}

/** Sessions one after the other with one avatar; its network and its service go with them. */
async function useWorld(
  clock: VirtualClock,
  seed: number,
  count: number,
  note: (session: AvatarSession) => void,
) {
  const world = createWorld(clock, { seed, reply: (text) => `You asked: ${text}` });
  for (let index = 0; index < count; index += 1) {
    const session = createAvatarSession(world.options);
    note(session);
    const ending = ENDINGS[(seed + index) % ENDINGS.length];
    if (ending === 'aborted') await abort(session, clock, index);
    else await use(session);
    if (ending === 'lost') world.sim.network.remove();
    if (ending === 'left') await world.sim.avatar.leave();
    await session.close();
  }
  const left = await world.leftBehind();
  world.sim.close();
  return { ...left, opened: world.sim.service.opened, closed: world.sim.service.closed };
}

async function use(session: AvatarSession): Promise<void> {
  await session.connect();
  const answer = session.once('message-received');
  await session.ask('Is anybody there?');
  await answer;
  await session.setParams({ language: 'en' });
  await session.interrupt();
}

/** At another moment each time. */
async function abort(session: AvatarSession, clock: VirtualClock, index: number): Promise<void> {
  const aborter = new AbortController();
  clock.schedule(() => aborter.abort(), (index % 20) * 25);
  await session.connect({ signal: aborter.signal }).catch((error: unknown) => {
    if (error !== aborter.signal.reason) throw error;
  });
}
