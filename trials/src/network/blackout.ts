/** A conversation through a time in which nothing passes: what was said before, in it and after it. */

import { type Measured, milliseconds } from './conversation';
import { judge, type Limits } from './judge';
import { until } from './programs';
import type { AvatarReport, Said, VisitorReport } from './reports';
import type { Scenario } from './scenarios';
import {
  answered,
  commandSettled,
  heard,
  interrupt,
  media,
  rest,
  type Stage,
  say,
  settled,
  underWay,
  visitorReport,
} from './stage';
import { answerTo, textOf } from './texts';

type Blackout = Extract<Scenario, { script: 'blackout' }>;

const PATIENCE_MS = 90_000;
const LONG_BYTES = 900_000;
/** So much of the long text has left when the wire goes dead. */
const UNDER_WAY_BYTES = 150_000;
/** What was on its way arrives, and what waits to be decoded is shown. */
const SETTLE_MS = 1_000;
const RECOVERY_MS = 30_000;
const CALM_MS = 8_000;

export async function blackOut(stage: Stage, scenario: Blackout, limits: Limits): Promise<Measured> {
  const { page, wire } = stage;
  const { blackoutMs } = scenario;
  const first = textOf(60);
  await say(stage, 'ask', first);
  await answered(stage, answerTo(first), PATIENCE_MS);
  await say(stage, 'speak', textOf(40));
  const long = await say(stage, 'speak', textOf(LONG_BYTES));
  const places = [long];
  await underWay(stage, long, UNDER_WAY_BYTES, PATIENCE_MS);

  await wire.set({ ...scenario.wire, loss: 100 });
  const cutAt = Date.now();
  await rest(SETTLE_MS);
  const dark = await media(stage);
  let commands: readonly number[];
  if (scenario.during === 'interrupts') {
    commands = [await interrupt(stage)];
  } else {
    commands = [await page.evaluate(() => visitor.setSpeed(1.1))];
    const pause = (blackoutMs - 2 * SETTLE_MS) / 5;
    for (let place = 0; place < 4; place++) {
      places.push(await say(stage, 'speak', textOf(40)));
      await rest(pause);
    }
    places.push(await say(stage, 'ask', textOf(40)));
  }
  await rest(cutAt + blackoutMs - Date.now());
  const stillDark = await media(stage);
  const mendedAt = Date.now();
  await wire.set(scenario.wire);

  const [pictureMs, soundMs, liveMs] = await Promise.all([
    elapsed(async () => (await media(stage)).frames > stillDark.frames + 5),
    elapsed(async () => (await media(stage)).soundPackets > stillDark.soundPackets + 5),
    elapsed(() => page.evaluate(() => visitor.state() === 'live')),
  ]);
  for (const command of commands) await commandSettled(stage, command, PATIENCE_MS);
  await settled(stage, places, PATIENCE_MS);
  await until('the arrival of what was sent for certain', () => isAllThere(stage), PATIENCE_MS);
  for (const text of await questionsHeard(stage)) await answered(stage, answerTo(text), PATIENCE_MS);
  // The avatar repeats what it is told to say: the long text, if it came whole, for minutes.
  await commandSettled(stage, await interrupt(stage), PATIENCE_MS);
  // LiveKit's SDK may reconnect a second time soon after the first, and what is said in between is uncertain again.
  const isCalm = () => page.evaluate((ms) => visitor.state() === 'live' && visitor.stateMs() > ms, CALM_MS);
  await until('a connection that stays', isCalm, PATIENCE_MS);
  const afterwards = textOf(40);
  const [told, question] = [await say(stage, 'speak', afterwards), textOf(60)];
  await heard(stage, afterwards, PATIENCE_MS);
  const asked = await say(stage, 'ask', question);
  await answered(stage, answerTo(question), PATIENCE_MS);
  await settled(stage, [told, asked], PATIENCE_MS);

  const [seen, avatar] = [await visitorReport(stage), await stage.avatar()];
  const arrivals = [...avatar.parts, ...avatar.commands].map(({ at }) => at);
  const inTheDark = arrivals.filter((at) => at > cutAt + SETTLE_MS && at < mendedAt);
  const firstAt = Math.min(...arrivals.filter((at) => at >= mendedAt));
  const phases = {
    before: seen.said.filter(({ at }) => at < cutAt),
    during: seen.said.filter(({ at }) => at >= cutAt && at < mendedAt),
    after: seen.said.filter(({ at }) => at >= mendedAt),
  };
  return {
    figures: {
      'time to live': milliseconds(stage.liveMs),
      states: statesSince(seen, cutAt),
      'first packet at the avatar, after the end': milliseconds(firstAt - mendedAt),
      'live, after the end': milliseconds(liveMs),
      'picture, after the end': milliseconds(pictureMs),
      'sound, after the end': milliseconds(soundMs),
      'commands in it': seen.commanded
        .filter(({ at }) => at >= cutAt && at < mendedAt)
        .map(
          ({ kind, code, at, settledAt = Number.NaN }) =>
            `${kind}: ${code ?? 'acknowledged'} after ${milliseconds(settledAt - at)}`,
        )
        .join(', '),
      'said before': outcomesOf(phases.before, seen, avatar),
      'said in it': outcomesOf(phases.during, seen, avatar),
      'said after': outcomesOf(phases.after, seen, avatar),
    },
    problems: [
      ...judge(seen, avatar, limits),
      ...(inTheDark.length > 0 ? [`${inTheDark.length} packets came while nothing should pass`] : []),
      ...(stillDark.frames > dark.frames + 5 ? ['the picture moved while nothing should pass'] : []),
      ...(Number.isNaN(pictureMs) ? [`no picture within ${RECOVERY_MS} ms`] : []),
      ...(Number.isNaN(soundMs) ? [`no sound within ${RECOVERY_MS} ms`] : []),
      ...(Number.isNaN(liveMs) ? [`not live within ${RECOVERY_MS} ms`] : []),
      ...(seen.ended ? [`the session ended: ${seen.ended.reason}`] : []),
      ...phases.during.flatMap((said) => expectSent(said, 'in it')),
      ...phases.after.flatMap((said) => expectSent(said, 'after it')),
    ],
  };

  async function elapsed(done: () => Promise<boolean>): Promise<number> {
    try {
      await until('recovery', done, RECOVERY_MS);
      return Date.now() - mendedAt;
    } catch {
      return Number.NaN;
    }
  }
}

