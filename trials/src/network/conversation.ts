/** A conversation over a wire that stays as it is: questions, long texts, a stream, commands, an interrupt. */

import { modelTokens } from '@avatarwire/tooling/delivery';
import { percentile } from './figures';
import { judge, type Limits, peakOf } from './judge';
import type { Scenario } from './scenarios';
import {
  answered,
  commandSettled,
  heard,
  interrupt,
  media,
  type Stage,
  say,
  settled,
  visitorReport,
} from './stage';
import { answerTo, textOf } from './texts';

export interface Measured {
  readonly figures: Readonly<Record<string, string>>;
  /** A line for each expectation that does not hold. */
  readonly problems: readonly string[];
}

const ROUND_TRIPS = 40;
const QUESTIONS = 3;
const LONG_BYTES = 65_536;
const TOO_LONG_BYTES = 1_000_000;
const RATED_TOO_LONG_BYTES = 100_000;
const PATIENCE_MS = 120_000;
/** Of older chat that arrives after an interrupt: the design's, for a network that is the narrow place. */
const MOST_OLDER_BYTES = 80_000;
/** What the adapters state: two of their packets, the larger 16 KiB, in the channel. */
const MOST_WAITING_BYTES = 2 * 16_384;

export async function converse(stage: Stage, { policy, wire }: Scenario, limits: Limits): Promise<Measured> {
  const { page } = stage;
  const before = await media(stage);
  const startedAt = performance.now();
  const trips = await page.evaluate((count) => visitor.roundTrips(count), ROUND_TRIPS);

  const answers: number[] = [];
  for (let question = 0; question < QUESTIONS; question++) {
    const text = textOf(60);
    const askedAt = performance.now();
    await say(stage, 'ask', text);
    await answered(stage, answerTo(text), PATIENCE_MS);
    answers.push(performance.now() - askedAt);
  }

  const long = textOf(LONG_BYTES);
  const longAt = performance.now();
  await settled(stage, [await say(stage, 'speak', long)], PATIENCE_MS);
  await heard(stage, long, PATIENCE_MS);
  const longMs = performance.now() - longAt;
  // Or the avatar would repeat it for minutes.
  await commandSettled(stage, await interrupt(stage), PATIENCE_MS);

  const pieces = modelTokens(200, 5);
  const stream = await page.evaluate((pieces) => visitor.stream(pieces, 40), pieces);
  await settled(stage, [stream], PATIENCE_MS);
  const last = textOf(20);
  await say(stage, 'speak', last);
  await heard(stage, last, PATIENCE_MS);

  const tooLong = await say(stage, 'speak', textOf(policy ? RATED_TOO_LONG_BYTES : TOO_LONG_BYTES));
  const leastSent = policy ? 12_000 : 60_000;
  const interrupting = await page.evaluate(([place, bytes]) => visitor.interruptAt(place, bytes), [
    tooLong,
    leastSent,
  ] as const);
  await commandSettled(stage, interrupting, PATIENCE_MS);
  await settled(stage, [tooLong], PATIENCE_MS);

  const farewell = textOf(60);
  await say(stage, 'ask', farewell);
  await answered(stage, answerTo(farewell), PATIENCE_MS);
  const seconds = (performance.now() - startedAt) / 1_000;
  const after = await media(stage);

  const [seen, avatar] = [await visitorReport(stage), await stage.avatar()];
  const asked = seen.commanded.filter(({ kind }) => kind === 'interrupt').at(-1);
  const came = avatar.commands.filter(({ name }) => name === 'interrupt').at(-1)?.at ?? Number.NaN;
  const older = avatar.parts
    .filter(({ at }) => asked !== undefined && at > asked.at && at <= came)
    .reduce((sum, { bytes }) => sum + bytes, 0);
  const waiting = asked?.waitingBytes ?? Number.NaN;
  // The next that is said comes with the farewell, after the acknowledgement.
  const handedOver = seen.packets.filter(
    ({ lane, at }) =>
      lane === 'chat' && asked?.settledAt !== undefined && at > asked.at && at < asked.settledAt,
  );
  const outcomes = seen.said.map(({ outcome }) =>
    outcome?.is === 'delivered' ? outcome.delivery.status : 'failed',
  );
  const peak = peakOf(seen.packets);
  const framesPerSecond = (after.frames - before.frames) / seconds;
  const soundPerSecond = (after.soundPackets - before.soundPackets) / seconds;
  return {
    figures: {
      'time to live': milliseconds(stage.liveMs),
      'command, p50': milliseconds(percentile(trips, 0.5)),
      'command, p95': milliseconds(percentile(trips, 0.95)),
      'answer of 1 kB, median': milliseconds(percentile(answers, 0.5)),
      'text of 64 KiB': milliseconds(longMs),
      'interrupt, acknowledged': milliseconds((asked?.settledAt ?? Number.NaN) - (asked?.at ?? 0)),
      'older chat in the channel then': kilobytes(waiting),
      'older chat that arrived after it': kilobytes(older),
      'fullest second': `${peak.packets} packets, ${kilobytes(peak.bytes)}`,
      'pictures a second': framesPerSecond.toFixed(1),
      'sound packets a second': soundPerSecond.toFixed(1),
      'said, arrived whole': `${outcomes.filter((status) => status === 'sent').length} of ${outcomes.length - 1}`,
    },
    problems: [
      ...judge(seen, avatar, limits),
      ...outcomes.flatMap((status, place) => {
        const wanted = place === tooLong ? 'interrupted' : 'sent';
        return status === wanted ? [] : [`message ${place} was ${status} and not ${wanted}`];
      }),
      ...seen.commanded.flatMap(({ kind, code }) =>
        code === undefined ? [] : [`${kind} failed with ${code}`],
      ),
      // On a fast wire the far side's own queue is in it, and that is the machine's.
      ...(wire.delay.mean > 0 && older > MOST_OLDER_BYTES
        ? [`${older} bytes of older chat came after the interrupt`]
        : []),
      ...(waiting <= MOST_WAITING_BYTES ? [] : [`${waiting} bytes of older chat waited in the channel`]),
      ...(handedOver.length > 0 ? [`${handedOver.length} packets of chat left after the interrupt`] : []),
      ...(seen.ended ? [`the session ended: ${seen.ended.reason}`] : []),
      ...(framesPerSecond < 1 ? ['the picture stood still'] : []),
      ...(soundPerSecond < 5 ? ['there was no sound'] : []),
    ],
  };
}

export const milliseconds = (value: number) => `${Math.round(value).toLocaleString('en')} ms`;
export const kilobytes = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`;
