import {
  AvatarError,
  type AvatarSession,
  type ConnectionDetails,
  type Delivery,
  isAvatarError,
} from '@avatarwire/core';
import { detailsOf, type StreamingSession, wishesOf } from './given-session';
import { closePaid, createRun, type Run, type StreamingAvatarOptions } from './run';
import { isStreamEvent, type StreamEventDetails, type StreamEvents } from './stream-events';
import { buildVideo, findElement, isVideo } from './video-element';

/** `this` is the avatar that the event came of. */
export type StreamEventHandler<E extends StreamEvents> = (
  this: StreamingAvatar,
  event: CustomEvent<StreamEventDetails[E]>,
) => void;

/**
 * The documented class `StreamingAvatar`, over any provider: which one, the credentials say. One session at a time; a
 * new one may be started when the last is over. Instances know nothing of each other.
 *
 * Every promise rejects with an {@link AvatarError} and is told as `ERROR` too; left unawaited it disturbs nobody.
 *
 * ```ts
 * const avatar = new StreamingAvatar({ transports: { agora: () => agora() } });
 * avatar.on(StreamEvents.ONMESSAGE, ({ detail }) => show(detail.from, detail.text));
 * await avatar.startSessionWithCredentials('avatar', await (await fetch('/api/session')).json());
 * await avatar.sendMessage('Hello!');
 * ```
 */
export class StreamingAvatar extends EventTarget {
  readonly #options: StreamingAvatarOptions;
  readonly #reported = new WeakSet<AvatarError>();
  #video: HTMLVideoElement | undefined;
  #run: Run | undefined;
  /** Calls of `closeStreaming` so far. */
  #closings = 0;

  /** Does nothing yet. @throws AvatarError `invalid-argument`, naming the option */
  constructor(options: StreamingAvatarOptions) {
    super();
    this.#options = checkOptions(options);
  }