/** Handed over is not arrived: it may take seconds. */
async function isAllThere(stage: Stage): Promise<boolean> {
  const { messages } = await stage.avatar();
  const { said, uncertain } = await visitorReport(stage);
  return said.every(({ text, outcome }) => {
    if (outcome?.is !== 'delivered' || outcome.delivery.status !== 'sent') return true;
    const { uncertain: inDoubt, messageId } = outcome.delivery;
    return inDoubt || uncertain.includes(messageId) || messages.some((message) => message.text === text);
  });
}

async function questionsHeard(stage: Stage): Promise<readonly string[]> {
  const { messages } = await stage.avatar();
  const { said } = await visitorReport(stage);
  return said
    .filter(({ kind, text }) => kind === 'ask' && messages.some((message) => message.text === text))
    .map(({ text }) => text);
}

/** What is said while nothing passes waits its turn and goes out after it; so does what is said later. */
function expectSent({ kind, text, outcome }: Said, when: string): string[] {
  if (outcome?.is === 'delivered' && outcome.delivery.status === 'sent') return [];
  const what = outcome?.is === 'failed' ? outcome.code : outcome?.delivery.status;
  return [`${kind} ${JSON.stringify(text.slice(0, 12))}, said ${when}, was not sent: ${what}`];
}

/** What the visitor was told, and of how many the avatar has the whole. */
function outcomesOf(
  said: readonly Said[],
  { uncertain, transcript }: VisitorReport,
  { messages }: AvatarReport,
): string {
  const counts = new Map<string, { told: number; whole: number }>();
  for (const { outcome, text } of said) {
    const id = transcript.find((line) => line.author === 'application' && line.text === text)?.id ?? '';
    const name =
      outcome?.is === 'delivered'
        ? `${outcome.delivery.status}${outcome.delivery.uncertain || uncertain.includes(id) ? ' but uncertain' : ''}`
        : (outcome?.code ?? 'untold');
    const { told, whole } = counts.get(name) ?? { told: 0, whole: 0 };
    const isWhole = messages.some((message) => message.text === text);
    counts.set(name, { told: told + 1, whole: whole + (isWhole ? 1 : 0) });
  }
  return (
    [...counts].map(([name, { told, whole }]) => `${told} ${name} (${whole} arrived whole)`).join('; ') ||
    'nothing'
  );
}

function statesSince({ states }: VisitorReport, cutAt: number): string {
  const later = states.filter(({ at }) => at >= cutAt);
  if (later.length === 0) return 'live throughout';
  return later.map(({ state, at }) => `${state} at ${((at - cutAt) / 1_000).toFixed(1)} s`).join(', ');
}
