/**
 * Everything that goes out goes through here: three lanes, one budget. It pulls: in one synchronous turn it picks the
 * next packet, charges it and hands it over, until nothing fits; then one timer waits for the moment when the next one
 * does.
 *
 * A message of which the transport refused parts goes on from the first of them only if nothing after it went
 * through; else it fails, and says which text was certainly not sent.
 */

import type { AvatarError } from '../errors';
import { createAlarm } from './alarm';
import { type ChatEntry, cutNext, outcomeOf, progressOf, tallied, uncut, unsentText } from './chat-entry';
import { ChatLane } from './chat-lane';
import { createDeferredCalls, throwLater } from './deferred-calls';
import { type CommandEntry, type Flight, InFlight, type Verdict } from './in-flight';
import { createLink, type Link } from './link';
import type { Outbox, OutboxOptions } from './outbox-types';
import type { BudgetUse, ChatOutcome, Part } from './outgoing';
import { Queue } from './queue';
import { GUARD_MS, WINDOW_MS } from './rate-policies';
import {
  asCuttingError,
  asPreparationError,
  asSendError,
  BUSY_RETRIES,
  busyMs,
  connectionLost,
  deliveryUncertain,
  denied,
  isDenial,
  isRefusal,
  outboxClosed,
  packetTooLarge,
} from './send-errors';
import { SlidingLog, type WindowLimit } from './sliding-log';

export type { Outbox, OutboxOptions } from './outbox-types';

type ErrorOf = AvatarError | ((unsent: string) => AvatarError);

