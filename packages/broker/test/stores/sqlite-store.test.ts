import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sqliteStore } from '../../src/sqlite';
import { SCHEMA_VERSION } from '../../src/sqlite/schema';
import { STATEMENTS } from '../../src/sqlite/statements';
import type { BrokerStore } from '../../src/store';
import { SESSION_FIELDS } from '../../src/store-fields';
import { answersAsMemory } from './answers-as-memory';
import { startChild } from './child-process';
import { HOUR, intentOf, NOON, wide } from './records';
import { type Database, storeCases } from './store-cases';
import { temporaryFolder } from './temporary-folder';

async function openFile(): Promise<Database> {
  const folder = temporaryFolder();
  const stores: BrokerStore[] = [];
  return {
    store() {
      const store = sqliteStore({ file: join(folder.path, 'broker.sqlite') });
      stores.push(store);
      return store;
    },
    async end() {
      for (const store of stores) await store.close();
      folder.remove();
    },
  };
}

storeCases('a real SQLite file', openFile);
test('a real SQLite file answers as the memory store does, whatever is called', { timeout: 120_000 }, () =>
  fc.assert(answersAsMemory(openFile), { numRuns: 100 }),
);

let folder: ReturnType<typeof temporaryFolder>;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder.path, 'data', 'broker.sqlite');
});
afterEach(() => folder.remove());

