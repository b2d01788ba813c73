/** One conversation that goes on and on: questions, answers, commands, and now and then trouble with the network. */

import { type AvatarSession, createAvatarSession } from '@avatarwire/core';
import type { VirtualClock } from '@avatarwire/simulator';
import { createWorld, type Left } from './world';

export interface Lane {
  readonly asked: number;
  readonly answered: number;
  /** That the avatar obeyed. */
  readonly commands: number;
  /** Of the link, the avatar or the session. */
  readonly comebacks: number;
  /** Asks and hears the answers to `count` questions; commands and trouble as it is their turn. */
  round(round: number, count: number): Promise<void>;
  /** Between two rounds: nothing is being said, and the simulated avatar has forgotten what it was told. */
  rest(): Promise<void>;
  close(): Promise<LaneRest>;
}

/** What is left of a conversation that is closed. */
export interface LaneRest extends Left {
  readonly openServiceSessions: number;
  readonly violations: number;
}

/** How many rounds from one to the next: primes, so that they meet in every combination. */
const EVERY = { command: 3, interrupt: 7, resume: 11, lossy: 13, avatarBack: 17, rejoin: 31 };
const CUT_MS = 1_500;
/** Longer than the grace in which nobody is told that a participant left. */
const AWAY_MS = 5_000;
/** Until the last packet has left the pacer's log of a second, and every command its acknowledgement. */
const REST_MS = 10_000;
const TRANSCRIPT = 200;

/** In as many bytes as they come; the last is longer than a packet. */
const QUESTIONS = [
  'Are you there?',
  'Где ты?',
  '你在吗？',
  'Why? '.repeat(60),
  'Tell me more. '.repeat(1_500),
];
const LONG_EVERY = 50;

/** @param keep is given every answer: a leak that is planted */
export async function openLane(
  clock: VirtualClock,
  seed: number,
  keep: ((answer: string) => void) | undefined,
): Promise<Lane> {
  const world = createWorld(clock, { seed, reply: (text) => `Yes: ${text.slice(0, 20)}` });
  const { sim } = world;
  const session = createAvatarSession({ ...world.options, maxMessages: TRANSCRIPT });
  const answers = countAnswers(session, keep);
  let asked = 0;
  let commands = 0;
  let comebacks = 0;
  await clock.run(session.connect());

  const pause = (ms: number) => new Promise<void>((resolve) => void clock.schedule(resolve, ms));

  async function ask(count: number): Promise<void> {
    const heard = answers.next(count);
    const deliveries = Array.from({ length: count }, () => session.ask(question(asked++)));
    await Promise.all(deliveries);
    await heard;
  }

  async function command(round: number): Promise<void> {
    await session.setParams({
      language: round % 2 === 0 ? 'en' : 'fr',
      voice: { speed: 1 + (round % 3) / 10 },
    });
    await session.setAction({ gesture: 'nod' });
    commands += 2;
  }

  async function interrupt(): Promise<void> {
    await session.interrupt();
    commands += 1;
  }

  /** With questions under way, none of which is lost. */
  async function cutAndResume(count: number): Promise<void> {
    const talk = ask(count);
    sim.network.cut();
    await pause(CUT_MS);
    sim.network.resume();
    comebacks += 1;
    await talk;
  }

  async function loseAndComeBack(): Promise<void> {
    sim.network.cut();
    await pause(CUT_MS);
    await backLive(() => sim.network.lossyReconnect());
  }

  async function avatarLeavesAndReturns(): Promise<void> {
    await sim.avatar.leave();
    await pause(AWAY_MS);
    await backLive(() => void sim.avatar.return());
  }

  async function rejoin(): Promise<void> {
    await backLive(() => sim.network.lose());
  }

  /** Until the session is live again, and has repeated what the avatar has to know. */
  async function backLive(change: () => void): Promise<void> {
    const live = session.once('state-changed', { where: ({ state }) => state === 'live' });
    const wasLive = session.getSnapshot().state === 'live';
    change();
    if (!wasLive || session.getSnapshot().state !== 'live') await live;
    comebacks += 1;
  }

  return {
    get asked() {
      return asked;
    },
    get answered() {
      return answers.count;
    },
    get commands() {
      return commands;
    },
    get comebacks() {
      return comebacks;
    },
    async round(round, count) {
      const due = (every: number) => round % every === 0;
      if (due(EVERY.command)) await command(round);
      if (due(EVERY.interrupt)) await interrupt();
      if (due(EVERY.lossy)) await loseAndComeBack();
      if (due(EVERY.avatarBack)) await avatarLeavesAndReturns();
      if (due(EVERY.rejoin)) await rejoin();
      await (due(EVERY.resume) ? cutAndResume(count) : ask(count));
      world.forgetRecords();
    },
    async rest() {
      await interrupt();
      await avatarLeavesAndReturns();
      await pause(REST_MS);
      await world.leftBehind('the last');
      world.forgetRecords();
    },
    async close() {
      await clock.run(session.close());
      sim.close();
      return {
        ...(await world.leftBehind()),
        openServiceSessions: sim.service.open,
        violations: sim.avatar.heard.violations.length + sim.network.violations.length,
      };
    },
  };
}

function question(index: number): string {
  const texts = QUESTIONS.length - 1;
  return QUESTIONS[index % LONG_EVERY === 0 ? texts : index % texts] ?? '';
}

function countAnswers(session: AvatarSession, keep: ((answer: string) => void) | undefined) {
  let count = 0;
  let wanted = Infinity;
  let reached = () => {};
  session.on('message-received', ({ message }) => {
    count += 1;
    keep?.(message.text);
    if (count >= wanted) reached();
  });
  return {
    get count() {
      return count;
    },
    /** Resolves when this many more have come. */
    next(more: number): Promise<void> {
      wanted = count + more;
      return new Promise((resolve) => {
        reached = resolve;
      });
    },
  };
}
