/** Everything between one `connect()` and the end it leads to. */

import type { Provider } from '../credentials';
import type { WireRecord } from '../delivery/outgoing';
import { ratePolicyFor } from '../delivery/rate-policies';
import type { Emitter } from '../emitter';
import { AvatarError, isAvatarError } from '../errors';
import type { AvatarTransport, TransportCloseReason } from '../transport';
import { watchAbsence } from './absence';
import { type AvatarTracker, createAvatarTracker } from './avatar-tracker';
import { closeError, mayFailOver, VERDICTS } from './close-causes';
import type { CloseReason } from './close-reason';
import type { Commands } from './commands';
import type { Conversation } from './conversation';
import { createDeferred, type Deferred } from './deferred';
import { watchEnds } from './ends';
import { type Link, type LinkListeners, openLink } from './link';
import type { OpenCalls } from './open-calls';
import { watchPage } from './page-lifecycle';
import type { Playback } from './playback';
import { openServiceSession, type ServiceSession } from './service-sessions';
import type { SessionConfig } from './session-config';
import { canTake, sendable } from './session-media';
import type { SessionStore } from './session-store';
import { createTalk, endedElsewhere } from './talk';

export interface SessionRun {
  /** Resolves when the avatar is there; rejects when the last provider has failed or `signal` was aborted. */
  connect(signal: AbortSignal | undefined): Promise<void>;
  end(reason: CloseReason, error?: AvatarError): Promise<void>;
  readonly conversation: Conversation;
  readonly commands: Commands;
  readonly calls: OpenCalls;
  readonly transport: AvatarTransport | undefined;
  /** The connection, while it stands: not while it is away, nor from the turn on in which the session ends. */
  readonly standing: Link | undefined;
  /** Counts as a word. */
  keepOpen(): void;
}

/** For those who live longer than a run, and work over its connection. What they throw stops nothing. */
export interface RunEvents {
  /** What stands is another connection, or none. */
  connection: undefined;
  /** The run ends, in this turn. */
  end: undefined;
}

