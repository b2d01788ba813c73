import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { type ConformanceReport, type TransportHarness, transportCases } from '../src/index';
import { describeTransport } from '../src/vitest';
import { type LoopbackRoom, loopback, loopbackHarness } from './loopback';

let reported: ConformanceReport | undefined;
const reportFile = fileURLToPath(new URL('./loopback.conformance.json', import.meta.url));

describeTransport('a loop-back', loopbackHarness(), {
  report(report) {
    reported = report;
  },
});

describeTransport('a loop-back, written to a file', loopbackHarness(), {
  report: './loopback.conformance.json',
});

describe('the report', () => {
  afterAll(() => rm(reportFile, { force: true }));

  test('holds every case, with what passed and what the harness could not do', () => {
    const names = transportCases(loopbackHarness()).map(({ name }) => name);
    expect(reported?.cases.map(({ name }) => name)).toEqual(names);
    expect(reported).toMatchObject({ provider: 'memory', on: 'nothing but time' });
    const results = new Map(reported?.cases.map((entry) => [entry.name, entry]));
    expect(results.get('a packet of exactly maxPacketBytes passes whole')).toEqual({
      name: 'a packet of exactly maxPacketBytes passes whole',
      about: 'sending',
      result: 'passed',
    });
    expect(results.get('a network that never answers ends in connect-timeout, by itself')).toMatchObject({
      result: 'unsupported',
      reason: 'the harness lacks hangJoin',
    });
    expect(results.get('statistics, where there are any, are measured figures')).toMatchObject({
      result: 'unsupported',
      reason: 'it has no statistics',
    });
    expect(
      results.get('a published microphone arrives with its kind and source, and goes with unpublish'),
    ).toEqual({
      name: 'a published microphone arrives with its kind and source, and goes with unpublish',
      about: 'publishing',
      result: 'unsupported',
      reason: 'the harness lacks published, localTrack',
    });
    expect([...results.values()].filter(({ result }) => result === 'failed')).toEqual([]);
  });

  test('is written beside the test file', async () => {
    expect(JSON.parse(await readFile(reportFile, 'utf8'))).toEqual(reported);
  });
});

describe('a case', () => {
  const find = (name: string, harness = loopbackHarness()) => {
    const found = transportCases(harness).find((candidate) => candidate.name === name);
    if (!found) throw new Error(`There is no case named ${name}.`);
    return found;
  };
  const largest = 'a packet of exactly maxPacketBytes passes whole';

  test('says what it lacks', () => {
    expect(find('send resolves only once the channel is at its low mark').missing).toEqual([
      'clog',
      'lowMarkBytes',
    ]);
    expect(find(largest).missing).toEqual([]);
  });

  test('that fails closes its transports and its room, and reports the failure, not what came of it', async () => {
    const closed: string[] = [];
    const harness = loopbackHarness((room) => ({
      ...loopback(room),
      send: () => Promise.reject(new Error('the real cause')),
      close() {
        closed.push('transport');
        return Promise.reject(new Error('a consequence'));
      },
    }));
    const run = find(largest, {
      ...harness,
      close() {
        closed.push('room');
        throw new Error('another consequence');
      },
    }).run();
    await expect(run).rejects.toThrow(
      'send() of the largest packet must resolve and rejected: Error: the real cause',
    );
    expect(closed).toEqual(['transport', 'room']);
  });

  test('that passes fails all the same if clearing up does', async () => {
    const harness = { ...loopbackHarness(), close: () => Promise.reject(new Error('the room stays')) };
    await expect(find(largest, harness).run()).rejects.toThrow('the room stays');
  });

  test('gives up waiting, and says for what', async () => {
    const harness = loopbackHarness((room) => ({ ...loopback(room), send: () => new Promise(() => {}) }));
    await expect(find(largest, { ...harness, patienceMs: 60 }).run()).rejects.toThrow(
      'send() of the largest packet must settle: not within 60 ms.',
    );
  });

  test('gets a room of its own', async () => {
    const rooms = new Set<LoopbackRoom>();
    const base = loopbackHarness();
    const harness = {
      ...base,
      async open() {
        const room = await base.open();
        rooms.add(room);
        return room;
      },
    };
    for (let round = 0; round < 3; round++) await find(largest, harness).run();
    expect([...rooms].map(({ received, opened }) => [received.length, opened.length])).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  test('says what it is about, also one of the adapter that says nothing', () => {
    const run = async () => {};
    const cases = transportCases({
      ...loopbackHarness(),
      extraCases: [
        { name: 'one', run },
        { name: 'other', about: 'media', run },
      ],
    });
    expect(cases.slice(-2).map(({ about }) => about)).toEqual(['hygiene', 'media']);
    expect([...new Set(cases.map(({ about }) => about))].sort()).toEqual([
      'connecting',
      'ending',
      'hygiene',
      'media',
      'publishing',
      'receiving',
      'reconnecting',
      'sending',
    ]);
  });

  test('on publishing is unsupported where the transport has no publishing', async () => {
    const harness = { ...loopbackHarness(), localTrack: () => new EventTarget() as MediaStreamTrack };
    await expect(
      find('what cannot be published is refused as invalid-argument', harness).run(),
    ).resolves.toEqual({
      unsupported: 'it publishes nothing',
    });
  });

  test('of the adapter runs on the same stage, with its room', async () => {
    const harness: TransportHarness<'memory', LoopbackRoom> = {
      ...loopbackHarness(),
      extraCases: [
        {
          name: 'two sends are two packets',
          needs: ['received'],
          async run(stage, room) {
            const watched = await stage.connect();
            await watched.send(Uint8Array.of(1));
            await watched.send(Uint8Array.of(2));
            expect(room.received).toHaveLength(2);
          },
        },
      ],
    };
    await find('two sends are two packets', harness).run();
  });
});
