import { AvatarError } from '@avatarwire/core';

export type RtcNode = typeof import('@livekit/rtc-node');
export type NodeCanvas = typeof import('@napi-rs/canvas');

export interface BotSdk {
  readonly rtc: RtcNode;
  readonly canvas: NodeCanvas;
  /** To be called once. `dispose` ends rtc-node if nobody else here uses it. */
  release(dispose: boolean): Promise<void>;
}

/**
 * How many bots of this process use rtc-node. Its `dispose()` is for the whole process, and so is this number; two
 * copies of this module would each count their own.
 */
let users = 0;

/** @throws AvatarError `sdk-missing`, `sdk-incompatible`, naming package and range */
export async function acquireSdk(): Promise<BotSdk> {
  const rtc = await load<RtcNode>('@livekit/rtc-node', '^1.1.0');
  const canvas = await load<NodeCanvas>('@napi-rs/canvas', '^1.1.0');
  check('@livekit/rtc-node', '^1.1.0', rtc, [
    'Room',
    'AudioSource',
    'VideoSource',
    'LocalVideoTrack',
    'dispose',
  ]);
  check('@napi-rs/canvas', '^1.1.0', canvas, ['createCanvas']);
  users += 1;
  let released = false;
  return {
    rtc,
    canvas,
    async release(dispose) {
      if (released) return;
      released = true;
      users -= 1;
      if (dispose && users === 0) await disposeForGood(rtc);
    },
  };
}

/**
 * Symptom: after `dispose()`, rtc-node 1.1.0 makes rooms that never connect, because it keeps its client, whose
 * callback the native half has let go. Without the old client it makes a new one when it is needed next. Can go when
 * rtc-node forgets it by itself.
 */
async function disposeForGood(rtc: RtcNode): Promise<void> {
  await rtc.dispose();
  Reflect.deleteProperty(globalThis, '_ffiClientInstance');
}

/** The name is a value here, so that no bundler of a page follows it to a native binary. */
async function load<T>(name: string, range: string): Promise<T> {
  try {
    return (await import(/* @vite-ignore */ name)) as T;
  } catch (cause) {
    throw new AvatarError(
      'sdk-missing',
      `The LiveKit bot needs ${name} ${range}, which could not be loaded: install it beside @avatarwire/simulator.`,
      { provider: 'livekit', cause },
    );
  }
}

function check(name: string, range: string, loaded: object, members: readonly string[]): void {
  const missing = members.filter((member) => !(member in loaded));
  if (missing.length === 0) return;
  throw new AvatarError('sdk-incompatible', `${name} lacks ${missing.join(', ')}: install ${range}.`, {
    provider: 'livekit',
  });
}
