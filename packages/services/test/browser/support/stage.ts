/** A dialogue on a stage: a session double around the real half of a service, on a virtual clock. */

import type { AvatarError, AvatarService, Incoming, RemoteTrack, ServiceHost } from '@avatarwire/core';
import { createVirtualClock } from '@avatarwire/simulator';
import type { LevelMeterMaker } from '../../../src/browser/web-audio-meter';

export interface StageOptions {
  /** What the service's REST side does. @default answers at once */
  readonly call?: (action: string, body: unknown) => Promise<unknown>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const bytes = (text: string) => encoder.encode(text);
export const textOf = (packet: Uint8Array) => decoder.decode(packet);
/** As the session escapes a text before it is framed. */
export const escaped = (text: string) => encoder.encode(JSON.stringify(text)).subarray(1, -1);

export function stage(service: AvatarService, { call = async () => undefined }: StageOptions = {}) {
  const clock = createVirtualClock();
  const calls: { action: string; body: unknown }[] = [];
  const received: Incoming[] = [];
  const gone: (AvatarError | undefined)[] = [];
  const warnings: string[] = [];
  let ids = 0;
  const host: ServiceHost = {
    clock,
    logger: { error() {}, warn: (message) => warnings.push(message), info() {}, debug() {} },
    newId: () => `id-${++ids}`,
    call(action, body) {
      calls.push({ action, body });
      return call(action, body);
    },
    receive: (incoming) => received.push(incoming),
    gone: (error) => gone.push(error),
  };
  const dialogue = service.start(host);

  return {
    clock,
    calls,
    received,
    gone,
    warnings,
    dialogue,
    /** What comes of one packet of the avatar. */
    heard: (message: unknown) => dialogue.read(bytes(JSON.stringify(message))),
    /** The only packet of a short text. */
    packet: (text: string, mode?: 'retelling' | 'dialogue') =>
      dialogue.frames('message', mode).frame(0, true, escaped(text)),
    /** Whether the next text of this kind would have to wait, and then: whether it still does. */
    hold(mode?: 'retelling' | 'dialogue') {
      let waits = true;
      const held = dialogue.before?.(mode);
      if (!held) return () => false;
      void held.then(() => {
        waits = false;
      });
      return () => waits;
    },
  };
}

/** A meter that shows what a test sets, and counts those that are open. */
export function meterDouble() {
  const meter = { level: -Infinity, open: 0, made: 0, track: undefined as MediaStreamTrack | undefined };
  const make: LevelMeterMaker = (track) => {
    meter.open += 1;
    meter.made += 1;
    meter.track = track;
    return {
      level: () => meter.level,
      close() {
        meter.open -= 1;
      },
    };
  };
  return Object.assign(meter, { make });
}

export function remoteTrack(kind: 'audio' | 'video', track: MediaStreamTrack): RemoteTrack {
  return { track, kind, source: 'unknown', from: 'avatar', playedBySdk: false };
}

/** A call to the service that a test settles. */
export function openCall() {
  let settle: { resolve(): void; reject(error: unknown): void } | undefined;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, resolve: () => settle?.resolve(), reject: (error: unknown) => settle?.reject(error) };
}