describe('a real SQLite file', () => {
  test('is made with its folder, for its owner alone', async () => {
    const store = sqliteStore({ file });
    await store.begin(intentOf(), wide);

    const modeOf = (path: string) => statSync(path).mode & 0o777;
    expect(modeOf(join(folder.path, 'data'))).toBe(0o700);
    for (const name of ['', '-wal', '-shm']) expect(modeOf(`${file}${name}`)).toBe(0o600);
    await store.close();
  });

  test('still holds everything when it is opened again', async () => {
    const before = sqliteStore({ file });
    const intent = intentOf();
    await before.begin(intent, wide);
    await before.count('a', { amount: 2, windowMs: 1000, now: NOON });
    await before.close();

    const after = sqliteStore({ file });
    expect(await after.find(intent.id)).toEqual({ ...intent, state: 'opening', attempts: 0 });
    expect(await after.count('a', { amount: 1, windowMs: 1000, now: NOON })).toMatchObject({ used: 3 });
    expect(await after.begin(intentOf(), { ...wide, msPerDay: HOUR })).toMatchObject({ bound: 'msPerDay' });
    await after.close();
  });

  test("':memory:' keeps nothing", async () => {
    const one = sqliteStore({ file: ':memory:' });
    const other = sqliteStore({ file: ':memory:' });
    const { id } = intentOf();
    await one.begin(intentOf({ id }), wide);

    expect(await one.find(id)).toBeDefined();
    expect(await other.find(id)).toBeUndefined();
    await one.close();
    await other.close();
  });

  test('of a newer version is refused, and not touched', async () => {
    await sqliteStore({ file }).close();
    const newer = new DatabaseSync(file);
    newer.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    newer.close();
    const before = readFileSync(file);

    expect(() => sqliteStore({ file })).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: expect.stringMatching(
          /^file: .*broker\.sqlite .*newer version \(schema 2; this one knows 1\)/,
        ),
      }),
    );
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('of another program is refused, and nothing is added to it', () => {
    mkdirSync(join(folder.path, 'data'));
    const foreign = new DatabaseSync(file);
    foreign.exec('CREATE TABLE theirs (id)');

    expect(() => sqliteStore({ file })).toThrow(/^file: .*another program/);
    expect(foreign.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'theirs' }]);
    expect(foreign.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'delete' });
    foreign.close();
  });

  test.each([
    ['that is none', (path: string) => writeFileSync(path, 'x'.repeat(5000)), /not a database/],
    ['that is a folder', (path: string) => mkdirSync(path), /EISDIR/],
    ['in a place that is no folder', (path: string) => writeFileSync(join(path, '..'), ''), /ENOTDIR|EEXIST/],
  ] as const)('%s is refused with an error that names the option', (what, make, reason) => {
    if (!what.startsWith('in a place')) mkdirSync(join(folder.path, 'data'));
    make(what.startsWith('in a place') ? join(folder.path, 'data', 'x') : file);

    expect(() => sqliteStore({ file })).toThrow(
      expect.objectContaining({
        name: 'AvatarError',
        code: 'invalid-argument',
        message: expect.stringMatching(/^file: /),
        cause: expect.objectContaining({ message: expect.stringMatching(reason) }),
      }),
    );
  });

  test('that is damaged is refused with an error that names the option', async () => {
    const store = sqliteStore({ file });
    for (let count = 0; count < 200; count += 1) await store.begin(intentOf(), wide);
    await store.close();
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 4096 * 3, 4096 * 9);
    writeFileSync(file, bytes);

    expect(() => sqliteStore({ file })).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: expect.stringMatching(/^file: .*(?:corrupt|malformed)/),
      }),
    );
  });

  test.skipIf(process.getuid?.() === 0)(
    'that cannot be written (skipped for root, who can) is refused',
    async () => {
      await sqliteStore({ file }).close();
      chmodSync(file, 0o400);

      expect(() => sqliteStore({ file })).toThrow(/^file: /);
    },
  );

  test.each([
    [{ file: '' }, /^file:/],
    [{ file: 'a\0b' }, /^file:/],
    [{ file: 'file:x?mode=memory' }, /^file:/],
    [{ file: ':memory:', busyTimeoutMs: -1 }, /^busyTimeoutMs:/],
    [{ file: ':memory:', busyTimeoutMs: 60_001 }, /^busyTimeoutMs:/],
    [{ file: ':memory:', busyTimeoutMs: Number.NaN }, /^busyTimeoutMs:/],
  ])('%j is refused by name', (options, message) => {
    expect(() => sqliteStore(options)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringMatching(message) }),
    );
  });

  test('a call waits no longer than told while another holds the file, and works afterwards', async () => {
    const store = sqliteStore({ file, busyTimeoutMs: 50 });
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const intent = intentOf();

    await expect(store.begin(intent, wide)).rejects.toMatchObject({
      code: 'network',
      message: expect.stringMatching(/locked/),
    });
    await expect(store.ready()).rejects.toMatchObject({ code: 'network' });
    expect(await store.find(intent.id)).toBeUndefined();

    other.exec('ROLLBACK');
    expect(await store.begin(intent, wide)).toEqual({ outcome: 'begun' });
    other.close();
    await store.close();
  });

  test('what fails in the middle leaves nothing behind', async () => {
    const store = sqliteStore({ file });
    const other = new DatabaseSync(file);
    other.exec("CREATE TRIGGER no BEFORE INSERT ON sessions BEGIN SELECT RAISE(ABORT, 'no room'); END");

    await expect(store.begin(intentOf(), wide)).rejects.toMatchObject({
      code: 'network',
      message: expect.stringMatching(/no room/),
    });
    other.exec('DROP TRIGGER no');
    expect(await store.begin(intentOf(), { ...wide, msPerDay: HOUR })).toEqual({ outcome: 'begun' });
    other.close();
    await store.close();
  });

  test('counters are forgotten a minute after their window', async () => {
    const store = sqliteStore({ file });
    for (let now = 0; now < 500_000; now += 1000) {
      await store.count(`of-${now}`, { amount: 1, windowMs: 10, now });
    }

    const look = new DatabaseSync(file);
    expect(look.prepare('SELECT count(*) AS n FROM counters').get()).toEqual({ n: 61 });
    look.close();
    await store.close();
  });
});