export function createSessionRun(
  config: SessionConfig,
  store: SessionStore,
  playback: Playback,
  runs: Emitter<RunEvents>,
  tap: () => ((record: WireRecord) => void) | undefined,
): SessionRun {
  const { clock, timeouts, logger } = config;
  const { events } = store;
  const startedAt = clock.now();
  /** Aborted by whatever ends the run. */
  const ending = new AbortController();

  let service: ServiceSession | undefined;
  let link: Link | undefined;
  const nobody = createAvatarTracker(undefined, logger, () => {});
  let avatar: AvatarTracker = nobody;
  let ended: Promise<void> | undefined;

  /** Settles with the first live moment of an attempt. */
  let firstLive: Deferred<void> | undefined;
  /** Settles when nothing is being joined or left any more. */
  let room: Promise<unknown> | undefined;
  /** A transport that had connected ended before anybody knew of it. */
  let lostWhileJoining: AvatarError | undefined;
  let followed: Link | undefined;
  let mayRejoin = true;

  const talk = createTalk({
    ...config,
    store,
    tap,
    signal: ending.signal,
    call: () => service?.call,
    avatar: () => avatar,
    onHeard: heard,
    onWord: () => ends.word(),
    onFlow() {
      firstLive?.resolve();
      ends.watchSilence(timeouts.idleMs ?? line.service.idleMs ?? Infinity);
    },
    onGone: (error) => void end('service-ended', error),
    renewal: () => (link && mayRejoin ? () => link && !ended && rejoin('network-lost') : undefined),
    onSilence: () => rejoin('unresponsive'),
    onLost: (error) => void end('unresponsive', error),
  });
  const { line, outbox, commands, conversation, calls, incoming } = talk;
  const ends = watchEnds({
    ...config,
    store,
    isSending: () => conversation.isUnderWay,
    onExpired: () => void end('expired', talk.hasFlowed ? undefined : expiredTooSoon()),
    onIdle: () => void end('idle'),
  });
  const absence = watchAbsence({
    ...config,
    hasFlowed: () => talk.hasFlowed,
    onNeverCame: (error) => firstLive?.reject(error),
    onGone: () => void end('avatar-left'),
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
      ends.check();
      outbox.pump();
      playback.wake();
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
    if (expiresInMs !== undefined) ends.opened(expiresInMs);
    firstLive = createDeferred<void>();
    const loaded = line.load(opened.details.service);
    loaded.catch(() => {});
    const joining = join(opened, loaded);
    room = joining;
    await joining;
    await firstLive.promise;
  }

  async function join({ details, call }: ServiceSession, ready = Promise.resolve()): Promise<void> {
    const { provider, service: serviceName } = details;
    const tracker = createAvatarTracker(details.avatarId, logger, () => avatar === tracker && showAvatar());
    avatar = tracker;
    lostWhileJoining = undefined;
    const opened = await openLink({ ...config, details, call, ready, listeners, signal: ending.signal });
    if (ending.signal.aborted || lostWhileJoining) {
      await opened.close();
      throw ending.signal.aborted ? ending.signal.reason : lostWhileJoining;
    }
    link = opened;
    line.open();
    const { transport, connection } = opened;
    const policy = ratePolicyFor(provider, transport.capabilities.policy, config.policy);
    const way = line.way({
      send(packet) {
        talk.handedOver();
        return transport.send(packet);
      },
      maxPacketBytes: connection.maxPacketBytes,
      policy,
    });
    talk.joined(way);
    const { publishing } = transport;
    const takes = (config.media && publishing && line.service.takes) || [];
    const can = { ...line.can(connection.canSend), ...canTake(takes) };
    opened.publishing = publishing && sendable(publishing, can);
    store.dispatch({ type: 'joined', provider, service: serviceName, can, expiresAt: ends.expiresAt });
    // The service may have said at once that it is gone, or a listener have closed the session.
    ending.signal.throwIfAborted();
    if (!talk.hasFlowed) store.dispatch({ type: 'timing', timings: { connectMs: clock.now() - startedAt } });
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
    'playback-blocked': (refusal) => playback.blockedBySdk(refusal),
    'participant-joined': ({ id }) => avatar.joined(id),
    'participant-left': ({ id }) => avatar.left(id),
    quality: (value) => store.dispatch({ type: 'part', name: 'quality', value }),
    'credentials-expiring': ({ inMs }) => ends.expiring(inMs),
    reconnecting() {
      store.dispatch({ type: 'link-lost' });
      followState();
    },
    reconnected(how) {
      // While it is still being joined, that alone says when packets flow.
      if (!link) return;
      if (how.lossy) talk.doubt();
      store.dispatch({ type: 'link-restored' });
      followState();
    },
    closed: ({ reason, error }) => linkClosed(reason, error),
  };

  function linkClosed(reason: TransportCloseReason, cause: AvatarError | undefined): void {
    const error = closeError(reason, cause);
    const verdict = VERDICTS[reason];
    logger.info('the connection ended', { reason });
    if (talk.hasFlowed && !verdict.rejoin) void end(verdict.reason, error);
    // What is being joined or attempted decides itself what comes next.
    else if (!link) lostWhileJoining = error;
    else if (!talk.hasFlowed) firstLive?.reject(error);
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
    talk.detach();
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
    if (!present) talk.doubt();
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

  function followState(): void {
    const { state } = store.getSnapshot();
    if (state === 'waiting' || (state === 'reconnecting' && !talk.hasFlowed)) absence.begin();
    else absence.end();
    talk.follow(state === 'live');
    followLink();
  }

  function standing(): Link | undefined {
    const { state } = store.getSnapshot();
    return !ended && (state === 'live' || state === 'waiting') ? link : undefined;
  }

  function followLink(): void {
    const now = standing();
    if (now === followed) return;
    followed = now;
    runs.emit('connection', undefined);
  }

  function heard(): void {
    mayRejoin = true;
    talk.heard();
  }

  // The end

  /** Leaves the room and closes the paid session, each step bounded, each even if the other fails. */
  async function leave(reason: CloseReason): Promise<void> {
    const leaving = link;
    const paid = service;
    link = undefined;
    line.close();
    ends.left();
    absence.end();
    followLink();
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
    runs.emit('end', undefined);
    const left = leave(reason);
    ending.abort(error ?? new DOMException(`The session was closed: ${reason}.`, 'AbortError'));
    ends.stop();
    // Nothing leaves any more, whatever a listener takes back.
    outbox.pause();
    store.dispatch({ type: 'closing' });
    talk.close(error ?? new AvatarError('not-connected', `The session ended: ${reason}.`));
    firstLive?.reject(ending.signal.reason);
    avatar = nobody;
    playback.show([]);
    await left;
    unwatchPage();
    store.dispatch({ type: 'closed', reason, error });
    logger.info('closed', { reason });
  }

  return {
    calls,
    conversation,
    commands,
    connect,
    end,
    get transport() {
      return link?.transport;
    },
    get standing() {
      return standing();
    },
    keepOpen: ends.word,
  };
}

function expiredTooSoon(): AvatarError {
  return new AvatarError('session-gone', 'The service session was over before the avatar came.');
}
