/**
 * Everything that goes out goes through here: three lanes, one budget. It pulls: in one synchronous turn it picks the
 * next packet, charges it and hands it over, until nothing fits; then one timer waits for the moment when the next one
 * does. What became of a packet, and so of its message, is for the settlement to decide.
 */

import type { AvatarError } from '../errors';
import { createAlarm } from './alarm';
import { type ChatEntry, cutNext, tallied, uncut } from './chat-entry';
import { ChatLane } from './chat-lane';
import { createDeferredCalls, throwLater } from './deferred-calls';
import { createEndings } from './endings';
import { type CommandEntry, type Flight, InFlight } from './in-flight';
import { createLink, type Link } from './link';
import type { Outbox, OutboxOptions } from './outbox-types';
import type { BudgetUse, Part } from './outgoing';
import { Queue } from './queue';
import { asCuttingError, asPreparationError, outboxClosed, packetTooLarge } from './send-errors';
import { createSettlement } from './settlement';
import { SlidingLog, type WindowLimit } from './sliding-log';

export type { Outbox, OutboxOptions } from './outbox-types';

export function createOutbox(options: OutboxOptions): Outbox {
  const { clock, onWire, isTapped = () => true, onCallbackError = throwLater } = options;
  const log = new SlidingLog();
  const inFlight = new InFlight(log);
  const lane = new ChatLane();
  const queues = { interrupt: new Queue<CommandEntry>(), command: new Queue<CommandEntry>() };
  const calls = createDeferredCalls(onCallbackError);
  const endings = createEndings(lane, inFlight, calls);
  const { finish, failCommand } = endings;
  const settlement = createSettlement({
    ...options,
    inFlight,
    lane,
    queues,
    calls,
    endings,
  });
  const setAlarm = createAlarm(clock, run);

  let link: Link | undefined;
  /** Of the link, or of the last one. */
  let limit: WindowLimit = { packets: Infinity, bytes: Infinity };
  let paused = false;
  let closedWith: AvatarError | undefined;
  let holds = 0;
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
    if (!link || paused || settlement.renewing) return false;
    const now = clock.now();
    if (now < settlement.waitUntil) {
      wakeAt = settlement.waitUntil;
      return false;
    }
    if (mustSettleFirst(link)) return false;
    // An interrupt does not wait for the fate of chat that it ends anyway, unless it would share that fate.
    const { draining, disconnected } = settlement;
    if (queues.interrupt.first)
      return !(draining && disconnected) && handOverCommand(link, queues.interrupt, link.whole, now);
    if (draining) return false;
    if (queues.command.first) return handOverCommand(link, queues.command, link.usable, now);
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
      endings.finishIfSent(chat);
      return true;
    }
    const bytes = part.packet.byteLength;
    if (inFlight.unsettledChatBytes + bytes > link.connection.policy.maxUnsettledBytes) return false;
    if (!fits(bytes, link.usable, now)) return false;
    chat.cut = undefined;
    chat.handed = tallied(chat.handed, part, now);
    if (chat.parts?.done) lane.leave(chat);
    endings.reportProgress(chat);
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
      if (preparing) settlement.prepared(chat);
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
      settlement.rejected(flight, reason);
      run();
    };
    try {
      connection.send(packet).then(() => {
        settlement.taken(flight);
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

  function waiting(): number {
    return lane.size + queues.command.size + queues.interrupt.size;
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
      } else {
        if (command.lane === 'interrupt' && !command.keepsChat) settlement.interrupted();
        queues[command.lane].push(entry);
      }
      run();
    },
    open(connection) {
      const next = createLink(connection);
      if (closedWith) return;
      if (link) settlement.lost(-Infinity);
      link = next;
      limit = next.whole;
      paused = false;
      log.release(clock.now());
      settlement.renewed();
      run();
    },
    pause() {
      paused = true;
      log.hold(clock.now());
      run();
    },
    resume({ lossySince } = {}) {
      if (!link) return;
      if (lossySince !== undefined) settlement.doubt(lossySince);
      log.release(clock.now());
      paused = false;
      settlement.retry();
      run();
    },
    detach({ lossySince }) {
      if (!link) return;
      link = undefined;
      settlement.lost(lossySince);
      run();
    },
    close(error = outboxClosed()) {
      if (closedWith) return;
      closedWith = error;
      link = undefined;
      for (const chat of lane.unfinished) finish(chat, 'closed');
      for (const { state, command } of inFlight)
        if (command && state !== 'taken') failCommand(command, error);
      inFlight.clear();
      for (const queue of Object.values(queues)) {
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
