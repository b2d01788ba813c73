/** The real SDK with a watch on what it and we leave behind, and signalling that leads to this machine. */

import { silentLogger, type TransportConnection } from '@avatarwire/core';
import { type TrtcOptions, type TrtcTransport, trtc } from '../../src/index';
import type { TrtcClient, TrtcModule, TrtcSdk } from '../../src/trtc-sdk';

/** What every instance has, though it is not declared. */
interface Emitting {
  emit(event: string, payload?: unknown): boolean;
  eventNames(): string[];
  listeners(event: string): unknown[];
}

export type RealClient = TrtcClient & Emitting;

export interface Watched {
  /** Every instance that was made. */
  readonly clients: RealClient[];
  /** Of each that was destroyed: the handlers that were left on it by then. */
  readonly leftAtDestroy: number[];
  /** Calls of instances, in order. */
  readonly called: string[];
  /** What `connection-state-changed` said. */
  readonly states: string[];
  sdk(): Promise<TrtcSdk>;
}

const CALLS = [
  'enterRoom',
  'exitRoom',
  'sendCustomMessage',
  'startLocalAudio',
  'startLocalVideo',
  'startScreenShare',
] as const;

/** @param enters gives instances that are in a room without one: `enterRoom` resolves, everything else is the SDK's */
export function watch(load: () => Promise<TrtcModule>, enters: 'really' | 'at once' = 'really'): Watched {
  const watched: Watched = {
    clients: [],
    leftAtDestroy: [],
    called: [],
    states: [],
    async sdk() {
      const { default: real } = (await load()) as { readonly default: TrtcSdk };
      real.setLogLevel(5, false);
      return {
        isSupported: () => real.isSupported(),
        setLogLevel: (...given) => real.setLogLevel(...given),
        setCurrentSpeaker: (...given) => real.setCurrentSpeaker(...given),
        create(options) {
          const client = real.create(options) as RealClient;
          watched.clients.push(client);
          for (const name of CALLS) {
            const method: (...given: never[]) => unknown = client[name].bind(client);
            const call = (...given: never[]) => {
              watched.called.push(name);
              return name === 'enterRoom' && enters === 'at once' ? Promise.resolve() : method(...given);
            };
            Object.defineProperty(client, name, { value: call, configurable: true, writable: true });
          }
          // As a handler it would count.
          const emit = client.emit.bind(client);
          client.emit = (event, payload) => {
            if (event === 'connection-state-changed')
              watched.states.push((payload as { readonly state: string }).state);
            return emit(event, payload);
          };
          const destroy = client.destroy.bind(client);
          Object.defineProperty(client, 'destroy', {
            value() {
              watched.leftAtDestroy.push(handlersOf(client));
              destroy();
            },
          });
          return client;
        },
      };
    },
  };
  return watched;
}

export function handlersOf(client: Emitting): number {
  return client.eventNames().reduce((total, name) => total + client.listeners(name).length, 0);
}

export const CREDENTIALS = {
  sdkAppId: 1_400_000_000,
  room: 'a room',
  userId: 'visitor',
  userSig: 'signature-of-visitor',
};

export interface Connecting {
  readonly transport: TrtcTransport;
  readonly connected: Promise<TransportConnection>;
}

export function connect(watched: Watched, options: TrtcOptions = {}, signal?: AbortSignal): Connecting {
  const transport = trtc({ sdk: watched.sdk, ...options });
  const connected = transport.connect(CREDENTIALS, {
    signal: signal ?? new AbortController().signal,
    logger: silentLogger,
  });
  connected.catch(() => {});
  return { transport, connected };
}

/** Counts the intervals that run, from now on. */
export function countIntervals(): { running(): number; stop(): void } {
  const { setInterval: set, clearInterval: clear } = window;
  const running = new Set<unknown>();
  Object.assign(window, {
    setInterval(...given: Parameters<typeof set>) {
      const id = set(...given);
      running.add(id);
      return id;
    },
    clearInterval(id: number | undefined) {
      running.delete(id);
      clear(id);
    },
  });
  return {
    running: () => running.size,
    stop: () => Object.assign(window, { setInterval: set, clearInterval: clear }),
  };
}

/** From now on `signalling.invalid` is at `address`. The function returned ends that. */
export function leadSignallingTo(address: string): () => void {
  const Real = window.WebSocket;
  window.WebSocket = class extends Real {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(String(url).replace('wss://signalling.invalid', address), protocols);
    }
  };
  return () => {
    window.WebSocket = Real;
  };
}
