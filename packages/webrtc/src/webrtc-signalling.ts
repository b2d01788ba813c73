/**
 * How descriptions and candidates travel between the two ends. WebRTC leaves this to the application; here it is one
 * small object that the application hands in.
 */

/** What one end says about itself: the plain form of an `RTCSessionDescription`. */
export interface SessionDescription {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

export interface SignallingOptions {
  /** Aborted when the transport gives up or closes: what is still under way may be dropped. */
  readonly signal: AbortSignal;
}

export interface OpenOptions extends SignallingOptions {
  /** A call to the avatar service over REST, where the session's source offers one. */
  readonly call?: (action: string, body: unknown) => Promise<unknown>;
}

/** Where an application's signalling delivers what the other end says. Ignores everything after the end. */
export interface RemoteSignals {
  description(description: RTCSessionDescriptionInit): void;
  /**
   * A candidate, or `null` when no more come. One that is early, before the description that it belongs to, is kept
   * until that arrives.
   */
  candidate(candidate: RTCIceCandidateInit | null): void;
  /** The other end said goodbye: the transport closes with `room-ended`. */
  ended(): void;
  /**
   * The way itself broke. While connecting, `connect` rejects with `network`. A connection that stands goes on
   * without it, but cannot be restarted should its path be lost.
   */
  failed(error: unknown): void;
}

/**
 * One end of the way. One object serves one connection, as a transport does.
 *
 * Calls come one at a time and in order: the next one is made when the one before has settled, so a candidate never
 * overtakes its description. Where that is slow, resolve early. What a call throws or rejects with fails `connect`:
 * an `AvatarError` as it is, anything else as `network`. On a connection that stands it is logged.
 */
export interface Signalling {
  /**
   * Who makes the first offer, and later offers an ICE restart. With `credentials.offer` the other end has offered
   * already, and this is read as `answerer`. If both offer at once, the offerer's stands.
   */
  readonly role: 'offerer' | 'answerer';
  /** Opens the way. What the other end says, early or late, goes to `remote`. Obeys `signal`. */
  open(remote: RemoteSignals, options: OpenOptions): void | Promise<void>;
  sendDescription(description: SessionDescription, options: SignallingOptions): void | Promise<void>;
  /** `null`: no more come for this description. */
  sendCandidate(candidate: RTCIceCandidateInit | null, options: SignallingOptions): void | Promise<void>;
  /** Says goodbye. Called once, after `open` has settled; at most 2.5 s are waited for it. */
  close(): void | Promise<void>;
}

/**
 * Both ends of a way inside one page: for tests, and for an avatar that lives in the page. Delivers in order, never
 * in the turn of the call, and keeps what comes before the other end is open.
 */
export function createLoopbackSignalling(
  options: { /** Which end offers. @default 'local' */ readonly offerer?: 'local' | 'remote' } = {},
): { readonly local: Signalling; readonly remote: Signalling } {
  const toLocal = createInbox();
  const toRemote = createInbox();
  const localOffers = options.offerer !== 'remote';
  return {
    local: createEnd(localOffers, toLocal, toRemote),
    remote: createEnd(!localOffers, toRemote, toLocal),
  };
}

interface Inbox {
  deliver(message: (receiver: RemoteSignals) => void): void;
  open(receiver: RemoteSignals): void;
}

function createInbox(): Inbox {
  const early: ((receiver: RemoteSignals) => void)[] = [];
  let receiver: RemoteSignals | undefined;
  const flush = () => {
    if (receiver) for (const message of early.splice(0)) message(receiver);
  };
  return {
    deliver(message) {
      early.push(message);
      queueMicrotask(flush);
    },
    open(opened) {
      receiver = opened;
      queueMicrotask(flush);
    },
  };
}

function createEnd(offers: boolean, own: Inbox, other: Inbox): Signalling {
  return {
    role: offers ? 'offerer' : 'answerer',
    open: (remote) => own.open(remote),
    sendDescription: ({ type, sdp }) => other.deliver((receiver) => receiver.description({ type, sdp })),
    sendCandidate(candidate) {
      const copy = candidate && { ...candidate };
      other.deliver((receiver) => receiver.candidate(copy));
    },
    close: () => other.deliver((receiver) => receiver.ended()),
  };
}
