/** An outbox over a connection that settles as the test says, and a list of every packet handed over. */

import { createMessageParts } from '../../src/delivery/chunker';
import { createOutbox, type Outbox, type OutboxOptions } from '../../src/delivery/outbox';
import type {
  ChatOutcome,
  ChatProgress,
  MessageParts,
  OutgoingChat,
  OutgoingCommand,
} from '../../src/delivery/outgoing';
import { type RatePolicy, ratePolicies } from '../../src/delivery/rate-policies';
import { AvatarError, type AvatarErrorCode, type AvatarErrorOptions } from '../../src/errors';
import { createManualClock, type ManualClock } from './manual-clock';

/** A packet handed over, and the power over its fate. */
export interface Sent {
  readonly at: number;
  readonly bytes: number;
  readonly messageId: string;
  /** Undefined for commands. */
  readonly index: number | undefined;
  readonly final: boolean | undefined;
  readonly text: string;
  take(): void;
  reject(code: AvatarErrorCode, options?: AvatarErrorOptions): void;
}

export interface Said {
  readonly item: OutgoingChat;
  readonly progress: ChatProgress[];
  /** Every call of `onFinished`: one, in the end. */
  readonly outcomes: ChatOutcome[];
  /** The parts, once the outbox has asked for them. */
  readonly parts: () => MessageParts | undefined;
}

export interface Commanded {
  readonly command: OutgoingCommand;
  readonly handedOverAt: number[];
  readonly failures: AvatarError[];
}

export interface OutboxStage {
  readonly clock: ManualClock;
  readonly outbox: Outbox;
  readonly sent: Sent[];
  /** Opens a connection; packets settle at once unless `settles` says otherwise. */
  open(connection?: {
    policy?: RatePolicy;
    maxPacketBytes?: number;
    settles?: Settles;
    oneAtATime?: boolean;
  }): void;
  say(text: string, extra?: Partial<OutgoingChat> & { readonly open?: boolean }): Said;
  /** A point in the order of chat: an item without parts. */
  point(extra?: Partial<Omit<OutgoingChat, 'parts'>>): Said;
  command(lane: OutgoingCommand['lane'], bytes?: number, extra?: Partial<OutgoingCommand>): Commanded;
  /** Packets handed over since the last call. */
  news(): Sent[];
}

/** `at-once`, `by-hand`, milliseconds until it is taken, or what becomes of this very packet. */
export type Settles = 'at-once' | 'by-hand' | number | ((packet: Sent) => Promise<void> | undefined);

export const AGORA = ratePolicies.agora;
export const UNRATED = ratePolicies.livekit;

/** One tick for every promise that stands in line. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

const COMMAND_BYTES = 76;

export function outboxStage(options: Partial<OutboxOptions> = {}): OutboxStage {
  const clock = createManualClock();
  const sent: Sent[] = [];
  const outbox = createOutbox({
    clock,
    onCallbackError(error) {
      throw error;
    },
    ...options,
  });
  let nextId = 0;
  let seen = 0;

  return {
    clock,
    outbox,
    sent,
    open({
      policy = AGORA,
      maxPacketBytes = policy.maxPacketBytes,
      settles = 'at-once',
      oneAtATime = false,
    } = {}) {
      outbox.open({
        policy,
        maxPacketBytes,
        oneAtATime,
        send(packet) {
          const { promise, ...settle } = deferred();
          const record: Sent = { at: clock.now(), bytes: packet.byteLength, ...readFrame(packet), ...settle };
          sent.push(record);
          if (settles === 'at-once') record.take();
          else if (typeof settles === 'number') clock.schedule(record.take, settles);
          else if (typeof settles === 'function') return settles(record) ?? promise;
          return promise;
        },
      });
    },
    say(text, { open = false, ...extra } = {}) {
      const messageId = `m${nextId++}`;
      const progress: ChatProgress[] = [];
      const outcomes: ChatOutcome[] = [];
      let parts: MessageParts | undefined;
      const item: OutgoingChat = {
        messageId,
        parts() {
          if (parts) throw new Error('The parts were asked for twice.');
          parts = createMessageParts(messageId);
          parts.append(text);
          if (!open) parts.end();
          return parts;
        },
        onProgress: (now) => progress.push(now),
        onFinished: (outcome) => outcomes.push(outcome),
        ...extra,
      };
      outbox.enqueueChat(item, new TextEncoder().encode(text).length);
      return { item, progress, outcomes, parts: () => parts };
    },
    point(extra = {}) {
      const outcomes: ChatOutcome[] = [];
      const item: OutgoingChat = {
        messageId: `p${nextId++}`,
        onFinished: (outcome) => outcomes.push(outcome),
        ...extra,
      };
      outbox.enqueueChat(item);
      return { item, progress: [], outcomes, parts: () => undefined };
    },
    command(lane, bytes = COMMAND_BYTES, extra = {}) {
      const messageId = `${lane}-${nextId++}`;
      const handedOverAt: number[] = [];
      const failures: AvatarError[] = [];
      const packet = commandPacket(messageId, bytes);
      const command: OutgoingCommand = {
        lane,
        messageId,
        packet: () => packet,
        onHandedOver: () => handedOverAt.push(clock.now()),
        onFailed: (error) => failures.push(error),
        ...extra,
      };
      outbox.enqueueCommand(command);
      return { command, handedOverAt, failures };
    },
    news() {
      const news = sent.slice(seen);
      seen = sent.length;
      return news;
    },
  };
}

function deferred() {
  let resolve = () => {};
  let refuse = (_error: AvatarError) => {};
  const promise = new Promise<void>((onTaken, onRejected) => {
    resolve = onTaken;
    refuse = onRejected;
  });
  return {
    promise,
    take: () => resolve(),
    reject: (code: AvatarErrorCode, options?: AvatarErrorOptions) =>
      refuse(new AvatarError(code, `Test: ${code}`, options)),
  };
}

/** A frame of exactly `bytes` bytes, which a command's encoder would not pad. */
function commandPacket(messageId: string, bytes: number): Uint8Array<ArrayBuffer> {
  const bare = JSON.stringify({ mid: messageId, pad: '' });
  return new TextEncoder().encode(
    JSON.stringify({ mid: messageId, pad: 'x'.repeat(Math.max(0, bytes - bare.length)) }),
  );
}

function readFrame(packet: Uint8Array): Pick<Sent, 'messageId' | 'index' | 'final' | 'text'> {
  const frame: { mid: string; idx?: number; fin?: boolean; pld?: { text: string } } = JSON.parse(
    new TextDecoder('utf-8', { fatal: true }).decode(packet),
  );
  return { messageId: frame.mid, index: frame.idx, final: frame.fin, text: frame.pld?.text ?? '' };
}
