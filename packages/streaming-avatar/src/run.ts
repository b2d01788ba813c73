/** One session of a `StreamingAvatar`, from its start to its `CLOSED`. */

import {
  AvatarError,
  type AvatarSession,
  type AvatarSessionOptions,
  type CloseReason,
  type ConnectionDetails,
  createAvatarSession,
  type Delivery,
  isAvatarError,
  type SessionEvents,
  type SessionSource,
  systemClock,
} from '@avatarwire/core';
import { localMedia } from '@avatarwire/core/media';
import type { Wishes } from './given-session';
import { createMessageDetails } from './message-details';
import { createMicrophone, type Microphone } from './microphone';
import type { StreamEventDetails } from './stream-events';

export interface Closing {
  readonly reason: CloseReason;
  readonly keepalive: boolean;
}

export interface StreamingAvatarOptions
  extends Pick<
      AvatarSessionOptions,
      'transports' | 'services' | 'policy' | 'timeouts' | 'logger' | 'clock' | 'randomId'
    >,
    Pick<SessionSource, 'call'> {
  /**
   * Ends the paid session: called once for each session that was started or could not be, whatever ended it. With
   * `keepalive` the page is going away, and the request must outlive it (`fetch(…, { keepalive: true })`).
   *
   * @default nothing: a session that nobody closes is paid to the end of its duration
   */
  readonly close?: (details: ConnectionDetails, how: Closing) => void | Promise<void>;
}

export interface Run {
  readonly details: ConnectionDetails;
  readonly session: AvatarSession;
  readonly microphone: Microphone;
  connect(): Promise<void>;
  say(text: string): Promise<Delivery>;
}

export interface RunOptions {
  readonly details: ConnectionDetails;
  readonly wishes: Wishes;
  readonly video: HTMLVideoElement;
  readonly options: StreamingAvatarOptions;
  emit<E extends keyof StreamEventDetails>(event: E, detail: StreamEventDetails[E]): void;
  readonly onFailed: (error: unknown) => void;
}

const NOTICE_MS = 30_000;
/** What an end of the service's own looks like from here, when a session's time is up: by so much sooner than here. */
const SOONER_MS = 30_000;
const ENDED_BY_SERVICE: readonly CloseReason[] = ['service-ended', 'removed', 'avatar-left'];

/** @throws AvatarError `invalid-argument`, naming the option */
export function createRun({ details, wishes, video, options, emit, onFailed }: RunOptions): Run {
  const { call, close: _close, timeouts, ...rest } = options;
  const { clock = systemClock } = options;
  const session = createAvatarSession({
    ...rest,
    source: {
      open: () => Promise.resolve(details),
      ...(call && { call }),
      close: (_details, how) => closePaid(options, details, how).catch(onFailed),
    },
    media: localMedia(),
    prefer: [details.provider],
    timeouts: { expiringNoticeMs: NOTICE_MS, ...timeouts },
  });
  const microphone = createMicrophone(session);
  const messages = createMessageDetails();
  let isReady = false;
  /** On the clock; undefined until it is announced. */
  let endsAt: number | undefined;

  const isOver = () => ['closing', 'closed'].includes(session.getSnapshot().state);

  function unlessOver(error: unknown): void {
    if (!isOver()) onFailed(error);
  }

  function follow(): void {
    const { state, avatar } = session.getSnapshot();
    if (isReady || state !== 'live' || !avatar.video) return;
    isReady = true;
    emit('ready', { ready: true });
  }

  /** Takes its place before whatever the page says first, also while it joins. */
  function prepare(): void {
    session.setParams(wishes.params).catch((error) => {
      const { state, can } = session.getSnapshot();
      // Where no params can be set, each text says by itself what it is.
      if (state === 'connecting' || can.setParams) unlessOver(error);
    });
  }

  async function say(text: string): Promise<Delivery> {
    const { state, can } = session.getSnapshot();
    if (state === 'connecting') {
      return session.send(text).catch((error: unknown) => {
        // Now it is known whom it joined, and that the mode of our own wish is none of theirs.
        if (isAvatarError(error) && error.code === 'unsupported' && !isOver()) return say(text);
        throw error;
      });
    }
    if (can.setParams) return session.send(text);
    // Where no mode can be set, each text says by itself what it is.
    return wishes.mode === 'dialogue' && can.ask ? session.ask(text) : session.speak(text);
  }

  function expiring({ inMs }: SessionEvents['expiring']): void {
    // The connection's own token may end at the same time, and says so as well.
    if (endsAt !== undefined) return;
    endsAt = clock.now() + inMs;
    emit('will-expire', { msg: `The session ends in ${Math.round(inMs / 1_000)} seconds.`, inMs });
  }

  function ended({ reason, error }: SessionEvents['closed']): void {
    for (const stop of undo.splice(0)) stop();
    // The service counts from before its details reached the page, so it may be first.
    const isDue = endsAt !== undefined && endsAt - clock.now() <= SOONER_MS;
    const expired = reason === 'expired' || (isDue && ENDED_BY_SERVICE.includes(reason));
    if (expired) emit('expired', { msg: 'The time of the session is up.' });
    else if (error) onFailed(error);
    emit('closed', { reason: expired ? 'expired' : reason });
  }

  const resume = () => {
    if (session.getSnapshot().playback === 'blocked') session.resumePlayback().catch(onFailed);
  };
  video.addEventListener('click', resume);
  const undo = [
    () => video.removeEventListener('click', resume),
    session.attach(video),
    session.subscribe(follow),
    session.on('message-changed', ({ message }) => {
      const detail = messages.next(message);
      if (detail) emit('message', detail);
    }),
    session.on('media-failed', ({ problem }) => onFailed(problem.error)),
    session.on('expiring', expiring),
    session.on('closed', ended),
  ];

  return {
    details,
    session,
    microphone,
    connect() {
      const connected = session.connect();
      prepare();
      return connected;
    },
    say,
  };
}

/** @throws AvatarError `network` for whatever else `close` threw: somebody may go on paying */
export async function closePaid(
  { close }: Pick<StreamingAvatarOptions, 'close'>,
  details: ConnectionDetails,
  how: Closing,
): Promise<void> {
  try {
    await close?.(details, how);
  } catch (cause) {
    if (isAvatarError(cause)) throw cause;
    const message = 'options.close failed: the paid session may still be open.';
    throw new AvatarError('network', message, { cause });
  }
}
