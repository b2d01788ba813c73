import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { startCli } from '../cli/process';
import type { Page } from './support/pages';
import { hasRedis, redisFor } from './support/redis';
import {
  crashStage,
  eventually,
  figure,
  killed,
  lengthsOf,
  openAll,
  report,
  terminated,
} from './support/stage';

const JWT_SECRET = 'jwt-secret-of-at-least-32-bytes-5f1e';
const LOGIN = {
  AVATARWIRE_JWT_ISSUER: 'https://login.example',
  AVATARWIRE_JWT_AUDIENCE: 'avatar',
  AVATARWIRE_JWT_SECRET: JWT_SECRET,
};

async function loginOf(caller: string): Promise<Readonly<Record<string, string>>> {
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(caller)
    .setIssuer(LOGIN.AVATARWIRE_JWT_ISSUER)
    .setAudience(LOGIN.AVATARWIRE_JWT_AUDIENCE)
    .setExpirationTime('10m')
    .sign(new TextEncoder().encode(JWT_SECRET));
  return { authorization: `Bearer ${token}` };
}

test.skipIf(!hasRedis)(
  'two commands on one real Redis, one killed with creates and closes in flight: the other closes what is due, one at a time, keeps what its pages keep, and counts what both opened (mock AKOOL over HTTP)',
  { timeout: 90_000 },
  async () => {
    const stage = await crashStage(['akool']);
    const { mock, page, standing } = stage;
    const on = await redisFor(stage);
    const environment = {
      ...on.environment,
      ...LOGIN,
      AVATARWIRE_EXCLUSIVE_KEYS: 'akool',
      AVATARWIRE_SILENCE_MS: '5000',
      AVATARWIRE_SESSIONS_PER_CALLER: '3',
    };
    const [one, two] = await Promise.all([startCli(environment), startCli(environment)]);
    const pagesOf = async (caller: string, ...urls: string[]): Promise<Page[]> => {
      const login = await loginOf(caller);
      return urls.map((url) => page(url, 'akool', login));
    };

    // Whichever of them is asked: a caller has three places.
    const ann = await pagesOf('ann', one.url, two.url, one.url);
    await openAll(ann);
    for (const { url } of [one, two]) {
      const [fourth] = await pagesOf('ann', url);
      expect(await fourth?.open()).toBe(429);
    }

    const crowd = (
      await Promise.all(
        Array.from({ length: 20 }, (_, caller) => pagesOf(`caller-${caller}`, one.url, two.url)),
      )
    ).flat();
    await openAll(crowd);
    const pages = [...ann, ...crowd];
    for (const each of pages) each.beat();

    // From now on one of them dies in the middle of everything: some pages close, some open.
    const closing = crowd.filter(({ url }) => url === one.url).slice(0, 4);
    const heldCloses = mock.akool.fail('slow', { on: 'session.close', times: closing.length });
    const cutOffCloses = closing.map((each) => {
      each.fallSilent();
      return each.close().catch(() => 'cut off');
    });
    await eventually(() => expect(heldCloses.waiting).toBe(closing.length));
    const heldCreates = mock.akool.fail('unanswered', { on: 'session.create', times: 6 });
    const lost = (
      await Promise.all(Array.from({ length: 6 }, (_, caller) => pagesOf(`late-${caller}`, one.url)))
    ).flat();
    const cutOffCreates = lost.map((each) => each.open().catch(() => 'cut off'));
    await eventually(() => expect(heldCreates.waiting).toBe(6));

    await killed(one);
    const killedAt = Date.now();
    expect(await Promise.all([...cutOffCloses, ...cutOffCreates])).toEqual(Array(10).fill('cut off'));
    // The service never got round to those closes.
    heldCreates.release();
    expect(standing()).toEqual(lengthsOf([...pages, ...lost]));

    const silent = pages.filter((each, index) => index % 4 === 1 && !closing.includes(each));
    for (const each of silent) each.fallSilent();
    const kept = pages.filter((each) => !silent.includes(each) && !closing.includes(each));
    for (const each of kept) each.url = two.url;

    await eventually(() => expect(standing()).toEqual(lengthsOf(kept)));
    report(`two brokers: all closed ${Date.now() - killedAt} ms after the kill`);
    heldCloses.release();
    expect(kept.flatMap(({ refusals }) => refusals)).toEqual([]);
    expect(stage.mostAtOnce).toBe(1);
    expect(await figure(two, 'sessions{state="open"}')).toBe(kept.length);

    for (const each of kept) expect(await each.close()).toBe(204);
    await eventually(async () => expect(await on.live()).toEqual([]));
    // Their places are free again.
    const again = await pagesOf('ann', two.url, two.url, two.url);
    await openAll(again);
    for (const each of again) expect(await each.close()).toBe(204);
    await terminated(two);
    expect(standing()).toEqual([]);
  },
);

test.skipIf(!hasRedis)(
  'two commands on one real Redis, both sweeping all the time: each silent session is closed by one of them, once (mock AKOOL over HTTP)',
  { timeout: 60_000 },
  async () => {
    const stage = await crashStage(['akool']);
    const { environment, live } = await redisFor(stage);
    const impatient = {
      ...environment,
      AVATARWIRE_BEAT_MS: '200',
      AVATARWIRE_SILENCE_MS: '1000',
      AVATARWIRE_SWEEP_EVERY_MS: '10',
    };
    const both = await Promise.all([startCli(impatient), startCli(impatient)]);
    stage.mock.akool.fail(
      { name: 'unanswered', ms: 50 },
      { on: 'session.close', times: Number.POSITIVE_INFINITY },
    );
    await openAll(both.flatMap(({ url }) => Array.from({ length: 15 }, () => stage.page(url, 'akool'))));
    await eventually(async () => expect(await live()).toEqual([]));
    await Promise.all(both.map(terminated));
    expect(stage.standing()).toEqual([]);
    expect(stage.closes).toHaveLength(30);
    expect(new Set(stage.closes.map(({ serviceSessionId }) => serviceSessionId)).size).toBe(30);
  },
);
