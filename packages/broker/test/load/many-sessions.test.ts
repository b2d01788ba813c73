import { join } from 'node:path';
import { akoolServer } from '@avatarwire/services/akool/server';
import { startMockServices } from '@avatarwire/simulator/services';
import { expect, onTestFinished, test, vi } from 'vitest';
import { presets } from '../../src';
import { serveBroker } from '../../src/node';
import { sqliteStore } from '../../src/sqlite';
import { close, open } from '../cli/process';
import { temporaryFolder } from '../stores/temporary-folder';
import { UNBOUNDED } from './unbounded';

const SESSIONS = 3_000;
const AT_ONCE = 50;
const NOTHING = { opening: 0, open: 0, closing: 0, unresolved: 0, closed: 0, failed: 0 };

/** Of this process, without the timers: the runner has its own. */
const handles = () =>
  process
    .getActiveResourcesInfo()
    .filter((name) => name !== 'Timeout' && name !== 'Immediate')
    .sort();

test(`${SESSIONS} sessions, ${AT_ONCE} at a time, over HTTP to a real SQLite file and the mock AKOOL: no error, nothing left open, every row and handle gone in the end`, {
  timeout: 180_000,
}, async () => {
  const before = handles();
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  const mock = await startMockServices({ akool: { avatars: ['guide'] } });
  onTestFinished(() => mock.close());
  const store = sqliteStore({ file: join(folder.path, 'broker.sqlite') });
  const {
    url,
    broker,
    close: end,
  } = await serveBroker({
    services: [akoolServer({ apiKey: mock.keys.akool.apiKey, baseUrl: mock.urls.akool })],
    authorize: presets({ guide: { service: 'akool', avatarId: 'guide', durationSeconds: 600 } }),
    store,
    limits: UNBOUNDED,
    timings: { rememberMs: 1 },
    // This test sweeps.
    sweepEveryMs: 86_400_000,
  });
  onTestFinished(async () => void (await end()));
  const api = `${url}/api/avatar`;

  const statuses = new Map<number, number>();
  const answered = async (answer: Promise<Response>) => {
    const response = await answer;
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    return response;
  };
  async function live() {
    const response = await answered(open(api));
    const { sessionId } = (await response.json()) as { readonly sessionId: string };
    await (await answered(close(api, sessionId))).arrayBuffer();
  }
  let begun = 0;
  const lane = async () => {
    while (begun++ < SESSIONS) await live();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));

  expect(Object.fromEntries(statuses)).toEqual({ 201: SESSIONS, 204: SESSIONS });
  expect([mock.akool.opened, mock.akool.closed, mock.akool.open]).toEqual([SESSIONS, SESSIONS, 0]);
  expect(await store.tally()).toEqual({ ...NOTHING, closed: SESSIONS });

  await vi.waitFor(async () => {
    expect(await broker.sweep()).toEqual({ closed: 0, postponed: 0, unresolved: [] });
    expect(await store.tally()).toEqual(NOTHING);
  });

  expect(await end()).toEqual(NOTHING);
  await mock.close();
  await vi.waitFor(() => expect(handles()).toEqual(before), { timeout: 10_000 });
});
