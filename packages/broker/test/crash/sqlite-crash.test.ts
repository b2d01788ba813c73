import { describe, expect, test } from 'vitest';
import { startCli } from '../cli/process';
import {
  complaints,
  crashStage,
  eventually,
  figure,
  killed,
  lengthsIn,
  lengthsOf,
  liveInFile,
  openAll,
  report,
  SILENCE_MS,
  terminated,
} from './support/stage';
import type { PaidService } from './support/watched-services';

/** Clocks of two processes are not quite alike. */
const DRIFT_MS = 100;

interface Case {
  readonly services: readonly PaidService[];
  readonly settings: Readonly<Record<string, string>>;
  readonly orphansAre: 'closed' | 'listed';
}

const CASES: readonly (readonly [string, Case])[] = [
  [
    'AKOOL with a key of its own: what has an id is closed by its rule, and the orphans are found and closed',
    { services: ['akool'], settings: { AVATARWIRE_EXCLUSIVE_KEYS: 'akool' }, orphansAre: 'closed' },
  ],
  [
    'AKOOL with a shared key, and A2E: what has an id is closed by its rule, and the orphans are listed, each by name',
    { services: ['akool', 'a2e'], settings: {}, orphansAre: 'listed' },
  ],
];

describe('the command killed with 50 open sessions and 10 creates in flight, and started again on its real SQLite file (mock services over HTTP)', () => {
  test.each(CASES)('%s', { timeout: 90_000 }, async (_, { services, settings, orphansAre }) => {
    const stage = await crashStage(services);
    const { mock, page, standing } = stage;
    const environment = { ...stage.environment, ...settings };
    const pagesAt = (url: string, count: number) =>
      Array.from({ length: count }, (_, index) => page(url, services[index % services.length] ?? 'akool'));

    const first = await startCli(environment);
    const pages = pagesAt(first.url, 50);
    await openAll(pages);
    for (const each of pages) each.beat();

    const lost = pagesAt(first.url, 10);
    const ofEach = lost.length / services.length;
    const held = services.flatMap((service) => [
      // Made at once, with an answer that never comes.
      mock[service].fail('unanswered', { on: 'session.create', times: Math.ceil(ofEach / 2) }),
      // Made only when nobody is there any more.
      mock[service].fail('slow', { on: 'session.create', times: Math.floor(ofEach / 2) }),
    ]);
    const cutOff = Promise.allSettled(lost.map((one) => one.open()));
    await eventually(() => expect(held.reduce((sum, { waiting }) => sum + waiting, 0)).toBe(10));

    await killed(first);
    const killedAt = Date.now();
    expect((await cutOff).every(({ status }) => status === 'rejected')).toBe(true);
    for (const failure of held) failure.release();
    await eventually(() => expect(standing()).toEqual(lengthsOf([...pages, ...lost])));
    expect(stage.closes).toEqual([]);

    const kept = pages.filter((_, index) => index % 3 === 0);
    const silent = pages.filter((one) => !kept.includes(one));
    for (const one of silent) one.fallSilent();
    const second = await startCli(environment);
    const startedAt = Date.now();
    for (const one of kept) one.url = second.url;

    const orphans = orphansAre === 'closed' ? [] : lost;
    await eventually(() => expect(standing()).toEqual(lengthsOf([...kept, ...orphans])));
    const closedAt = Date.now();

    expect(kept.flatMap(({ refusals }) => refusals)).toEqual([]);
    expect(stage.mostAtOnce).toBe(1);
    const lengthOf = new Map(
      [...mock.akool.sessions, ...mock.a2e.sessions].map(({ id, durationSeconds }) => [id, durationSeconds]),
    );
    const closedLengths = new Set(stage.closes.map((close) => lengthOf.get(close.serviceSessionId)));
    for (const one of silent) expect(closedLengths).toContain(one.durationSeconds);
    for (const close of stage.closes) {
      const owner = silent.find((one) => one.durationSeconds === lengthOf.get(close.serviceSessionId));
      if (owner) expect(close.at).toBeGreaterThanOrEqual(owner.heardAt + SILENCE_MS - DRIFT_MS);
    }

    // Each is reported once, whatever becomes of it.
    await eventually(() => expect(complaints(second)).toHaveLength(10));
    const counts = services.map((service) => figure(second, `unresolved_total{service="${service}"}`));
    expect((await Promise.all(counts)).reduce((sum, count) => sum + count, 0)).toBe(10);
    await eventually(async () =>
      expect(await figure(second, 'sessions{state="unresolved"}')).toBe(orphans.length),
    );
    expect(await figure(second, 'sessions{state="open"}')).toBe(kept.length);

    for (const one of kept) expect(await one.close()).toBe(204);
    const complained = complaints(second);
    await terminated(second);
    expect(standing()).toEqual(lengthsOf(orphans));
    const live = await liveInFile(stage);
    expect(lengthsIn(live)).toEqual(lengthsOf(orphans));
    expect(live.every(({ state, id }) => state === 'unresolved' && complained.includes(id))).toBe(true);
    expect(stage.mostAtOnce).toBe(1);

    // Whoever looks at the log of the next process only sees them, too.
    const third = await startCli(environment);
    await eventually(() => expect(new Set(complaints(third))).toEqual(new Set(live.map(({ id }) => id))));
    await terminated(third);
    report(`ready ${startedAt - killedAt} ms after the kill, all closed ${closedAt - startedAt} ms later`);
  });
});
