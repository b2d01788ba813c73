/** Everything between one `connect()` and the end it leads to. */

import type { Provider } from '../credentials';
import { createOutbox } from '../delivery/outbox';
import type { OutboxConnection } from '../delivery/outbox-types';
import type { WireRecord } from '../delivery/outgoing';
import { ratePolicyFor } from '../delivery/rate-policies';
import { AvatarError, isAvatarError } from '../errors';
import type { AvatarTransport, TransportCloseReason } from '../transport';
import { type AvatarTracker, createAvatarTracker } from './avatar-tracker';
import { type Call, callIn, refusalOf } from './can';
import { closeError, mayFailOver, VERDICTS } from './close-causes';
import type { CloseReason } from './close-reason';
import { type Commands, createCommands } from './commands';
import { type Conversation, createConversation } from './conversation';
import { createDeferred, type Deferred } from './deferred';
import { type Expiry, watchExpiry } from './expiry';
import { watchIdle } from './idle';
import { receiveIncoming } from './incoming';
import { type Link, type LinkListeners, openLink } from './link';
import { watchLiveness } from './liveness';
import { createOpenCalls, type OpenCalls } from './open-calls';
import { watchPage } from './page-lifecycle';
import type { Playback } from './playback';
import { createServiceLine } from './service-line';
import { openServiceSession, type ServiceSession } from './service-sessions';
import type { SessionConfig } from './session-config';
import type { SessionStore } from './session-store';

export interface SessionRun {
  /** Resolves when the avatar is there; rejects when the last provider has failed or `signal` was aborted. */
  connect(signal: AbortSignal | undefined): Promise<void>;
  end(reason: CloseReason, error?: AvatarError): Promise<void>;
  readonly conversation: Conversation;
  readonly commands: Commands;
  readonly calls: OpenCalls;
  readonly transport: AvatarTransport | undefined;
}

