import { type Logger, silentLogger, type TransportConnection, type TransportEvents } from '@avatarwire/core';
import { createVirtualClock, type VirtualClock } from '@avatarwire/simulator';
import type { TrtcCloudOptions } from '@avatarwire/simulator/trtc';
import { type TrtcOptions, type TrtcTransport, trtc } from '../../src/index';
import { DoubleRoom } from './double-room';

/** A transport over the double, before and after it has joined. */
export interface Subject {
  readonly room: DoubleRoom;
  readonly clock: VirtualClock;
  readonly transport: TrtcTransport;
  /** `name:detail` of everything emitted. */
  readonly told: string[];
  readonly logged: string[];
  connect(credentials?: object): Promise<TransportConnection>;
}

/** @param beside who is in the same page: the same cloud and the same time */
export function subject(
  options: TrtcOptions = {},
  cloud: TrtcCloudOptions = {},
  beside?: Pick<Subject, 'room' | 'clock'>,
): Subject {
  const clock = beside?.clock ?? createVirtualClock();
  const made = beside?.room ?? new DoubleRoom(clock, { announces: 'after', ...cloud });
  const transport = trtc({ clock, sdk: made.sdk, ...options });
  const told: string[] = [];
  const logged: string[] = [];
  const tell = <E extends keyof TransportEvents>(
    event: E,
    detail: (payload: TransportEvents[E]) => unknown,
  ) => transport.on(event, (payload) => told.push(`${event}:${String(detail(payload))}`));
  tell('packet', ({ from, data }) => `${from} ${data.join()}`);
  tell('track-added', ({ from, source, playedBySdk }) => `${from} ${source}${playedBySdk ? ' played' : ''}`);
  tell('track-removed', ({ from, source }) => `${from} ${source}`);
  tell('participant-joined', ({ id }) => id);
  tell('participant-left', ({ id }) => id);
  tell('reconnecting', () => '');
  tell('reconnected', ({ lossy }) => (lossy ? 'lossy' : 'whole'));
  tell('quality', ({ up, down, roundTripMs }) => `${up} ${down} ${roundTripMs}`);
  tell('playback-blocked', ({ kind }) => kind);
  tell('closed', ({ reason }) => reason);
  const write = (message: string) => logged.push(message);
  const logger: Logger = { ...silentLogger, warn: write, error: write };
  return {
    room: made,
    clock,
    transport,
    told,
    logged,
    connect(credentials = {}) {
      const connecting = transport.connect(
        { ...made.credentials('visitor'), ...credentials },
        { signal: new AbortController().signal, logger },
      );
      connecting.catch(() => {});
      return connecting;
    },
  };
}

/** Connected, with nothing under way. */
export async function joined(options: TrtcOptions = {}, cloud: TrtcCloudOptions = {}): Promise<Subject> {
  const made = subject(options, cloud);
  await made.clock.run(made.connect());
  await made.clock.advance(100);
  return made;
}

export const packet = (length = 3) => new Uint8Array(length);
export const HOUR_MS = 3_600_000;

/** Whether it has settled by now. */
export function watched(promise: Promise<unknown>): { readonly settled: boolean } {
  const state = { settled: false };
  const mark = () => {
    state.settled = true;
  };
  promise.then(mark, mark);
  return state;
}
