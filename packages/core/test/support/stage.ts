/** A session over a transport that does what the test says, and nothing else. */

import type { ConnectionDetails, SessionSource } from '../../src/credentials';
import { createEmitter } from '../../src/emitter';
import { createAvatarSession } from '../../src/session/session';
import type { AvatarSession, AvatarSessionOptions } from '../../src/session/session-types';
import type {
  AvatarTransport,
  Publishing,
  Statistics,
  TransportConnection,
  TransportEvents,
} from '../../src/transport';
import { createManualClock, type ManualClock } from './manual-clock';

export interface Frame {
  readonly v: number;
  readonly type: string;
  readonly mid: string;
  readonly idx?: number;
  readonly fin?: boolean;
  readonly pld: { readonly text?: string; readonly cmd?: string; readonly data?: Record<string, unknown> };
}

export interface ScriptedTransport extends AvatarTransport<'memory'> {
  readonly sent: Frame[];
  readonly listeners: () => number;
  emit<E extends keyof TransportEvents>(event: E, payload: TransportEvents[E]): void;
  closeCalls: number;
  readonly connectSignal: () => AbortSignal | undefined;
}

export interface Script {
  /** What `connect` does. @default joins at once */
  connect?: (signal: AbortSignal) => Promise<TransportConnection>;
  /** What `send` does. @default resolves at once */
  send?: (frame: Frame) => Promise<void>;
  /** What `close` does. @default resolves at once */
  close?: () => Promise<void>;
  /** @default sends no tracks */
  publishing?: Publishing;
  /** @default measures nothing */
  statistics?: () => Promise<Statistics>;
  /** The SDK plays the sound itself. With a function, on a device that can be chosen. */
  playsAudio?: true | ((deviceId: string) => Promise<void>);
}

export const JOINED: TransportConnection = { localId: 'me', maxPacketBytes: 1_024, canSend: true };

export function scriptedTransport(script: Script = {}): ScriptedTransport {
  const emitter = createEmitter<TransportEvents>();
  const sent: Frame[] = [];
  let signal: AbortSignal | undefined;
  const transport: ScriptedTransport = {
    provider: 'memory',
    capabilities: {
      maxPacketBytes: 1_024,
      reliable: true,
      ordered: true,
      media: true,
      playsAudio: script.playsAudio !== undefined,
    },
    ...(script.publishing && { publishing: script.publishing }),
    ...(script.statistics && { statistics: script.statistics }),
    ...(typeof script.playsAudio === 'function' && { setOutput: script.playsAudio }),
    sent,
    closeCalls: 0,
    listeners: () => emitter.listenerCount(),
    connectSignal: () => signal,
    emit: emitter.emit,
    on: emitter.on,
    async connect(_credentials, options) {
      signal = options.signal;
      return script.connect ? script.connect(options.signal) : JOINED;
    },
    send(packet) {
      const frame: Frame = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(packet));
      sent.push(frame);
      return script.send ? script.send(frame) : Promise.resolve();
    },
    async close() {
      transport.closeCalls++;
      await script.close?.();
    },
  };
  return transport;
}

export interface Stage {
  readonly clock: ManualClock;
  readonly session: AvatarSession;
  /** Every transport made so far; the last is in use. */
  readonly transports: ScriptedTransport[];
  readonly transport: () => ScriptedTransport;
  readonly opened: string[];
  readonly closed: {
    readonly sessionId: string | undefined;
    readonly reason: string;
    readonly keepalive: boolean;
  }[];
  /** Connects, with the avatar there. */
  live(): Promise<void>;
  /** A frame from the avatar. */
  says(frame: object, from?: string): void;
  /** The avatar acknowledges the last command of this name. */
  acknowledges(cmd: string, code?: number): void;
  /** Acknowledges whatever is sent from now on. */
  acknowledgeAll(): void;
  readonly frames: (type?: string) => Frame[];
  readonly texts: () => string;
}

export interface StageOptions extends Partial<AvatarSessionOptions> {
  readonly details?: Partial<Pick<ConnectionDetails, 'avatarId' | 'expiresInMs' | 'service'>>;
  readonly script?: (attempt: number) => Script;
  readonly openSession?: SessionSource['open'];
  readonly closeSession?: SessionSource['close'];
  /** The source's `call`; without it the source has none. */
  readonly callService?: SessionSource['call'];
}

export function stage(options: StageOptions = {}): Stage {
  const { details, script, openSession, closeSession, callService, ...sessionOptions } = options;
  const clock = createManualClock();
  const transports: ScriptedTransport[] = [];
  const opened: string[] = [];
  const closed: Stage['closed'] = [];
  let acknowledgingAll = false;
  let ids = 0;

  const source: SessionSource = {
    open:
      openSession ??
      (async ({ provider }) => {
        const sessionId = `service-session-${opened.length + 1}`;
        opened.push(sessionId);
        return {
          provider,
          credentials: { room: 'room' },
          sessionId,
          avatarId: 'avatar',
          ...details,
        } as ConnectionDetails;
      }),
    close:
      closeSession ??
      (async ({ sessionId }, how) => {
        closed.push({ sessionId, ...how });
      }),
    ...(callService && { call: callService }),
  };

  const session = createAvatarSession({
    source,
    clock,
    randomId: () => `m${++ids}`,
    transports: {
      memory: () => {
        const given = script?.(transports.length) ?? {};
        const transport = scriptedTransport({
          ...given,
          send: async (frame) => {
            const settled = given.send?.(frame);
            if (acknowledgingAll && frame.type === 'command') {
              queueMicrotask(() => acknowledge(transport, frame));
            }
            await settled;
          },
        });
        transports.push(transport);
        return transport;
      },
    },
    ...sessionOptions,
  });

  const current = () => {
    const transport = transports.at(-1);
    if (!transport) throw new Error('no transport was made yet');
    return transport;
  };

  function says(frame: object, from = 'avatar', transport = current()): void {
    transport.emit('packet', { data: new TextEncoder().encode(JSON.stringify(frame)), from });
  }

  function acknowledge(transport: ScriptedTransport, { mid, pld }: Frame, code = 1000): void {
    says({ v: 2, type: 'command', mid, pld: { cmd: pld.cmd, code, msg: '' } }, 'avatar', transport);
  }

  const frames = (type?: string) =>
    current().sent.filter((frame) => type === undefined || frame.type === type);

  return {
    clock,
    session,
    transports,
    transport: current,
    opened,
    closed,
    async live() {
      const connecting = session.connect();
      await clock.advance(0);
      current().emit('participant-joined', { id: 'avatar' });
      await connecting;
    },
    says,
    acknowledges(cmd, code) {
      const frame = current()
        .sent.filter(({ pld }) => pld.cmd === cmd)
        .at(-1);
      if (!frame) throw new Error(`no ${cmd} was sent`);
      acknowledge(current(), frame, code);
    },
    acknowledgeAll() {
      acknowledgingAll = true;
    },
    frames,
    texts: () =>
      frames('chat')
        .map(({ pld }) => pld.text)
        .join(''),
  };
}
