/**
 * A model's answer as a stream: how well it is packed, how soon it leaves, how soon the model is told to stop, and when
 * the avatar is heard first. Delivery is on the virtual clock; what our own code takes is on the machine's.
 */

import { type AvatarSession, createAvatarSession, type WireRecord } from '@avatarwire/core';
import { type Simulation, simulate } from '@avatarwire/simulator';
import { atPace, cutWords, modelTokens } from '@avatarwire/tooling/delivery';
import { modelSources, type ThinkingModel } from '../model-sources';
import { bytes, milliseconds, type Result, type Row } from '../report';
import { fullestSecond } from '../sliding-windows';
import { escapedBytes } from '../texts';

const TOKENS = 2_000;
const SPEEDS = [30, 80, 300, 2_000, Infinity];
const SEEDS = [1, 2, 3, 4];
/** Of an answer as people hear them: two minutes at most. */
const SHORT_TOKENS = 300;
/** Of a full packet over Agora, where six of them use up a second, and of the text in it. */
const PACKET_BYTES = 1_000;
const ROOM = PACKET_BYTES - 79;
const FILL_TARGET = 0.9;
const OWN_MS = 1;
const OWN_TURNS = 400;

export const streams: Row = {
  name: 'streams',
  async run() {
    const results: Result[] = [];
    const behind: Packet[] = [];
    for (const perSecond of SPEEDS) {
      const answers = await Promise.all(SEEDS.map((seed) => sayAnswer(perSecond, seed)));
      behind.push(...answers.flatMap(({ packets }) => packets.slice(1).filter(({ isBehind }) => isBehind)));
      results.push(deliveryOf(perSecond, answers));
    }
    results.push(fillOf(behind));
    for (const [name, open] of Object.entries(modelSources)) results.push(...(await ownTimes(name, open)));
    for (const perSecond of [30, 80, 300]) {
      for (const speaksBeforeFinal of [false, true])
        results.push(await firstAudio(perSecond, speaksBeforeFinal));
    }
    return results;
  },
};

interface Packet extends WireRecord {
  readonly text: string;
  /** More text waited than fits a packet. */
  readonly isBehind: boolean;
}

interface Answer {
  readonly isWhole: boolean;
  readonly violations: number;
  readonly packets: readonly Packet[];
  readonly cut: number;
}

const speed = (perSecond: number) =>
  perSecond === Infinity ? 'all at once' : `${perSecond} tokens a second`;

/** A live session in the mode in which the avatar repeats; the last second is empty. */
async function withStage<T>(
  options: Parameters<typeof simulate>[0],
  use: (sim: Simulation, session: AvatarSession) => Promise<T>,
): Promise<T> {
  const sim = simulate({ policy: 'agora', ...options });
  const session = createAvatarSession(sim.options);
  try {
    await sim.run(session.connect());
    await sim.run(session.setParams({ mode: 'retelling' }));
    await sim.advance(3_000);
    return await use(sim, session);
  } finally {
    await sim.run(session.close());
    sim.close();
  }
}

function sayAnswer(perSecond: number, seed: number): Promise<Answer> {
  return withStage({ seed }, async (sim, session) => {
    const packets: Packet[] = [];
    let waiting = 0;
    session.tap((record) => {
      if (record.lane !== 'chat') return;
      const text = textOfFrame(record.data);
      packets.push({ ...record, text, isBehind: waiting > ROOM });
      waiting -= escapedBytes(text);
    });
    const tokens = modelTokens(TOKENS, seed);
    const onPiece = (piece: string) => {
      waiting += escapedBytes(piece);
    };
    await sim.run(session.speak(atPace(tokens, { perSecond, clock: sim.clock, onPiece })));
    await sim.advance(1_000);
    const { messages, violations } = sim.avatar.heard;
    const texts = packets.map(({ text }) => text);
    return {
      isWhole: messages.map(({ text }) => text).join('') === tokens.join(''),
      violations: sim.network.violations.length + violations.length,
      packets,
      cut: cutWords(texts, ROOM).length,
    };
  });
}

function textOfFrame(packet: Uint8Array): string {
  const frame: { readonly pld: { readonly text: string } } = JSON.parse(new TextDecoder().decode(packet));
  return frame.pld.text;
}

function deliveryOf(perSecond: number, answers: readonly Answer[]): Result {
  const whole = answers.filter(({ isWhole }) => isWhole).length;
  const violations = answers.reduce((sum, answer) => sum + answer.violations, 0);
  const cut = answers.reduce((sum, answer) => sum + answer.cut, 0);
  const fullest = Math.max(...answers.map(({ packets }) => fullestSecond(packets).bytes));
  const packets = answers.reduce((sum, answer) => sum + answer.packets.length, 0) / answers.length;
  return {
    what: `${answers.length} answers of 2,000 tokens over agora, ${speed(perSecond)}`,
    target: 'whole; 0 violations at arrival; 0 words cut that fit a packet',
    value: `${whole} whole; ${violations}; ${cut}`,
    comparison: `${Math.round(packets)} packets each, fullest second ${bytes(fullest)}`,
    pass: whole === answers.length && violations === 0 && cut === 0,
  };
}

