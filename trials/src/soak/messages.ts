/** Many messages and their answers through sessions that live long, over the memory transport on a virtual clock. */

import { createVirtualClock } from '@avatarwire/simulator';
import { flatnessOf, type Sample } from './flatness';
import { openHandles, usedHeap } from './heap';
import { type Lane, type LaneRest, openLane } from './lane';
import { equal, flat, type Part, type Progress, shown } from './part';

export interface MessagesPlan {
  readonly messages: number;
  /** At once, on one clock. */
  readonly sessions: number;
  /** Holds on to a kilobyte for every answer: to see that it is found. */
  readonly leak: boolean;
}

const SAMPLES = 20;
/** Said by one session in one round, all at once. */
const AT_ONCE = 50;
/** Of 8 bytes. */
const LEAKED_POINTERS = 128;

export async function soakMessages(plan: MessagesPlan, progress: Progress): Promise<Part> {
  const clock = createVirtualClock();
  const handles = openHandles();
  const kept: string[][] = [];
  const keep = plan.leak
    ? (answer: string) => void kept.push(Array(LEAKED_POINTERS).fill(answer))
    : undefined;
  const lanes: Lane[] = [];
  for (let seed = 1; seed <= plan.sessions; seed += 1) lanes.push(await openLane(clock, seed, keep));

  const startedAt = performance.now();
  const samples: Sample[] = [];
  const inRound = AT_ONCE * lanes.length;
  const rounds = Math.ceil(plan.messages / inRound);
  const perSample = Math.max(1, Math.floor(rounds / SAMPLES));
  for (let round = 1; round <= rounds; round += 1) {
    await clock.run(Promise.all(lanes.map((lane) => lane.round(round, AT_ONCE))));
    if (round % perSample !== 0) continue;
    await clock.run(Promise.all(lanes.map((lane) => lane.rest())));
    const sample = { done: round * inRound, bytes: await usedHeap() };
    samples.push(sample);
    progress(`${shown(sample.done)} messages: heap ${shown(sample.bytes)} B`);
  }
  const seconds = (performance.now() - startedAt) / 1_000;

  const rests: LaneRest[] = [];
  for (const lane of lanes) rests.push(await lane.close());
  const ofLanes = (value: (lane: Lane) => number) => lanes.reduce((sum, lane) => sum + value(lane), 0);
  const left = (value: (rest: LaneRest) => number) => rests.reduce((sum, rest) => sum + value(rest), 0);
  const asked = ofLanes((lane) => lane.asked);
  return {
    title: `${shown(asked)} messages through ${plan.sessions === 1 ? 'one session' : `${plan.sessions} sessions`}`,
    what:
      'Over the memory transport, on a virtual clock. Each message is a question of 7 to 21,000 letters that the ' +
      `simulated avatar answers; among them ${shown(ofLanes((lane) => lane.commands))} commands, and ` +
      `${shown(ofLanes((lane) => lane.comebacks))} times the link was cut and came back, with losses and without, the ` +
      'avatar left and returned, or the session joined again. The transcript keeps 200 messages.',
    seconds,
    checks: [
      flat('growth of the heap over the second half', 'messages', flatnessOf(samples)),
      equal(
        'questions that were answered',
        asked,
        ofLanes((lane) => lane.answered),
      ),
      equal(
        'rules of the network or of the protocol broken',
        0,
        left((rest) => rest.violations),
      ),
      equal(
        'service sessions left open',
        0,
        left((rest) => rest.openServiceSessions),
      ),
      equal(
        'listeners left on transports',
        0,
        left((rest) => rest.listeners),
      ),
      equal(
        'clients left in rooms',
        0,
        left((rest) => rest.clients),
      ),
      equal('timers left on the clock', 0, clock.scheduled),
      equal('open handles of the process', handles, openHandles()),
    ],
    samples: samples.map(({ done, bytes }) => ({ messages: done, 'heap, bytes': bytes })),
  };
}