export function createSessionRun(
  config: SessionConfig,
  store: SessionStore,
  playback: Playback,
  tap: () => ((record: WireRecord) => void) | undefined,
): SessionRun {
  const { clock, timeouts, logger } = config;
  const { events } = store;
  const startedAt = clock.now();
  /** Aborted by whatever ends the run. */
  const ending = new AbortController();

  let service: ServiceSession | undefined;
  let link: Link | undefined;
  let way: OutboxConnection | undefined;
  const nobody = createAvatarTracker(undefined, () => {});
  let avatar: AvatarTracker = nobody;
  let expiry: Expiry | undefined;
  let ended: Promise<void> | undefined;

  /** Settles with the first live moment of an attempt. */
  let firstLive: Deferred<void> | undefined;
  /** Settles when nothing is being joined or left any more. */
  let room: Promise<unknown> | undefined;
  /** A transport that had connected ended before anybody knew of it. */
  let lostWhileJoining: AvatarError | undefined;
  let hasBeenLive = false;
  let flowing = false;
  let lossy = false;
  let outboxNeedsLink = true;
  let lastHeardAt = -Infinity;
  let mayRejoin = true;
  let cancelAbsence: (() => void) | undefined;

  const refusal = (call: Call) => refusalOf(store.getSnapshot().can, call);
  const calls = createOpenCalls(refusal);
  const line = createServiceLine({
    ...config,
    signal: ending.signal,
    onPacket: () => idle.word(),
    call: () => service?.call,
    receive: (word) => incoming.accept(word),
    gone: (error = endedElsewhere()) => void end('service-ended', error),
  });
  const outbox = createOutbox({
    clock,
    isTapped: () => tap() !== undefined,
    onWire: (record) => tap()?.(record),
    // A vendor's own limiter that will not open again opens with a fresh instance of its client.
    renewal: () =>
      link && mayRejoin && !line.byCalls ? () => link && !ended && rejoin('network-lost') : undefined,
  });
  const commands: Commands = createCommands({
    ...config,
    outbox,
    store,
    line,
    refusal,
    conversation: () => conversation,
  });
  const conversation: Conversation = createConversation({
    ...config,
    store,
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
  const incoming = receiveIncoming({
    ...config,
    store,
    line,
    tap,
    avatar: () => avatar,
    onHeard: heard,
    onWord: () => idle.word(),
    onAcknowledgement: commands.receive,
  });
  const liveness = watchLiveness({
    ...config,
    unresponsiveMs: timeouts.unresponsiveMs,
    store,
    line,
    commands,
    isFlowing: () => flowing,
    onSilence: () => rejoin('unresponsive'),
    onLost: (error) => void end('unresponsive', error),
  });
  const idle = watchIdle(clock, {
    isSending: () => conversation.isUnderWay,
    isSpeaking: () => store.getSnapshot().avatar.speaking,
    onIdle: () => void end('idle'),
  });
  const unwatchPage = watchPage({
    onHide() {
      // What is ending already would wait for its transport first.
      if (!config.closeOnPageHide && !ended) return;
      // The page may get no further turn: the request that costs money leaves in this one, whatever else is under way.
      void service?.close('page-hidden', true);
      void end('page-hidden');
    },
    onShow() {
      expiry?.check();
      outbox.pump();
    },
  });

  // Joining

  async function connect(signal: AbortSignal | undefined): Promise<void> {
    const onAbort = () => {
      ending.abort(signal?.reason);
      void end('connect-failed');
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      store.dispatch({ type: 'connecting' });
      await tryProviders();
    } catch (error) {
      const { aborted, reason } = ending.signal;
      await end('connect-failed', isAvatarError(error) ? error : undefined);
      throw aborted ? reason : error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async function tryProviders(): Promise<void> {
    const { providers } = config;
    for (const [index, provider] of providers.entries()) {
      try {
        return await attempt(provider);
      } catch (error) {
        ending.signal.throwIfAborted();
        if (!isAvatarError(error)) throw error;
        logger.info('an attempt failed', { provider, code: error.code });
        await leave('connect-failed');
        events.emit('attempt-failed', { provider, error });
        ending.signal.throwIfAborted();
        if (index + 1 === providers.length || !mayFailOver(error)) throw error;
        store.dispatch({ type: 'connecting' });
      }
    }
  }

  async function attempt(provider: Provider): Promise<void> {
    ending.signal.throwIfAborted();
    const opened = await openServiceSession(provider, ending.signal, {
      ...config,
      onGone: () => service && service === opened && void end('service-ended', endedElsewhere()),
    });
    if (ending.signal.aborted) {
      await opened.close('connect-failed', false);
      throw ending.signal.reason;
    }
    service = opened;
    const { expiresInMs } = opened.details;
    if (expiresInMs !== undefined) {
      expiry = watchExpiry(clock, {
        expiresInMs,
        noticeMs: timeouts.expiringNoticeMs,
        onExpiring: (inMs) => events.emit('expiring', { inMs }),
        onExpired: () => void end('expired', hasBeenLive ? undefined : expiredTooSoon()),
      });
    }
    firstLive = createDeferred<void>();
    const loaded = line.load(opened.details.service);
    loaded.catch(() => {});
    const joined = join(opened, loaded);
    room = joined;
    await joined;
    await firstLive.promise;
  }

  async function join({ details, call }: ServiceSession, ready = Promise.resolve()): Promise<void> {
    const { provider, service: serviceName } = details;
    const tracker = createAvatarTracker(details.avatarId, () => avatar === tracker && showAvatar());
    avatar = tracker;
    lostWhileJoining = undefined;
    const joined = await openLink({ ...config, details, call, ready, listeners, signal: ending.signal });
    if (ending.signal.aborted || lostWhileJoining) {
      await joined.close();
      throw ending.signal.aborted ? ending.signal.reason : lostWhileJoining;
    }
    link = joined;
    line.open();
    const { transport, connection } = joined;
    const policy = ratePolicyFor(provider, transport.capabilities.policy, config.policy);
    way = line.way({
      send(packet) {
        liveness.handedOver();
        return transport.send(packet);
      },
      maxPacketBytes: connection.maxPacketBytes,
      policy,
    });
    const can = line.can(connection.canSend);
    store.dispatch({ type: 'joined', provider, service: serviceName, can, expiresAt: expiry?.at });
    // The service may have said at once that it is gone, or a listener have closed the session.
    ending.signal.throwIfAborted();
    if (!hasBeenLive) store.dispatch({ type: 'timing', timings: { connectMs: clock.now() - startedAt } });
    logger.info('joined', { provider, localId: connection.localId });
    commands.joined();
    conversation.joined();
    calls.decide();
    showAvatar();
  }

  // What the transport says

  const listeners: LinkListeners = {
    packet(packet) {
      if (ended) return;
      // Its first packet may come before the transport says that it has joined.
      line.open();
      incoming.receive(packet);
    },
    'track-added': (track) => avatar.trackAdded(track),
    'track-removed': (track) => avatar.trackRemoved(track),
    'playback-blocked': ({ kind, resume }) => playback.blockedBySdk(kind, resume),
    'participant-joined': ({ id }) => avatar.joined(id),
    'participant-left': ({ id }) => avatar.left(id),
    quality: (quality) => store.dispatch({ type: 'quality', quality }),
    'credentials-expiring': ({ inMs }) => events.emit('expiring', { inMs }),
    reconnecting() {
      store.dispatch({ type: 'link-lost' });
      followState();
    },
    reconnected(how) {
      // While it is still being joined, that alone says when packets flow.
      if (!link) return;
      lossy ||= how.lossy;
      store.dispatch({ type: 'link-restored' });
      followState();
    },
    closed: ({ reason, error }) => linkClosed(reason, error),
  };

  function linkClosed(reason: TransportCloseReason, cause: AvatarError | undefined): void {
    const error = closeError(reason, cause);
    const verdict = VERDICTS[reason];
    logger.info('the connection ended', { reason });
    if (hasBeenLive && !verdict.rejoin) void end(verdict.reason, error);
    // What is being joined or attempted decides itself what comes next.
    else if (!link) lostWhileJoining = error;
    else if (!hasBeenLive) firstLive?.reject(error);
    else if (mayRejoin) rejoin('network-lost');
    else void end('network-lost', error);
  }

  /** Once, with the same details, the old instance gone first. Another time only after the avatar was heard again. */
  function rejoin(reasonIfItFails: CloseReason): void {
    mayRejoin = false;
    const old = link;
    link = undefined;
    store.dispatch({ type: 'link-lost' });
    followState();
    line.close();
    if (!line.byCalls) {
      conversation.lost(lastHeardAt);
      outbox.detach({ lossySince: lastHeardAt });
      outboxNeedsLink = true;
    }
    avatar = nobody;
    showAvatar();
    room = comeBack(old, reasonIfItFails);
  }

  async function comeBack(old: Link | undefined, reasonIfItFails: CloseReason): Promise<void> {
    try {
      await old?.close();
      ending.signal.throwIfAborted();
      if (service) await join(service);
    } catch (error) {
      // Not awaited: the end waits for this.
      if (!ending.signal.aborted) void end(reasonIfItFails, isAvatarError(error) ? error : undefined);
    }
  }

  // Who is there

  function showAvatar(): void {
    const { id, present, tracks } = avatar;
    // One that comes back may not know what was said to it before.
    lossy ||= !present;
    playback.show(tracks);
    line.show(tracks);
    store.dispatch({
      type: 'avatar',
      avatar: {
        ...(id !== undefined && { id }),
        present,
        audio: tracks.some(({ kind }) => kind === 'audio'),
        video: tracks.some(({ kind }) => kind === 'video'),
      },
    });
    followState();
  }

  /** Packets flow while the session is live, and only then. */
  function followState(): void {
    const { state } = store.getSnapshot();
    if (state === 'waiting' || (state === 'reconnecting' && !hasBeenLive)) watchAbsence();
    else stopWatchingAbsence();
    if ((state === 'live') === flowing) return;
    flowing = state === 'live';
    if (flowing) startFlow();
    else stopFlow();
  }

  function startFlow(): void {
    if (!way) return;
    const doubtful = lossy && hasBeenLive && !line.byCalls;
    const releaseChat = doubtful ? outbox.holdChat() : undefined;
    lossy = false;
    hasBeenLive = true;
    firstLive?.resolve();
    // Before anything leaves, since who sees that may end the session.
    idle.start(timeouts.idleMs ?? line.service.idleMs ?? Infinity);
    conversation.resumed();
    if (doubtful) conversation.lost(lastHeardAt);
    if (outboxNeedsLink) {
      outboxNeedsLink = false;
      outbox.open(way);
    } else {
      outbox.resume(doubtful ? { lossySince: lastHeardAt } : {});
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

  function watchAbsence(): void {
    if (hasBeenLive) {
      cancelAbsence ??= clock.schedule(() => void end('avatar-left'), timeouts.avatarGoneMs);
      return;
    }
    cancelAbsence ??= clock.schedule(() => {
      const message = `The avatar did not come within ${timeouts.avatarMs} ms.`;
      firstLive?.reject(new AvatarError('avatar-timeout', message));
    }, timeouts.avatarMs);
  }

  function stopWatchingAbsence(): void {
    cancelAbsence?.();
    cancelAbsence = undefined;
  }

  function heard(): void {
    mayRejoin = true;
    if (flowing) {
      // What comes while the connection is away says nothing about what was handed over before.
      lastHeardAt = clock.now();
      conversation.heard();
    }
    liveness.heard();
    outbox.pump();
  }

  // The end

  /** Leaves the room and closes the paid session, each step bounded, each even if the other fails. */
  async function leave(reason: CloseReason): Promise<void> {
    const leaving = link;
    const paid = service;
    link = undefined;
    line.close();
    expiry?.stop();
    expiry = undefined;
    stopWatchingAbsence();
    // One that is being joined or left lets go by itself, within the same bound.
    room = Promise.allSettled([leaving?.close(), room]);
    await room;
    await paid?.close(reason, false);
    if (service === paid) service = undefined;
  }

  function end(reason: CloseReason, error?: AvatarError): Promise<void> {
    if (!ended) {
      // Before it begins: what it tells may ask for the end again.
      const finished = createDeferred<void>();
      ended = finished.promise;
      finish(reason, error).then(finished.resolve, finished.reject);
    }
    return ended;
  }

  async function finish(reason: CloseReason, error: AvatarError | undefined): Promise<void> {
    flowing = false;
    const left = leave(reason);
    ending.abort(error ?? new DOMException(`The session was closed: ${reason}.`, 'AbortError'));
    store.dispatch({ type: 'closing' });
    liveness.stop();
    idle.stop();
    conversation.close();
    commands.close(error ?? new AvatarError('not-connected', `The session ended: ${reason}.`));
    outbox.close();
    incoming.close();
    firstLive?.reject(ending.signal.reason);
    avatar = nobody;
    playback.show([]);
    await left;
    unwatchPage();
    store.dispatch({ type: 'closed', reason, error });
    logger.info('closed', { reason });
    events.emit('closed', { reason, ...(error && { error }) });
  }

  return {
    connect,
    end,
    calls,
    conversation,
    commands,
    get transport() {
      return link?.transport;
    },
  };
}

function endedElsewhere(): AvatarError {
  return new AvatarError(
    'session-gone',
    'The service session has ended, and not from here: connect() again.',
  );
}

function expiredTooSoon(): AvatarError {
  return new AvatarError('session-gone', 'The service session was over before the avatar came.');
}
