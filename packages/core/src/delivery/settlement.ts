/**
 * What comes of hand-overs. A message of which the transport refused parts goes on from the first of them only if
 * nothing after it went through; else it fails, and says which text was certainly not sent.
 */

import type { Clock } from '../clock';
import type { AvatarError } from '../errors';
import type { ChatEntry } from './chat-entry';
import type { ChatLane } from './chat-lane';
import type { DeferredCalls } from './deferred-calls';
import type { Endings } from './endings';
import type { CommandEntry, Flight, InFlight, Verdict } from './in-flight';
import type { OutboxOptions } from './outbox-types';
import type { OutgoingCommand, Part } from './outgoing';
import type { Queue } from './queue';
import { GUARD_MS, WINDOW_MS } from './rate-policies';
import {
  asSendError,
  BUSY_RETRIES,
  busyMs,
  connectionLost,
  deliveryUncertain,
  denied,
  isDenial,
  isRefusal,
} from './send-errors';

export interface SettlementParts {
  readonly clock: Clock;
  readonly inFlight: InFlight;
  readonly lane: ChatLane;
  readonly queues: Readonly<Record<OutgoingCommand['lane'], Queue<CommandEntry>>>;
  readonly calls: DeferredCalls;
  readonly endings: Endings;
  readonly renewal?: OutboxOptions['renewal'];
}

export interface Settlement {
  /** Something was rejected: nothing is handed over until everything in flight has settled. */
  readonly draining: boolean;
  /** It was rejected as `not-connected`. */
  readonly disconnected: boolean;
  /** A fresh connection was asked for: nothing more goes over this one. */
  readonly renewing: boolean;
  /** The service is too busy until then, or the connection not worth a try. */
  readonly waitUntil: number;
  taken(flight: Flight): void;
  rejected(flight: Flight, reason: unknown): void;
  /** What is in the lane now, and in flight, is older chat: after an interrupt it is never handed over again. */
  interrupted(): void;
  /** `chat` holds the lane while it prepares something: older chat would come too late. */
  prepared(chat: ChatEntry): void;
  /** What was partly handed over after `since` may have a gap: it ends where it cannot know that it has none. */
  doubt(since: number): void;
  /** The connection is gone, and with it what is in flight. */
  lost(lossySince: number): void;
  /** The connection is back. */
  retry(): void;
  /** Another connection is there. */
  renewed(): void;
}

