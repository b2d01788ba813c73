/** All that is said in one run, both ways: what is sent and asked, what comes in, and whether anybody still answers. */

import { createOutbox, type Outbox } from '../delivery/outbox';
import type { OutboxConnection } from '../delivery/outbox-types';
import type { WireRecord } from '../delivery/outgoing';
import { AvatarError } from '../errors';
import type { AvatarTracker } from './avatar-tracker';
import { type Call, callIn, refusalOf } from './can';
import { type Commands, createCommands } from './commands';
import { type Conversation, createConversation } from './conversation';
import { type IncomingPackets, receiveIncoming } from './incoming';
import { watchLiveness } from './liveness';
import { createOpenCalls, type OpenCalls } from './open-calls';
import { createServiceLine, type ServiceLine } from './service-line';
import type { ServiceSession } from './service-sessions';
import type { SessionConfig } from './session-config';
import type { SessionStore } from './session-store';

export interface Talk {
  readonly line: ServiceLine;
  readonly outbox: Outbox;
  readonly commands: Commands;
  readonly conversation: Conversation;
  readonly calls: OpenCalls;
  readonly incoming: IncomingPackets;
  /** Whether packets ever flowed. */
  readonly hasFlowed: boolean;
  /** From now on packets go this way. */
  joined(way: OutboxConnection): void;
  /** A packet is handed over to the transport. */
  handedOver(): void;
  /** Packets flow while the session is live, and only then. */
  follow(isLive: boolean): void;
  /** What was handed over may be lost. */
  doubt(): void;
  /** The connection is gone, and another one is to come. */
  detach(): void;
  /** Something came of the avatar. */
  heard(): void;
  /** For good: what waits fails with `error`, or is closed. */
  close(error: AvatarError): void;
}

export interface TalkOptions extends SessionConfig {
  readonly store: SessionStore;
  readonly tap: () => ((record: WireRecord) => void) | undefined;
  /** Aborted when the run ends. */
  readonly signal: AbortSignal;
  readonly call: () => ServiceSession['call'];
  readonly avatar: () => AvatarTracker;
  /** Something came of the avatar. */
  readonly onHeard: () => void;
  /** Somebody said something. */
  readonly onWord: () => void;
  /** Packets flow, for the first time or again; nothing has left yet. */
  readonly onFlow: () => void;
  /** The service session is over. */
  readonly onGone: (error: AvatarError) => void;
  /** How a fresh transport is had, if at all. */
  readonly renewal: () => (() => void) | undefined;
  readonly onSilence: () => void;
  /** It does not answer over a fresh connection either. */
  readonly onLost: (error: AvatarError) => void;
}

/**
 * What comes says that the way out stood a while ago, and nothing of what was handed over since: that may still have been
 * on its way when the other side wrote. Longer than a round trip, in milliseconds.
 */
const ROUND_TRIP_MS = 1_000;

export function createTalk(options: TalkOptions): Talk {
  const { store, clock, timeouts, tap, onGone, onFlow } = options;
  let way: OutboxConnection | undefined;
  let isFlowing = false;
  let hasFlowed = false;
  let isDoubtful = false;
  let outboxNeedsLink = true;
  /** What was handed over by then has arrived. */
  let arrivedBy = -Infinity;

  const refusal = (call: Call) => refusalOf(store.getSnapshot().can, call);
  const line = createServiceLine({
    ...options,
    onPacket: options.onWord,
    receive: (word) => incoming.accept(word),
    gone: (error = endedElsewhere()) => onGone(error),
  });
  const outbox = createOutbox({
    clock,
    isTapped: () => tap() !== undefined,
    onWire: (record) => tap()?.(record),
    // A vendor's own limiter that will not open again opens with a fresh instance of its client.
    renewal: () => (line.byCalls ? undefined : options.renewal()),
  });
  const commands: Commands = createCommands({
    ...options,
    outbox,
    line,
    refusal,
    conversation: () => conversation,
  });
  const conversation: Conversation = createConversation({
    ...options,
    outbox,
    line,
    refusal: (mode) => refusal(callIn(mode)),
    prepare(mode) {
      const refused = refusal(callIn(mode));
      if (refused) throw refused;
      const before = () => line.dialogue.before?.(mode);
      // Where there is no set-params, each text says by itself how it is meant.
      const change = mode && line.service.can.setParams ? commands.prepareMode(mode) : undefined;
      return change ? change.then(before) : before();
    },
  });
  const incoming = receiveIncoming({ ...options, line, onAcknowledgement: commands.receive });
  const liveness = watchLiveness({
    ...options,
    unresponsiveMs: timeouts.unresponsiveMs,
    line,
    commands,
    isFlowing: () => isFlowing,
  });

  function startFlow(): void {
    if (!way) return;
    const doubtful = isDoubtful && hasFlowed && !line.byCalls;
    const releaseChat = doubtful ? outbox.holdChat() : undefined;
    isDoubtful = false;
    hasFlowed = true;
    onFlow();
    conversation.resumed();
    if (doubtful) conversation.lost(arrivedBy);
    if (outboxNeedsLink) {
      outboxNeedsLink = false;
      outbox.open(way);
    } else {
      outbox.resume(doubtful ? { lossySince: arrivedBy } : {});
    }
    commands.resume(Math.min(way.maxPacketBytes, way.policy.maxPacketBytes));
    if (doubtful) commands.repeatInterrupt();
    if (releaseChat) void liveness.sayParamsAgain().finally(releaseChat);
  }

  function stopFlow(): void {
    outbox.pause();
    liveness.stop();
    commands.pause();
    conversation.suspended();
  }

  return {
    line,
    outbox,
    commands,
    conversation,
    calls: createOpenCalls(refusal),
    incoming,
    get hasFlowed() {
      return hasFlowed;
    },
    joined(next) {
      way = next;
    },
    handedOver: liveness.handedOver,
    follow(isLive) {
      if (isLive === isFlowing) return;
      isFlowing = isLive;
      if (isLive) startFlow();
      else stopFlow();
    },
    doubt() {
      isDoubtful = true;
    },
    detach() {
      if (line.byCalls) return;
      conversation.lost(arrivedBy);
      outbox.detach({ lossySince: arrivedBy });
      outboxNeedsLink = true;
    },
    heard() {
      if (isFlowing) {
        // What comes while the connection is away says nothing about what was handed over before.
        arrivedBy = clock.now() - ROUND_TRIP_MS;
        conversation.heard(arrivedBy);
      }
      liveness.heard();
      outbox.pump();
    },
    close(error) {
      isFlowing = false;
      liveness.stop();
      conversation.close();
      if (isDoubtful && hasFlowed && !line.byCalls) conversation.lost(arrivedBy);
      commands.close(error);
      outbox.close();
      incoming.close();
    },
  };
}

/** The service session is over, and not by us. */
export function endedElsewhere(): AvatarError {
  return new AvatarError(
    'session-gone',
    'The service session has ended, and not from here: connect() again.',
  );
}