  /**
   * Joins, and resolves when the avatar is there and can be spoken to; `READY` comes with its picture. Call it in the
   * handler of a click, or the browser may refuse to play sound: then a click on the video starts it.
   *
   * The paid session is this object's affair from here on: `close` ends it, also when it cannot be started.
   *
   * @param elementOrId a `<video>`, or a container that a video is built in; the element or its id. @default what
   * `initDom` was given last
   * @throws AvatarError `invalid-credentials`, `invalid-argument`, and what ended joining; after `closeStreaming` an
   * `AbortError`
   */
  startSessionWithCredentials(
    elementOrId: HTMLElement | string | undefined,
    session: StreamingSession,
  ): Promise<void> {
    return this.#attempt(async () => {
      const details = detailsOf(session);
      if (this.#state === 'closing') await this.#untilClosed(details);
      await this.#begin(elementOrId, details, session).connect();
    });
  }

  /** Leaves and ends the paid session. From any state, any number of times. Never rejects. */
  async closeStreaming(): Promise<void> {
    this.#closings += 1;
    await this.#run?.session.close();
  }

  /** In the session's mode: the avatar answers, or says the same. Resolves when it was handed over, whatever its length. */
  sendMessage(text: string): Promise<Delivery> {
    return this.#attempt(() => this.#running('sendMessage').say(text));
  }

  /**
   * Switches the microphone on, or off. It is asked for in this turn, and let go when it is off or the session ends.
   *
   * @throws AvatarError `permission-denied`, `device-unavailable`, `insecure-context`; `not-connected`, `unsupported`
   */
  toggleMic(): Promise<void> {
    return this.#attempt(() => this.#running('toggleMic').microphone.toggle());
  }

  /** Whether the microphone is being sent. */
  get micStatus(): boolean {
    return this.#run?.microphone.on ?? false;
  }

  /**
   * The video that the avatar is shown in: `elementOrId` itself, or one that is built in it, once. Starting a session
   * does it, too.
   *
   * @throws AvatarError `invalid-argument` when there is no such element
   */
  initDom(elementOrId?: HTMLElement | string): HTMLVideoElement {
    if (elementOrId === undefined && this.#video !== undefined) return this.#video;
    const element = findElement(elementOrId);
    if (isVideo(element)) this.#video = element;
    else if (this.#video?.parentNode !== element) this.#video = buildVideo(element);
    return this.#video as HTMLVideoElement;
  }

  /** @throws AvatarError `invalid-argument` for a name that is none of `StreamEvents` */
  on<E extends StreamEvents>(event: E, handler: StreamEventHandler<E>): void {
    if (!isStreamEvent(event)) throw new AvatarError('invalid-argument', 'on() needs one of StreamEvents.');
    this.addEventListener(event, handler as EventListener);
  }

  off<E extends StreamEvents>(event: E, handler: StreamEventHandler<E>): void {
    this.removeEventListener(event, handler as EventListener);
  }

  /** The session underneath, for what the documented class has no words for. Undefined before the first start. */
  get session(): AvatarSession | undefined {
    return this.#run?.session;
  }

  get #state() {
    return this.#run?.session.getSnapshot().state ?? 'closed';
  }

  /** Waits for the session before that of `details`. */
  async #untilClosed(details: ConnectionDetails): Promise<void> {
    const closings = this.#closings;
    await this.#run?.session.close();
    if (this.#closings === closings) return;
    this.#refuse(details);
    throw new DOMException('closeStreaming() was called before the session began.', 'AbortError');
  }

  #begin(
    elementOrId: HTMLElement | string | undefined,
    details: ConnectionDetails,
    session: StreamingSession,
  ): Run {
    try {
      if (this.#state !== 'closed') {
        throw new AvatarError('invalid-argument', 'A session is running: call closeStreaming() first.');
      }
      this.#run = createRun({
        details,
        wishes: wishesOf(session),
        video: this.initDom(elementOrId),
        options: this.#options,
        emit: (event, detail) => this.#emit(event, detail),
        onFailed: (error) => this.#report(error),
      });
      return this.#run;
    } catch (error) {
      this.#refuse(details);
      throw error;
    }
  }

  /** What was paid for is not used. */
  #refuse(details: ConnectionDetails): void {
    const { sessionId } = details;
    const ran = this.#run?.details;
    // The one that runs, or ran, is closed by itself.
    if (ran === details || (sessionId !== undefined && ran?.sessionId === sessionId)) return;
    void this.#attempt(() =>
      closePaid(this.#options, details, { reason: 'connect-failed', keepalive: false }),
    );
  }

  #running(call: string): Run {
    if (this.#run === undefined || this.#state === 'closed') {
      throw new AvatarError('not-connected', `${call}() needs a session: start one first.`);
    }
    return this.#run;
  }

  /** Starts in this turn, and what fails is told. */
  #attempt<T>(task: () => Promise<T>): Promise<T> {
    const attempt = new Promise<T>((resolve) => {
      resolve(task());
    });
    attempt.catch((error: unknown) => this.#report(error));
    return attempt;
  }

  /** Once, on whichever way it comes first. An abort is no failure: somebody asked for it. */
  #report(error: unknown): void {
    if (!isAvatarError(error) || this.#reported.has(error)) return;
    this.#reported.add(error);
    this.#emit('error', { msg: error.message, e: error });
  }

  #emit<E extends StreamEvents>(event: E, detail: StreamEventDetails[E]): void {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }
}

function checkOptions(options: StreamingAvatarOptions): StreamingAvatarOptions {
  const { transports, close }: Partial<StreamingAvatarOptions> = options ?? {};
  if (typeof transports !== 'object' || transports === null) {
    throw new AvatarError('invalid-argument', 'options.transports must be an object of adapters.');
  }
  if (close !== undefined && typeof close !== 'function') {
    throw new AvatarError('invalid-argument', 'options.close must be a function, where it is given.');
  }
  if ('token' in options) {
    throw new AvatarError(
      'invalid-argument',
      'options.token has no place in a page: open the session at your server, and give its answer to startSessionWithCredentials().',
    );
  }
  return options;
}
