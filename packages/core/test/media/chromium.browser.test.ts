// Real Chromium with its own made-up devices; what sends them is core's own publishing over a double of an SDK.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { commands, userEvent } from 'vitest/browser';
import { systemClock } from '../../src/clock';
import type { MediaDriver, MediaProblem, MediaState } from '../../src/local-media';
import { silentLogger } from '../../src/logger';
import { localMedia, VIDEO_QUALITIES } from '../../src/media/index';
import type { PublishedSource } from '../../src/transport';
import { type Connection, codeOf, makeConnection } from './stage';

/** Of the made-up camera, in frames a second. */
const FASTEST = 20;

const MODULE = new URL('../../src/media/index.ts', import.meta.url).href;

type Listened = readonly [target: EventTarget, type: string, listener: unknown];

const media = navigator.mediaDevices;
let tracks: MediaStreamTrack[] = [];
let listening: Listened[] = [];
let contexts: AudioContext[] = [];

beforeEach(() => {
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  vi.spyOn(EventTarget.prototype, 'addEventListener').mockImplementation(function (
    this: EventTarget,
    ...given
  ) {
    const [type, listener] = given;
    if (isOurs(this)) listening.push([this, type, listener]);
    return addEventListener.apply(this, given);
  });
  vi.spyOn(EventTarget.prototype, 'removeEventListener').mockImplementation(function (
    this: EventTarget,
    ...given
  ) {
    const [type, listener] = given;
    listening = listening.filter(([target, its, one]) => target !== this || its !== type || one !== listener);
    return removeEventListener.apply(this, given);
  });
  const { clone } = MediaStreamTrack.prototype;
  vi.spyOn(MediaStreamTrack.prototype, 'clone').mockImplementation(function (this: MediaStreamTrack) {
    const made = clone.call(this);
    tracks.push(made);
    return made;
  });
  for (const name of ['getUserMedia', 'getDisplayMedia'] as const) {
    const original = media[name];
    vi.spyOn(media, name).mockImplementation(async (constraints?: MediaStreamConstraints) => {
      const stream = await original.call(media, constraints);
      tracks.push(...stream.getTracks());
      return stream;
    });
  }
  const Real = AudioContext;
  const construct = (constructed: typeof AudioContext) => {
    const one: AudioContext = Reflect.construct(constructed, []);
    contexts.push(one);
    return one;
  };
  vi.stubGlobal('AudioContext', new Proxy(Real, { construct }));
});

/** What the page under test itself listens to is not counted. */
function isOurs(target: EventTarget): boolean {
  return (
    target === media ||
    target === document ||
    target instanceof MediaStreamTrack ||
    target instanceof PermissionStatus
  );
}

interface Page {
  readonly driver: MediaDriver;
  readonly states: Partial<Record<PublishedSource, MediaState>>;
  readonly failures: MediaProblem[];
  readonly connection: Connection;
}

const pages: Page[] = [];

function page(): Page {
  const connection = makeConnection(systemClock);
  const states: Page['states'] = {};
  const failures: MediaProblem[] = [];
  const driver = localMedia()({
    clock: systemClock,
    logger: silentLogger,
    publishing: () => connection.publishing,
    changed: (source, state) => {
      states[source] = state;
    },
    speakerChanged() {},
    failed: (_source, problem) => failures.push(problem),
    setOutput: undefined,
  });
  const made = { driver, states, failures, connection };
  pages.push(made);
  return made;
}