export function createSettlement(parts: SettlementParts): Settlement {
  const { clock, inFlight, lane, queues, calls, endings, renewal } = parts;
  const { finish, failCommand } = endings;
  let draining = false;
  let disconnected = false;
  let renewing = false;
  let busyUntil = -Infinity;
  /** Not connected, and nobody said that it will be: try again then. */
  let retryAt = -Infinity;
  let interruptedBefore = 0;
  let newestPrepared = -1;

  function rejected(flight: Flight, reason: unknown): void {
    if (flight.state !== 'unsettled') return;
    const error = asSendError(reason);
    inFlight.rejected(flight, error, isRefusal(error) || isDenial(error) ? 'refused' : 'failed');
    draining = true;
    disconnected ||= error.code === 'not-connected';
    const waitMs = busyMs(error);
    if (waitMs !== undefined) busyUntil = Math.max(busyUntil, clock.now() + waitMs);
    const { command } = flight;
    const putOffAgain = waitMs !== undefined && (!command || mayPutOff(command, command.timesBusy + 1));
    if (command && !putOffAgain) {
      failCommand(command, error);
      flight.command = undefined;
    }
    if (inFlight.unsettledPackets === 0) decide();
  }

  /** Everything in flight has settled, and something of it was rejected: what goes on, and from where? */
  function decide(): void {
    // Where nobody says that the connection is back, trying is the only way to know.
    if (disconnected) retryAt = clock.now() + WINDOW_MS + GUARD_MS;
    draining = disconnected = false;
    let overtaken = false;
    for (const { state, command, error } of [...inFlight].reverse()) {
      if (state !== 'refused') overtaken = true;
      else if (command && error) decideOnCommand(command, error, overtaken);
    }
    overtaken = false;
    for (const verdict of inFlight.judge().reverse()) {
      decideOnChat(verdict, overtaken);
      overtaken ||= verdict.broken || verdict.chat.taken.parts > 0;
    }
    inFlight.clear();
  }

  /** A command that the service was too busy for is put back, unless something newer went through. */
  function decideOnCommand(entry: CommandEntry, error: AvatarError, overtaken: boolean): void {
    if (overtaken) return failCommand(entry, error);
    entry.timesBusy++;
    queues[entry.command.lane].unshift(entry);
  }

  function decideOnChat({ chat, from, broken, error }: Verdict, overtaken: boolean): void {
    if (chat.finished || !error) return;
    const isBusy = busyMs(error) !== undefined;
    const times = chat.busy && from && isSamePart(chat.busy.part, from) ? chat.busy.times + 1 : 1;
    const tooLate = overtaken || chat.order < newestPrepared || (chat.lossy && chat.taken.parts > 0);
    if (chat.withdrawn || (chat.order < interruptedBefore && !chat.item.survivesInterrupt)) {
      finish(chat, 'interrupted');
    } else if (from && !broken && isDenial(error)) {
      finish(chat, 'failed', (unsent) => denied(error, unsent));
    } else if (!from || broken || tooLate) {
      finish(chat, 'failed', (unsent) => deliveryUncertain(error, unsent));
    } else if (isBusy && !mayPutOff(chat, times)) {
      finish(chat, 'failed', error);
    } else {
      chat.parts?.rewindTo(from);
      chat.cut = undefined;
      chat.refused = false;
      chat.handed = chat.taken;
      chat.busy = isBusy ? { part: from, times } : undefined;
      lane.putBack(chat);
      endings.reportProgress(chat);
    }
  }

  /** Put off as often as it may be, it waits for a fresh connection, if one is to be had. */
  function mayPutOff(entry: ChatEntry | CommandEntry, times: number): boolean {
    if (times <= BUSY_RETRIES) return true;
    const renew = entry.renewed ? undefined : renewal?.();
    if (!renew) return false;
    entry.renewed = true;
    if (!renewing) calls.later(renew);
    renewing = true;
    return true;
  }

  function doubt(since: number): void {
    for (const chat of lane) {
      const { lastAt } = inFlight.handedOver(chat);
      if (lastAt !== undefined && lastAt > since)
        finish(chat, 'failed', (unsent) => deliveryUncertain(undefined, unsent));
    }
    for (const { chat } of inFlight) {
      if (chat?.handed.lastAt !== undefined && chat.handed.lastAt > since) chat.lossy = true;
    }
  }

  return {
    get draining() {
      return draining;
    },
    get disconnected() {
      return disconnected;
    },
    get renewing() {
      return renewing;
    },
    get waitUntil() {
      return Math.max(busyUntil, retryAt);
    },
    taken(flight) {
      if (flight.state !== 'unsettled') return;
      inFlight.taken(flight);
      const { command } = flight;
      if (command) calls.later(() => command.command.onTaken?.());
      if (flight.chat) endings.finishIfSent(flight.chat);
      if (draining && inFlight.unsettledPackets === 0) decide();
    },
    rejected,
    interrupted() {
      interruptedBefore = lane.nextOrder;
      for (const chat of lane) if (!chat.item.survivesInterrupt) finish(chat, 'interrupted');
    },
    prepared(chat) {
      newestPrepared = Math.max(newestPrepared, chat.order);
    },
    doubt,
    lost(lossySince) {
      for (const flight of inFlight) {
        if (flight.state !== 'unsettled') continue;
        const error = connectionLost();
        inFlight.rejected(flight, error, 'failed');
        if (flight.command) failCommand(flight.command, error);
      }
      decide();
      doubt(lossySince);
    },
    retry() {
      retryAt = -Infinity;
    },
    renewed() {
      renewing = false;
      busyUntil = retryAt = -Infinity;
    },
  };
}

function isSamePart(one: Part, other: Part): boolean {
  return one.index === other.index && one.messageId === other.messageId;
}
