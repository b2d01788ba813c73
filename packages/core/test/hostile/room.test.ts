/** People and tracks that come and go as they should not. */

import { expect, test } from 'vitest';
import { ratePolicies } from '../../src/delivery/rate-policies';
import { LOG_WINDOW_MS, MAX_LINES } from '../../src/logger';
import { MAX_PARTICIPANT_ID_LENGTH, MAX_TRACKS } from '../../src/session/avatar-tracker';
import type { RemoteTrack } from '../../src/transport';
import { cpuMs } from '../support/cpu-time';
import { type StageOptions, stage } from '../support/stage';
import { chat, heapBytes, json, sends, times } from './support/enemy';

const MB = 1_024 * 1_024;

const track = (id: string, from = 'avatar', kind: 'audio' | 'video' = 'video'): RemoteTrack => ({
  track: { id } as MediaStreamTrack,
  kind,
  source: 'camera',
  from,
  // The session has no element to show it in.
  playedBySdk: true,
});

/** A log that counts its lines. */
function counted() {
  const lines: string[] = [];
  const write = (message: string) => void lines.push(message);
  return { lines, logger: { error: write, warn: write, info: write, debug: write } };
}

/** A session whose details name nobody. */
async function joined(options: StageOptions = {}) {
  const set = stage({ details: { avatarId: undefined } as never, ...options });
  const connecting = set.session.connect();
  connecting.catch(() => {});
  await set.clock.advance(0);
  return { ...set, connecting };
}

test('a thousand strangers who join, publish and leave are nobody to us', async () => {
  const set = stage();
  await set.live();
  const before = set.session.getSnapshot();
  const heap = heapBytes();
  const transport = set.transport();
  for (const at of times(1_000, (index) => index)) {
    transport.emit('participant-joined', { id: `stranger ${at}` });
    transport.emit('track-added', track(`t${at}`, `stranger ${at}`));
    if (at % 2 === 0) transport.emit('participant-left', { id: `stranger ${at}` });
  }
  expect(set.session.getSnapshot()).toBe(before);
  expect(heapBytes() - heap).toBeLessThan(MB);
});

test('what is said in the wrong order is borne: left before joined, removed before added, joined twice', async () => {
  const set = stage();
  await set.live();
  const transport = set.transport();
  transport.emit('participant-left', { id: 'nobody' });
  transport.emit('track-removed', track('never'));
  transport.emit('participant-joined', { id: 'avatar' });
  transport.emit('reconnected', { lossy: true });
  expect(set.session.getSnapshot()).toMatchObject({ state: 'live', avatar: { present: true, video: false } });
  transport.emit('participant-left', { id: 'avatar' });
  transport.emit('participant-left', { id: 'avatar' });
  expect(set.session.getSnapshot().state).toBe('waiting');
  // A track proves presence, and so does a frame.
  transport.emit('track-added', track('late'));
  expect(set.session.getSnapshot()).toMatchObject({ state: 'live', avatar: { present: true, video: true } });
});

test('of the tracks of one participant 16 are taken, and others once some are withdrawn', async () => {
  const { lines, logger } = counted();
  const set = stage({ logger });
  await set.live();
  const transport = set.transport();
  const all = [...times(10_000, (at) => track(`t${at}`))];
  const ms = cpuMs(() => {
    for (const one of all) transport.emit('track-added', one);
  });
  expect(ms).toBeLessThan(500);
  const problem = 'a participant has too many tracks';
  expect(lines.filter((line) => line.startsWith(problem))).toHaveLength(MAX_LINES);
  for (const one of all.slice(0, MAX_TRACKS)) transport.emit('track-removed', one);
  expect(set.session.getSnapshot().avatar.video).toBe(false);
  transport.emit('track-added', track('again'));
  expect(set.session.getSnapshot().avatar.video).toBe(true);
});

test('tracks published and withdrawn 10,000 times leave nothing behind', async () => {
  const set = stage();
  await set.live();
  const transport = set.transport();
  const cycle = (count: number) => {
    for (const one of times(count, (at) => track(`t${at}`))) {
      transport.emit('track-added', one);
      transport.emit('track-removed', one);
    }
  };
  cycle(1_000);
  const before = heapBytes();
  expect(cpuMs(() => cycle(10_000))).toBeLessThan(3_000);
  expect(heapBytes() - before).toBeLessThan(MB);
  expect(set.session.getSnapshot().avatar).toMatchObject({ present: true, video: false });
});

test('nobody with an id of a megabyte becomes the avatar, and its packets are reported as ignored', async () => {
  const set = await joined();
  let ignored = 0;
  set.session.on('ignored-packet', () => ignored++);
  const before = heapBytes();
  for (const at of times(300, (index) => index))
    sends(set, [chat(`m${at}`, 0, true, 'Hi')], `${at}${'x'.repeat(MB)}`);
  set.transport().emit('track-added', track('t', 'x'.repeat(MAX_PARTICIPANT_ID_LENGTH + 1)));
  expect(set.session.getSnapshot()).toMatchObject({
    state: 'waiting',
    avatar: { present: false },
    messages: [],
  });
  expect(ignored).toBe(300);
  expect(heapBytes() - before).toBeLessThan(3 * MB);
  sends(set, [chat('m', 0, true, 'Hi')], 'x'.repeat(MAX_PARTICIPANT_ID_LENGTH));
  await set.connecting;
});

test('once somebody is the avatar nobody else is, whatever it sends or shows', async () => {
  const set = await joined();
  sends(set, [chat('m', 0, true, 'It is me')], 'first');
  await set.connecting;
  let ignored = 0;
  set.session.on('ignored-packet', () => ignored++);
  const before = set.session.getSnapshot();
  sends(
    set,
    [chat('m', 1, true, 'No, me'), json({ v: 2, type: 'event', pld: { event: 'audio_start' } })],
    'second',
  );
  set.transport().emit('track-added', track('t', 'second'));
  expect(set.session.getSnapshot()).toBe(before);
  expect(ignored).toBe(2);
});

test('an avatar that leaves and comes back a thousand times leaves no queue of parameters before what is said', async () => {
  const set = stage({ policy: ratePolicies.agora });
  await set.live();
  const given = set.session.setParams({ language: 'en' });
  await set.clock.advance(0);
  set.acknowledges('set-params');
  await given;
  set.acknowledgeAll();
  for (let turn = 0; turn < 1_000; turn += 1) {
    set.transport().emit('participant-left', { id: 'avatar' });
    set.transport().emit('participant-joined', { id: 'avatar' });
  }
  let said = false;
  void set.session.ask('Are you there?').then(() => {
    said = true;
  });
  await set.clock.advance(4_000);
  expect(said).toBe(true);
  // Without a bound each return is one more frame: they took 36 s, and the question waited for all of them.
  expect(set.frames('command').length).toBeLessThan(100);
  expect(set.session.getSnapshot().params).toMatchObject({ language: 'en' });
});

test('a log is written to a hundred times a minute, not a hundred thousand times', async () => {
  const { lines, logger } = counted();
  const set = stage({ logger });
  await set.live();
  lines.length = 0;
  const flood = () => {
    for (const one of times(100_000, (at) => track(`t${at}`))) set.transport().emit('track-added', one);
  };
  flood();
  expect(lines).toHaveLength(MAX_LINES);
  expect(lines.at(-1)).toBe('a participant has too many tracks (more are left out)');
  await set.clock.advance(LOG_WINDOW_MS);
  flood();
  expect(lines).toHaveLength(2 * MAX_LINES);
});