afterEach(() => {
  for (const { driver } of pages.splice(0)) driver.stop();
  expect(tracks.filter(({ readyState }) => readyState === 'live')).toEqual([]);
  expect(listening.map(([target, type]) => [target.constructor.name, type])).toEqual([]);
  expect(contexts.filter(({ state }) => state !== 'closed')).toEqual([]);
  tracks = [];
  listening = [];
  contexts = [];
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('the microphone', () => {
  test('is opened, sent and listed, and has a level, muted too', async () => {
    const { driver, states, connection } = page();
    const { microphone } = driver;
    await userEvent.click(document.body);
    await microphone.enable();
    expect(connection.sent.get('microphone')?.track).toBe(tracks[0]);
    expect(tracks[0]?.getSettings()).toMatchObject({ echoCancellation: true, noiseSuppression: true });
    expect(tracks[0]?.contentHint).toBe('speech');
    await expect.poll(() => states.microphone?.devices.length).toBeGreaterThan(1);
    const { devices = [], deviceId } = states.microphone ?? {};
    expect(devices.map(({ id }) => id)).toContain(deviceId);
    expect(states.microphone).toMatchObject({ status: 'on', sending: true, permission: 'granted' });

    await microphone.setMuted(true);
    expect(tracks[0]?.enabled).toBe(false);
    const levels: number[] = [];
    const stop = microphone.onLevel((level) => levels.push(level));
    // It beeps once a second.
    await expect.poll(() => Math.max(...levels), { timeout: 5_000 }).toBeGreaterThan(0.3);
    expect(Math.max(...levels)).toBeLessThanOrEqual(1);
    expect(Math.min(...levels)).toBeLessThan(0.3);
    stop();
    expect(tracks.filter(({ readyState }) => readyState === 'live')).toEqual([tracks[0]]);
    await expect.poll(() => contexts.map(({ state }) => state)).toEqual(['closed']);
  });

  test('is at level 0 once it is off, for whoever still listens', async () => {
    const { driver } = page();
    const { microphone } = driver;
    await userEvent.click(document.body);
    const [levels, stopped]: [number[], number[]] = [[], []];
    microphone.onLevel((level) => levels.push(level));
    const stop = microphone.onLevel((level) => stopped.push(level));
    await microphone.enable();
    await expect.poll(() => Math.max(...levels), { timeout: 5_000 }).toBeGreaterThan(0.3);
    const disabled = microphone.disable();
    const heard = stopped.length;
    stop();
    await disabled;
    expect(levels.at(-1)).toBe(0);
    expect(stopped).toHaveLength(heard);
  });

  test('works without a level where the browser takes no sound of it, and nothing of it stays open', async () => {
    const { driver, states } = page();
    const { microphone } = driver;
    microphone.onLevel(() => {});
    vi.spyOn(AudioContext.prototype, 'createMediaStreamSource').mockImplementation(() => {
      throw new DOMException('Another rate.', 'NotSupportedError');
    });
    await microphone.enable();
    expect(states.microphone).toMatchObject({ status: 'on', sending: true });
    await microphone.disable();
    expect(tracks.filter(({ readyState }) => readyState === 'live')).toEqual([]);
  });

  test('is changed for another one while it is sent, muted as it was, and its level goes on', async () => {
    const { driver, states, connection } = page();
    const { microphone } = driver;
    await userEvent.click(document.body);
    await microphone.setMuted(true);
    const levels: number[] = [];
    microphone.onLevel((level) => levels.push(level));
    await microphone.enable();
    await expect.poll(() => states.microphone?.devices.length).toBeGreaterThan(1);
    const other = states.microphone?.devices.find(({ id }) => id !== states.microphone?.deviceId);
    await microphone.choose(other?.id);
    expect(microphone.track?.getSettings().deviceId).toBe(other?.id);
    expect(connection.sent.get('microphone')).toEqual({ track: microphone.track, muted: true });
    expect(microphone.track?.enabled).toBe(false);
    levels.length = 0;
    await expect.poll(() => Math.max(...levels), { timeout: 5_000 }).toBeGreaterThan(0.3);
    expect(contexts).toHaveLength(1);
    // Its own track, and the meter's.
    expect(tracks.filter(({ readyState }) => readyState === 'live')).toHaveLength(2);
    expect(await codeOf(microphone.choose('no such device'))).toBe('device-unavailable');
    expect(states.microphone).toMatchObject({ status: 'on', deviceId: other?.id });
  });

  test('that ends by itself is opened again, muted as it was; the end is simulated: the made-up ones cannot be unplugged', async () => {
    const { driver, states, connection } = page();
    await driver.microphone.enable();
    await driver.microphone.setMuted(true);
    const now = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 5_000);
    tracks[0]?.stop();
    tracks[0]?.dispatchEvent(new Event('ended'));
    now.mockRestore();
    expect(states.microphone).toMatchObject({ status: 'interrupted', sending: false });
    await expect.poll(() => states.microphone).toMatchObject({ status: 'on', sending: true, muted: true });
    expect(connection.sent.get('microphone')).toEqual({ track: tracks[1], muted: true });
    await driver.microphone.disable();
    expect(connection.sent.size).toBe(0);
  });

  test('is watched without a question, and the watch ends with nothing left', async () => {
    const { driver, states } = page();
    const stop = driver.microphone.watch();
    await expect.poll(() => states.microphone?.devices.length).toBeGreaterThan(0);
    expect(states.microphone).toMatchObject({ status: 'off', permission: 'granted' });
    expect(media.getUserMedia).not.toHaveBeenCalled();
    stop();
  });
});

describe('the camera', () => {
  test.each(['low', 'medium', 'high'] as const)(
    'gives the size and rate of %s, changed while it is sent',
    async (quality) => {
      const { driver, connection } = page();
      await driver.camera.setQuality(quality === 'low' ? 'high' : 'low');
      await driver.camera.enable();
      await driver.camera.setQuality(quality);
      const { width, height, framesPerSecond, bitsPerSecond } = VIDEO_QUALITIES[quality];
      expect(tracks).toHaveLength(1);
      await expect
        .poll(() => tracks[0]?.getSettings())
        .toMatchObject({ width, height, frameRate: Math.min(framesPerSecond, FASTEST) });
      expect(connection.limits.get('camera')).toBe(bitsPerSecond);
      expect(tracks[0]?.contentHint).toBe('motion');
    },
  );

  test('is changed for the other one while it is sent', async () => {
    const { driver, states, connection } = page();
    await driver.camera.enable();
    await expect.poll(() => states.camera?.devices.length).toBeGreaterThan(0);
    const first = driver.camera.track;
    await driver.camera.setFacing('environment');
    expect(driver.camera.track).not.toBe(first);
    expect(first?.readyState).toBe('ended');
    expect(connection.sent.get('camera')?.track).toBe(driver.camera.track);
    expect(states.camera).toMatchObject({ status: 'on', facing: 'environment' });
  });
});

/** In a page of its own, whose visitor is not made up. */
const VISIT = `
  const { localMedia } = await import('${MODULE}');
  const nothing = () => {};
  const visit = { states: {}, failures: [] };
  visit.driver = localMedia()({
    clock: { now: () => performance.now(), wallNow: () => Date.now(), schedule: (then, ms) => { const timer = setTimeout(then, ms); return () => clearTimeout(timer); } },
    logger: { error: nothing, warn: nothing, info: nothing, debug: nothing },
    publishing: nothing,
    changed: (source, state) => { visit.states[source] = state; },
    speakerChanged: nothing,
    failed: (source, problem) => visit.failures.push([source, problem.reason]),
    setOutput: undefined,
  });
  globalThis.visit = visit;
`;

describe('permission', () => {
  beforeAll(() => commands.permissionPageOpen(MODULE));
  beforeEach(async () => {
    await run(VISIT);
  });
  afterEach(async () => {
    await run('visit.driver.stop();');
  });
  afterAll(() => commands.permissionPageClose());

  const run = commands.permissionPageRun;
  const enable = (source: string) =>
    run(`return visit.driver.${source}.enable().then(() => 'none', ({ code }) => code);`);
  const stateOf = (source: string) => run(`return JSON.parse(JSON.stringify(visit.states.${source}));`);

  test.each(['microphone', 'camera'])(
    'that is denied for the %s is told with a remedy, and works once it is granted',
    async (source) => {
      await commands.permissionPageSet(source, 'denied');
      expect(await enable(source)).toBe('permission-denied');
      await expect
        .poll(() => stateOf(source))
        .toMatchObject({
          status: 'off',
          permission: 'denied',
          problem: { reason: 'denied', remedy: expect.stringContaining('settings') },
        });
      await commands.permissionPageSet(source, 'granted');
      expect(await enable(source)).toBe('none');
      const state = await stateOf(source);
      expect(state).toMatchObject({ status: 'on', permission: 'granted' });
      expect(state).not.toHaveProperty('problem');
      expect(await run('return visit.failures;')).toEqual([]);
    },
  );

  test('that is taken back while the microphone is on ends it with a problem and an event, and asks for nothing', async () => {
    await commands.permissionPageSet('microphone', 'granted');
    expect(await enable('microphone')).toBe('none');
    await expect.poll(() => stateOf('microphone')).toMatchObject({ devices: [{}, {}, {}] });
    await commands.permissionPageSet('microphone', 'denied');
    await expect
      .poll(() => stateOf('microphone'))
      .toMatchObject({ status: 'off', permission: 'denied', problem: { reason: 'denied' } });
    expect(await run('return visit.failures;')).toEqual([['microphone', 'denied']]);
  });
});

test('a camera that the page’s policy keeps from a frame is told as that', async () => {
  const frame = document.createElement('iframe');
  frame.allow = "microphone 'none'; camera 'none'";
  frame.srcdoc = '<script>window.load = (url) => import(url);</script>';
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
  document.body.append(frame);
  await loaded;
  const inside = frame.contentWindow as unknown as {
    load(url: string): Promise<typeof import('../../src/media/index')>;
  };
  const { localMedia: there } = await inside.load(MODULE);
  let state: MediaState | undefined;
  const driver = there()({
    clock: systemClock,
    logger: silentLogger,
    publishing: () => undefined,
    changed: (_source, next) => {
      state = next;
    },
    speakerChanged() {},
    failed() {},
    setOutput: undefined,
  });
  expect(await codeOf(driver.camera.enable())).toBe('permission-denied');
  expect(state?.problem?.reason).toBe('denied-by-page');
  frame.remove();
});

test('a screen is shared from a click, limited by its quality, and its end by the browser’s button is off; that is simulated', async () => {
  const { driver, states, connection } = page();
  const button = document.createElement('button');
  button.textContent = 'Share';
  document.body.append(button);
  let enabled: Promise<void> | undefined;
  button.addEventListener('click', () => {
    enabled = driver.screen.enable();
  });
  await driver.screen.setQuality('low');
  await userEvent.click(button);
  await enabled;
  button.remove();
  expect(states.screen).toMatchObject({ status: 'on', sending: true, quality: 'low', devices: [] });
  const { width = 0, height = 0 } = tracks[0]?.getSettings() ?? {};
  expect(width).toBeLessThanOrEqual(VIDEO_QUALITIES.low.width);
  expect(height).toBeLessThanOrEqual(VIDEO_QUALITIES.low.height);
  expect(tracks[0]?.contentHint).toBe('detail');
  tracks[0]?.stop();
  tracks[0]?.dispatchEvent(new Event('ended'));
  await expect.poll(() => connection.sent.size).toBe(0);
  expect(states.screen?.status).toBe('off');
});
