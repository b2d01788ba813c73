import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type StartedCli, startCli } from '../cli/process';
import type { Page } from './support/pages';
import { hasRedis, redisFor } from './support/redis';
import { crashStage, eventually, lengthsIn, lengthsOf, openAll, report, terminated } from './support/stage';

/** Three calls to the store, each of at most 3 s, and the machine's own slowness. */
const BOUND_MS = 12_000;

async function within<T>(work: Promise<T>): Promise<T> {
  const begun = performance.now();
  const outcome = await work;
  const ms = Math.round(performance.now() - begun);
  report(`answered after ${ms} ms`);
  expect(ms).toBeLessThan(BOUND_MS);
  return outcome;
}

const isReady = async ({ origin }: StartedCli) => (await fetch(`${origin}/readyz`)).status;

/** To a look at its readiness, a create, a beat and a close. */
async function answersWithoutStore(
  cli: StartedCli,
  newcomer: Page,
  [one, two]: readonly Page[],
): Promise<readonly (number | undefined)[]> {
  return Promise.all([
    within(isReady(cli)),
    within(newcomer.open()),
    within(Promise.resolve(one?.sign())).then((answer) => answer?.status),
    within(Promise.resolve(two?.close())),
  ]);
}

test.skipIf(!hasRedis)(
  'a real Redis hangs and goes on: requests fail in time, what the service opens meanwhile is closed, and then everything works again (command, mock AKOOL over HTTP)',
  { timeout: 90_000 },
  async () => {
    const stage = await crashStage(['akool']);
    const { mock, page, standing } = stage;
    const { redis, environment, live } = await redisFor(stage);
    const cli = await startCli({ ...environment, AVATARWIRE_SILENCE_MS: '15000' });
    const pages = Array.from({ length: 5 }, () => page(cli.url, 'akool'));
    await openAll(pages);
    const held = mock.akool.fail('slow', { on: 'session.create' });
    const caught = page(cli.url, 'akool');
    const caughtAnswer = caught.open();
    await eventually(() => expect(held.waiting).toBe(1));

    redis.pause();
    held.release();
    const answers = answersWithoutStore(cli, page(cli.url, 'akool'), pages);
    expect(await within(caughtAnswer)).toBe(500);
    expect(await answers).toEqual([503, 503, 500, 500]);
    await eventually(() => expect(standing()).toEqual(lengthsOf(pages)));

    redis.resume();
    await eventually(async () => expect(await isReady(cli)).toBe(200));
    const [closed, ...others] = pages;
    for (const each of others) expect((await each.sign()).status).toBe(204);
    for (const each of others) each.beat();
    expect(await closed?.close()).toBe(204);
    const fresh = page(cli.url, 'akool');
    await openAll([fresh]);
    expect(await fresh.close()).toBe(204);
    // What was written too late for that create is over as soon as its page asks again.
    expect(await caught.open()).toBe(409);
    await eventually(async () => expect(lengthsIn(await live())).toEqual(lengthsOf(others)));
    expect(standing()).toEqual(lengthsOf(others));
    expect(others.flatMap(({ refusals }) => refusals)).toEqual([]);
    for (const each of others) expect(await each.close()).toBe(204);
    expect(stage.mostAtOnce).toBe(1);
    await terminated(cli);
    expect(standing()).toEqual([]);
  },
);

test.skipIf(!hasRedis)(
  'a real Redis with an append-only file is killed and started again: its brokers lose nothing (command, mock AKOOL over HTTP)',
  { timeout: 60_000 },
  async () => {
    const stage = await crashStage(['akool']);
    const { page, standing } = stage;
    const folder = await mkdtemp(join(tmpdir(), 'avatarwire-redis-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const { redis, environment, live } = await redisFor(stage, ['--appendonly', 'yes', '--dir', folder]);
    const cli = await startCli({
      ...environment,
      AVATARWIRE_SILENCE_MS: '30000',
      AVATARWIRE_SESSIONS_PER_CALLER: '5',
    });
    const pages = Array.from({ length: 5 }, () => page(cli.url, 'akool'));
    await openAll(pages);

    await redis.kill();
    expect(await answersWithoutStore(cli, page(cli.url, 'akool'), pages)).toEqual([503, 503, 500, 500]);

    await redis.restart();
    await eventually(async () => expect(await isReady(cli)).toBe(200));
    expect(await page(cli.url, 'akool').open()).toBe(429);
    for (const each of pages) expect((await each.sign()).status).toBe(204);
    for (const each of pages) expect(await each.close()).toBe(204);
    expect(await live()).toEqual([]);
    await terminated(cli);
    expect(standing()).toEqual([]);
  },
);

test.skipIf(!hasRedis)(
  'a real Redis that keeps nothing is killed and started again: its sessions are unknown, a create under way is closed, new ones open, and SIGTERM ends the process even while it hangs (command, mock AKOOL over HTTP)',
  { timeout: 60_000 },
  async () => {
    const stage = await crashStage(['akool']);
    const { mock, page, standing } = stage;
    const { redis, environment, live } = await redisFor(stage);
    const cli = await startCli({ ...environment, AVATARWIRE_SILENCE_MS: '30000' });
    const forgotten = page(cli.url, 'akool');
    await openAll([forgotten]);
    const held = mock.akool.fail('slow', { on: 'session.create' });
    const caught = page(cli.url, 'akool').open();
    await eventually(() => expect(held.waiting).toBe(1));

    await redis.restart();
    await eventually(async () => expect(await isReady(cli)).toBe(200));
    held.release();
    expect(await caught).toBe(504);
    expect((await forgotten.sign()).status).toBe(404);
    expect(await forgotten.close()).toBe(404);
    const fresh = page(cli.url, 'akool');
    await openAll([fresh]);
    expect(lengthsIn(await live())).toEqual(lengthsOf([fresh]));
    // As the README says: the service itself ends it, and nobody before.
    expect(standing()).toEqual(lengthsOf([forgotten, fresh]));
    expect(await fresh.close()).toBe(204);

    // The end does not hang with it.
    redis.pause();
    await within(terminated(cli));
    expect(cli.lines().at(-1)).toMatchObject({ msg: 'Ended. The store could not say what stays open.' });
  },
);