function fillOf(packets: readonly Packet[]): Result {
  const sizes = packets.map(({ data }) => data.length / PACKET_BYTES);
  const fill = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  const atPause = packets.filter(({ text }) => /[.!?…:,]\S*\s*$/.test(text)).length / packets.length;
  return {
    what: `fill of their ${packets.length} packets before which more waited than fits one`,
    target: `≥ ${percent(FILL_TARGET)} of ${bytes(PACKET_BYTES)}`,
    value: `${percent(fill)}, the emptiest ${percent(Math.min(...sizes))}`,
    comparison: `${percent(atPause)} of them end with a sentence or a clause`,
    pass: fill >= FILL_TARGET,
  };
}

async function ownTimes(name: string, open: () => ThinkingModel): Promise<Result[]> {
  return withStage({ durationMs: 3_600_000 }, async (sim, session) => {
    const toPacket: number[] = [];
    const toEnd: number[] = [];
    let leftAt = Infinity;
    session.tap(({ lane }) => {
      if (lane === 'chat') leftAt = Math.min(leftAt, performance.now());
    });
    // The first turns warm up.
    for (let turn = -OWN_TURNS / 4; turn < OWN_TURNS; turn++) {
      leftAt = Infinity;
      const model = open();
      const calledAt = sim.clock.now();
      session.speak(model.source).catch(() => {});
      await sim.advance(0);
      if (leftAt === Infinity || sim.clock.now() !== calledAt)
        throw new Error(`${name}: nothing left at once.`);
      const interruptedAt = performance.now();
      session.interrupt().catch(() => {});
      await sim.advance(1_500);
      if (turn < 0) continue;
      toPacket.push(leftAt - model.spokeAt);
      toEnd.push(model.endedAt - interruptedAt);
    }
    const result = (what: string, times: readonly number[]): Result => {
      const at = (share: number) =>
        [...times].sort((a, b) => a - b)[Math.floor(share * times.length)] ?? Infinity;
      return {
        what: `${what}, of ${name}: median of ${OWN_TURNS}`,
        target: `≤ ${OWN_MS} ms of our own time`,
        value: `${at(0.5).toFixed(3)} ms`,
        comparison: `95th percentile ${at(0.95).toFixed(3)} ms; 0 ms on the virtual clock`,
        pass: at(0.5) <= OWN_MS,
      };
    };
    return [
      result('from the first speakable piece to its packet', toPacket),
      result("from interrupt() to the end of the model's request", toEnd),
    ];
  });
}

/** From the first token to the first sound of the avatar, which begins to speak as soon as it may. */
async function firstAudio(perSecond: number, speaksBeforeFinal: boolean): Promise<Result> {
  const measure = async (as: 'messages' | 'one-message') => {
    const times: number[] = [];
    for (const seed of SEEDS) times.push(await firstAudioOf(perSecond, speaksBeforeFinal, as, seed));
    return times.reduce((sum, ms) => sum + ms, 0) / times.length;
  };
  const messages = await measure('messages');
  const oneMessage = await measure('one-message');
  const avatar = speaksBeforeFinal ? 'speaks parts as they come' : 'waits for the final part';
  return {
    what: `first audio after the first token, ${speed(perSecond)}, an avatar that ${avatar}: mean of ${SEEDS.length} answers of ${SHORT_TOKENS} tokens`,
    target: '–',
    value: `as messages ${milliseconds(messages)}`,
    comparison: `as one message ${milliseconds(oneMessage)}`,
  };
}

function firstAudioOf(
  perSecond: number,
  speaksBeforeFinal: boolean,
  as: 'messages' | 'one-message',
  seed: number,
): Promise<number> {
  return withStage({ seed, behaviour: { speaksBeforeFinal } }, async (sim, session) => {
    let heardAt: number | undefined;
    const stop = sim.avatar.on('speech', () => {
      heardAt ??= sim.clock.now();
    });
    let startedAt: number | undefined;
    const onPiece = () => {
      startedAt ??= sim.clock.now();
    };
    const source = atPace(modelTokens(SHORT_TOKENS, seed), { perSecond, clock: sim.clock, onPiece });
    await sim.run(session.speak(source, { as }));
    await sim.advance(5_000);
    stop();
    if (heardAt === undefined || startedAt === undefined) throw new Error('The avatar said nothing.');
    return heardAt - startedAt;
  });
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