describe('with 20,000 records in a real SQLite file', () => {
  test('every statement finds its rows by an index, and sorts nothing', async () => {
    const store = sqliteStore({ file });
    const database = new DatabaseSync(file);
    database.exec(`
      WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 19999)
      INSERT INTO sessions (${SESSION_FIELDS.join(', ')})
      SELECT 'id-' || i, 'caller-' || (i % 500), 'key-' || i, 'f', 'd', 'akool', 'livekit',
        iif(i % 10 = 0, 'open', 'closed'), 'theirs-' || i, ${NOON} + i, ${NOON}, ${NOON}, NULL, ${NOON} + i,
        0, NULL, NULL, 1, NULL
      FROM n
    `);
    const planOf = (sql: string) => {
      const nothing = Array.from({ length: sql.split('?').length - 1 }, () => null);
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...nothing) as { detail: string }[];
      return plan.map(({ detail }) => detail);
    };
    for (const [name, sql] of Object.entries(STATEMENTS)) {
      // Metrics count every record, but read one narrow index only; VALUES (…) is a scan of one row.
      const allowed = name === 'tally' ? /COVERING INDEX sessionsByState/ : /CONSTANT ROW/;
      const steps = planOf(sql).filter((step) => /SCAN|TEMP B-TREE/.test(step) && !allowed.test(step));
      expect([name, steps]).toEqual([name, []]);
    }
    expect(planOf(STATEMENTS.due)).toEqual([expect.stringContaining('INDEX sessionsDue (dueAt<?)')]);
    expect(planOf(STATEMENTS.liveOfCaller)).toEqual([
      expect.stringContaining('COVERING INDEX sessionsOfCaller (caller=? AND state=?)'),
    ]);
    expect(planOf(STATEMENTS.liveInAll)).toEqual([
      expect.stringContaining('COVERING INDEX sessionsByState (state=?)'),
    ]);
    expect(planOf(STATEMENTS.ofService)).toEqual([
      expect.stringContaining('sessionsOfService (service=? AND serviceSessionId=?)'),
    ]);

    expect(await store.tally()).toMatchObject({ open: 2000, closed: 18_000 });
    expect(await store.takeDue({ now: NOON + 2, leaseUntil: NOON + HOUR, limit: 10 })).toHaveLength(3);
    database.close();
    await store.close();
  });
});

describe('several real processes on one real SQLite file', () => {
  test('two that write are killed: nothing that was acknowledged is lost', async () => {
    const names = ['one', 'two'];
    const children = names.map((name) =>
      startChild('sqlite-writer-main.ts', join(folder.path, `${name}.notes`), file, name),
    );
    await expect
      .poll(() => children.map((child) => child.notes().length > 1000), { timeout: 25_000 })
      .toEqual([true, true]);
    await Promise.all(children.map((child) => child.kill()));

    const order = ['opening', 'open', 'closed'];
    const acknowledged = new Map<string, string>();
    for (const line of children.flatMap((child) => child.notes())) {
      const [state = '', id = ''] = line.split(' ');
      if (state !== 'ready') acknowledged.set(id, state);
    }
    expect(acknowledged.size).toBeGreaterThan(500);

    const store = sqliteStore({ file });
    for (const [id, state] of acknowledged) {
      const record = await store.find(id);
      // It may have come one step further than it could note.
      expect(order.indexOf(record?.state ?? '')).toBeGreaterThanOrEqual(order.indexOf(state));
      if (state !== 'opening') expect(record?.serviceSessionId).toBe(`theirs-${id}`);
    }
    const tally = await store.tally();
    const written = tally.opening + tally.open + tally.closed;
    expect(written - acknowledged.size).toBeGreaterThanOrEqual(0);
    expect(written - acknowledged.size).toBeLessThanOrEqual(2);
    await store.close();
  });

  test('four that open and close new files at the same moment never find one locked', async () => {
    const children = ['a', 'b', 'c', 'd'].map((name) =>
      startChild(
        'sqlite-opener-main.ts',
        join(folder.path, `${name}.notes`),
        join(folder.path, 'new'),
        '100',
      ),
    );
    try {
      await expect
        .poll(() => children.map((child) => child.notes()), { timeout: 25_000 })
        .toEqual([['ready'], ['ready'], ['ready'], ['ready']]);
      writeFileSync(join(folder.path, 'new.go'), '');

      for (const child of children) {
        expect(await child.ended.then(() => child.output())).toBe('');
        expect(child.notes()).toEqual(['ready', 'done']);
      }
    } finally {
      await Promise.all(children.map((child) => child.kill()));
    }
  });
});