export function createOutbox(options: OutboxOptions): Outbox {
  const { clock, onWire, isTapped = () => true, onCallbackError = throwLater } = options;
  const log = new SlidingLog();
  const inFlight = new InFlight(log);
  const lane = new ChatLane();
  const commands = new Queue<CommandEntry>();
  const interrupts = new Queue<CommandEntry>();
  const calls = createDeferredCalls(onCallbackError);
  const setAlarm = createAlarm(clock, run);

  let link: Link | undefined;
  /** Of the link, or of the last one. */
  let limit: WindowLimit = { packets: Infinity, bytes: Infinity };
  let paused = false;
  let closedWith: AvatarError | undefined;
  let holds = 0;
  /** Older chat is never handed over again. */
  let interruptedBefore = 0;
  /** The newest item that held the lane while it prepared something: older chat would come too late. */
  let newestPrepared = -1;
  /** Something was rejected: nothing is handed over until everything in flight has settled. */
  let draining = false;
  /** It was rejected as `not-connected`. */
  let disconnected = false;
  /** The service is too busy until then. */
  let busyUntil = -Infinity;
  /** A fresh connection was asked for: nothing more goes over this one. */
  let renewing = false;
  /** Not connected, and nobody said that it will be: try again then. */
  let retryAt = -Infinity;
  let pulling = false;
  let wakeAt: number | undefined;

  function run(): void {
    if (pulling) return; // The outer loop looks again after every step.
    pulling = true;
    do wakeAt = undefined;
    while (step());
    pulling = false;
    setAlarm(wakeAt);
    calls.make();
  }

  /** Hands one packet over or moves the lanes on. False: nothing can happen before `wakeAt` or the next event. */
  function step(): boolean {
    if (!link || paused || renewing) return false;
    const now = clock.now();
    if (mustWait(now)) {
      wakeAt = Math.max(busyUntil, retryAt);
      return false;
    }
    if (mustSettleFirst(link)) return false;
    // An interrupt does not wait for the fate of chat that it ends anyway, unless it would share that fate.
    if (interrupts.first)
      return !(draining && disconnected) && handOverCommand(link, interrupts, link.whole, now);
    if (draining) return false;
    if (commands.first) return handOverCommand(link, commands, link.usable, now);
    return holds === 0 && lane.first !== undefined && stepChat(link, lane.first, now);
  }

  function handOverCommand(link: Link, queue: Queue<CommandEntry>, limit: WindowLimit, now: number): boolean {
    const entry = queue.first;
    if (!entry) return false;
    const { command } = entry;
    try {
      entry.packet ??= command.packet();
      if (entry.packet.byteLength > link.maxPacketBytes)
        throw packetTooLarge(entry.packet.byteLength, link.maxPacketBytes);
    } catch (reason) {
      queue.shift();
      failCommand(entry, asCuttingError(reason));
      return true;
    }
    const { packet } = entry;
    const bytes = packet.byteLength;
    if (!fits(bytes, limit, now)) return false;
    queue.shift();
    if (!entry.handedOver) calls.later(() => command.onHandedOver?.());
    entry.handedOver = true;
    handOver(link, packet, inFlight.addCommand(entry, bytes, now));
    return true;
  }

  function stepChat(link: Link, chat: ChatEntry, now: number): boolean {
    if (chat.preparation !== 'done') return prepare(chat);
    let part: Part | undefined;
    try {
      const parts = lane.begin(chat);
      part = parts && cutNext(chat, parts, link.chatPacketBytes);
      if (!part && parts && !parts.done) return false; // An open message without text at the moment.
    } catch (reason) {
      finish(chat, 'failed', asCuttingError(reason));
      return true;
    }
    if (!part) {
      lane.leave(chat);
      finishIfSent(chat);
      return true;
    }
    const bytes = part.packet.byteLength;
    if (inFlight.unsettledChatBytes + bytes > link.connection.policy.maxUnsettledBytes) return false;
    if (!fits(bytes, link.usable, now)) return false;
    chat.cut = undefined;
    chat.handed = tallied(chat.handed, part, now);
    if (chat.parts?.done) lane.leave(chat);
    reportProgress(chat);
    handOver(link, part.packet, inFlight.addPart(chat, part, now));
    return true;
  }

  /** Lets the head of the lane do what comes before it. True: look again, it may have enqueued a command. */
  function prepare(chat: ChatEntry): boolean {
    if (chat.preparation === 'under-way') return false;
    chat.preparation = 'under-way';
    const failed = (reason: unknown) => {
      if (!chat.finished) finish(chat, 'failed', asPreparationError(reason));
      run();
    };
    try {
      const preparing = chat.item.prepare?.();
      if (preparing) newestPrepared = Math.max(newestPrepared, chat.order);
      else chat.preparation = 'done';
      preparing?.then(() => {
        chat.preparation = 'done';
        run();
      }, failed);
    } catch (reason) {
      failed(reason);
    }
    return true;
  }

  function mustWait(now: number): boolean {
    return now < busyUntil || now < retryAt;
  }

  function mustSettleFirst({ connection }: Link): boolean {
    return connection.oneAtATime === true && inFlight.unsettledPackets > 0;
  }

  function fits(bytes: number, limit: WindowLimit, now: number): boolean {
    wakeAt = log.fitsAt(now, bytes, limit);
    return wakeAt === now;
  }

  function handOver({ connection }: Link, packet: Uint8Array<ArrayBuffer>, flight: Flight): void {
    tellTap(packet, flight);
    const rejectedWith = (reason: unknown) => {
      rejected(flight, reason);
      run();
    };
    try {
      connection.send(packet).then(() => {
        taken(flight);
        run();
      }, rejectedWith);
    } catch (reason) {
      rejectedWith(reason);
    }
  }

  function tellTap(data: Uint8Array, { at, chat, part, command }: Flight): void {
    if (!onWire || !isTapped()) return;
    const which = part && { part: part.index, final: part.final };
    const lane = command?.command.lane ?? 'chat';
    const messageId = command?.command.messageId ?? part?.messageId ?? chat?.item.messageId ?? '';
    const budget = use();
    calls.later(() => onWire({ at, direction: 'out', data, lane, messageId, ...which, budget }));
  }

  // What comes of a hand-over.

  function taken(flight: Flight): void {
    if (flight.state !== 'unsettled') return;
    inFlight.taken(flight);
    const { command } = flight;
    if (command) calls.later(() => command.command.onTaken?.());
    if (flight.chat) finishIfSent(flight.chat);
    if (draining && inFlight.unsettledPackets === 0) decide();
  }

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
    (entry.command.lane === 'interrupt' ? interrupts : commands).unshift(entry);
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
      reportProgress(chat);
    }
  }

  /** Put off as often as it may be, it waits for a fresh connection, if one is to be had. */
  function mayPutOff(entry: ChatEntry | CommandEntry, times: number): boolean {
    if (times <= BUSY_RETRIES) return true;
    const renew = entry.renewed ? undefined : options.renewal?.();
    if (!renew) return false;
    entry.renewed = true;
    if (!renewing) calls.later(renew);
    renewing = true;
    return true;
  }

  function dropChat(): void {
    interruptedBefore = lane.nextOrder;
    for (const chat of lane) if (!chat.item.survivesInterrupt) finish(chat, 'interrupted');
  }

  /** Ends what was partly handed over after `since`, and cannot go on without a possible gap. */
  function failUncertain(since: number): void {
    for (const chat of lane) {
      const { lastAt } = inFlight.handedOver(chat);
      if (lastAt !== undefined && lastAt > since)
        finish(chat, 'failed', (unsent) => deliveryUncertain(undefined, unsent));
    }
    for (const { chat } of inFlight) {
      if (chat?.handed.lastAt !== undefined && chat.handed.lastAt > since) chat.lossy = true;
    }
  }

  function lose(lossySince: number): void {
    link = undefined;
    for (const flight of inFlight) {
      if (flight.state !== 'unsettled') continue;
      const error = connectionLost();
      inFlight.rejected(flight, error, 'failed');
      if (flight.command) failCommand(flight.command, error);
    }
    decide();
    failUncertain(lossySince);
  }

  // The ends of items and commands.

  function finishIfSent(chat: ChatEntry): void {
    if (!chat.place && !chat.finished && !chat.refused && chat.unsettled === 0) finish(chat, 'sent');
  }

  function finish(chat: ChatEntry, status: ChatOutcome['status'], errorOf?: ErrorOf): void {
    const handed = status === 'failed' ? chat.taken : inFlight.handedOver(chat);
    const from = chat.refused && inFlight.judge().find((verdict) => verdict.chat === chat)?.from;
    lane.finish(chat);
    if (from) chat.parts?.rewindTo(from);
    else uncut(chat);
    calls.later(() => {
      const unsent = status === 'sent' ? '' : unsentText(chat);
      const error = typeof errorOf === 'function' ? errorOf(unsent) : errorOf;
      chat.item.onFinished(outcomeOf(chat, status, handed, unsent, error));
    });
  }

  function failCommand({ command }: CommandEntry, error: AvatarError): void {
    calls.later(() => command.onFailed?.(error));
  }

  function reportProgress(chat: ChatEntry): void {
    if (!chat.item.onProgress) return;
    const progress = progressOf(chat, chat.handed);
    calls.later(() => chat.item.onProgress?.(progress));
  }

  function waiting(): number {
    return lane.size + commands.size + interrupts.size;
  }

  function use(): BudgetUse {
    return {
      ...log.used(clock.now()),
      packetsPerSecond: limit.packets,
      bytesPerSecond: limit.bytes,
      unsettledBytes: inFlight.unsettledBytes,
      queued: waiting(),
    };
  }

  return {
    enqueueChat(item, textBytes = 0) {
      const chat = lane.enter(item, textBytes);
      if (closedWith) finish(chat, 'closed');
      run();
    },
    withdraw(item) {
      const chat = lane.find(item);
      if (!chat) return false;
      if (!chat.place) {
        chat.withdrawn = true;
        return false;
      }
      const untouched = chat.handed.parts === 0;
      if (untouched) {
        uncut(chat);
        lane.finish(chat);
      } else {
        finish(chat, 'interrupted');
      }
      run();
      return untouched;
    },
    enqueueCommand(command) {
      const entry: CommandEntry = {
        command,
        packet: undefined,
        timesBusy: 0,
        renewed: false,
        handedOver: false,
      };
      if (closedWith) {
        failCommand(entry, closedWith);
      } else if (command.lane === 'command') {
        commands.push(entry);
      } else {
        if (!command.keepsChat) dropChat();
        interrupts.push(entry);
      }
      run();
    },
    open(connection) {
      const next = createLink(connection);
      if (closedWith) return;
      if (link) lose(-Infinity);
      link = next;
      limit = next.whole;
      paused = renewing = false;
      log.release(clock.now());
      busyUntil = retryAt = -Infinity;
      run();
    },
    pause() {
      paused = true;
      log.hold(clock.now());
      run();
    },
    resume({ lossySince } = {}) {
      if (!link) return;
      if (lossySince !== undefined) failUncertain(lossySince);
      log.release(clock.now());
      paused = false;
      retryAt = -Infinity;
      run();
    },
    detach({ lossySince }) {
      if (!link) return;
      lose(lossySince);
      run();
    },
    close(error = outboxClosed()) {
      if (closedWith) return;
      closedWith = error;
      link = undefined;
      draining = false;
      for (const chat of lane.unfinished) finish(chat, 'closed');
      for (const { state, command } of inFlight)
        if (command && state !== 'taken') failCommand(command, error);
      inFlight.clear();
      for (const queue of [interrupts, commands]) {
        for (const entry of queue) failCommand(entry, error);
        queue.clear();
      }
      run();
    },
    pump: run,
    holdChat() {
      let held = true;
      holds++;
      return () => {
        if (!held) return;
        held = false;
        holds--;
        run();
      };
    },
    get queuedTextBytes() {
      return lane.textBytes;
    },
    use,
  };
}

function isSamePart(one: Part, other: Part): boolean {
  return one.index === other.index && one.messageId === other.messageId;
}
