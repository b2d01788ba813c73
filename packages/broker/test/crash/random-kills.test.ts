import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '@avatarwire/simulator';
import { expect, test } from 'vitest';
import { startCli } from '../cli/process';
import type { Page } from './support/pages';
import { crashStage, eventually, killed, lengthsIn, liveInFile, report, terminated } from './support/stage';

const ROUNDS = 12;
const OPENS_A_ROUND = 4;
const LATEST_KILL_MS = 500;

/** Short, so that sweeps and orphans meet the kills as well. */
const TIMES = {
  AVATARWIRE_BEAT_MS: '200',
  AVATARWIRE_SILENCE_MS: '1500',
  AVATARWIRE_OPEN_MS: '1500',
  AVATARWIRE_INTENT_MS: '2000',
  AVATARWIRE_CLOSE_MS: '500',
  AVATARWIRE_SWEEP_EVERY_MS: '50',
};

test('the command killed at 12 random moments of opening, closing and sweeping on one real SQLite file: nothing stands open that is not listed (mock services over HTTP)', {
  timeout: 120_000,
}, async () => {
  const stage = await crashStage();
  const { mock, page, standing } = stage;
  const environment = { ...stage.environment, ...TIMES, AVATARWIRE_EXCLUSIVE_KEYS: 'akool' };
  const random = seededRandom(Number(process.env['FUZZ_SEED'] ?? 20_261_120));
  // So that a kill meets them half done: what was asked for is done at once and answered late, or done late.
  for (const service of [mock.akool, mock.a2e]) {
    const slowly = { ms: 60 };
    const often = Number.POSITIVE_INFINITY;
    const isPaid = ({ name }: { readonly name: string }) => /^session\.(?:create|close)$/.test(name);
    service.fail({ name: 'slow', ...slowly }, { on: (call) => isPaid(call) && random() < 0.5, times: often });
    service.fail({ name: 'unanswered', ...slowly }, { on: isPaid, times: often });
  }

  const opened: Page[] = [];
  let cutOff = 0;
  async function openOne(one: Page, signal: AbortSignal): Promise<void> {
    try {
      if ((await one.open(signal)) === 201) opened.push(one);
    } catch {
      cutOff += 1;
    }
  }

  for (let round = 0; round < ROUNDS; round++) {
    const { url, ...cli } = await startCli(environment);
    const asked = Array.from({ length: OPENS_A_ROUND }, (_, index) => {
      const impatient = AbortSignal.timeout(random() < 0.25 ? 100 : 30_000);
      return openOne(page(url, index % 2 === 0 ? 'akool' : 'a2e'), impatient);
    });
    const closed = opened
      .filter(() => random() < 0.3)
      .map((one) => {
        one.url = url;
        return one.close().catch(() => {});
      });
    await delay(random() * LATEST_KILL_MS);
    await killed(cli);
    await Promise.all([...asked, ...closed]);
  }
  const killedAt = Date.now();

  const last = await startCli(environment);
  await eventually(async () => {
    const live = await liveInFile(stage);
    expect(live.filter(({ service, state }) => service === 'akool' || state !== 'unresolved')).toEqual([]);
  });
  expect(mock.akool.open).toBe(0);
  report(
    `${mock.akool.opened + mock.a2e.opened} sessions, ${cutOff} creates cut off; quiet ${Date.now() - killedAt} ms after the last kill, ${mock.a2e.open} listed`,
  );
  await terminated(last);

  const listed = lengthsIn(await liveInFile(stage));
  for (const length of standing()) expect(listed).toContain(length);
  expect(stage.mostAtOnce).toBe(1);
  // It was no walk in the park.
  expect(mock.akool.opened + mock.a2e.opened).toBeGreaterThan(ROUNDS);
  expect(cutOff).toBeGreaterThan(0);
});
