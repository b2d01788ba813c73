import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import { createTrtcCloud, type JoinFault, type TrtcSdk } from '../../src/trtc/index';
import type { ClaimInstance, Subject, World, who } from './claim-tools';
import { claims } from './claims';

const SLOW_REQUEST_MS = 1_000;
/** The double's time runs this much faster, so that what takes 10 s of the vendor's SDK is asked of it in one. */
const FASTER = 10;

function isSdk(value: unknown): value is TrtcSdk<ClaimInstance> {
  return typeof value === 'function' && 'create' in value && 'EVENT' in value;
}

async function realSdk(loaded: Promise<{ readonly default: unknown }>, name: string): Promise<Subject> {
  const { default: sdk } = await loaded;
  if (!isSdk(sdk)) throw new Error(`${name} does not export the class that was expected`);
  sdk.setLogLevel(5, false);
  return {
    name,
    sdk,
    now: () => performance.now(),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    async world(world) {
      if (world === 'aborted' || world === 'server-error') await commands.blockOutside(world);
      else if (world === 'http-hangs') await commands.blockOutside('hangs');
      else if (world === 'http-slow') await commands.scheduleTrtc(SLOW_REQUEST_MS);
      else {
        await commands.scheduleTrtc();
        const proxy = { websocketProxy: await commands.startTrtcSignalling(signalMode[world]) };
        return { proxy } as Partial<typeof who>;
      }
      return {};
    },
    async release() {
      await commands.releaseTrtc();
      await commands.releaseOutside();
      await commands.blockOutside('aborted');
    },
    async enter(instance, as = {}) {
      const { room } = instance as ClaimInstance & { readonly room: object };
      const flags = { isJoined: true, ...as };
      for (const [name, value] of Object.entries(flags))
        Object.defineProperty(room, name, { configurable: true, get: () => value });
      return async () => {
        for (const name of Object.keys(flags)) Reflect.deleteProperty(room, name);
      };
    },
  };
}

const signalMode = {
  'signalling-refused': 'refused',
  'signalling-hangs': 'hangs',
  'signalling-mute': 'mute',
  'signalling-closes': 'closes',
} as const;

const faultOf: Record<World, JoinFault> = {
  aborted: 'http-refused',
  'server-error': 'http-refused',
  'http-slow': 'http-slow',
  'http-hangs': 'http-hang',
  'signalling-refused': 'signalling-refused',
  'signalling-hangs': 'signalling-hang',
  'signalling-mute': 'signalling-mute',
  'signalling-closes': 'signalling-closes',
};

async function double(): Promise<Subject> {
  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms / FASTER));
  const now = () => performance.now() * FASTER;
  const cloud = createTrtcCloud({
    clock: {
      now,
      wallNow: () => Date.now(),
      schedule(callback, delayMs) {
        const timer = setTimeout(callback, delayMs / FASTER);
        return () => clearTimeout(timer);
      },
    },
  });
  let users = 0;
  return {
    name: 'the double',
    sdk: await cloud.sdk(),
    now,
    wait,
    async world(world) {
      cloud.faults.join = faultOf[world];
      return {};
    },
    async release() {
      cloud.faults.join = undefined;
    },
    async enter(instance, as) {
      users += 1;
      const { room, ...credentials } = cloud.credentials(`room ${users}`);
      await instance.enterRoom({ ...credentials, strRoomId: String(room), ...as });
      return () => instance.exitRoom();
    },
  };
}

/** What was otherwise in the oldest version: there these fail, and a test would tell when one no longer did. */
const unlikeOldest: ReadonlySet<string> = new Set([
  'startLocalAudio refuses a mute that is a word: 5005',
  // Its CONNECTING does not say whether it reconnects, in both of these.
  'signalling that does not open leaves entering pending in CONNECTING',
  'signalling that closes at once is CONNECTED all the same, and rejects with 5500',
]);

const subjects = [
  { name: 'the real SDK 5.17.1', old: false, load: () => realSdk(import('trtc-sdk-v5'), 'trtc-sdk-v5') },
  {
    name: 'the real SDK 5.14.1, without what takes long',
    old: true,
    load: () => realSdk(import('trtc-sdk-v5-oldest'), 'trtc-sdk-v5-oldest'),
  },
  { name: 'the double', old: false, load: double },
];

describe.each(subjects)('claims about TRTC, in Chromium: $name', ({ load, old }) => {
  let subject: Subject;

  beforeAll(async () => {
    await commands.blockOutside('aborted');
    subject = await load();
  });

  afterAll(async () => {
    await commands.releaseTrtc();
    await commands.releaseOutside();
  });

  for (const { name, slow, run } of claims) {
    const inThisVersion = old && slow ? test.skip : old && unlikeOldest.has(name) ? test.fails : test;
    inThisVersion(name, () => run(subject));
  }
});

test('every claim has a name of its own, and those of the oldest version are claims', () => {
  const names = claims.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining([...unlikeOldest]));
});
