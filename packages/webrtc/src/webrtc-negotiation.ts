/**
 * Offers, answers and candidates of one connection, in order: outgoing ones one call at a time, incoming ones one
 * step at a time, and none before the description that it belongs to.
 */

import { type Deferred, deferred } from '@avatarwire/core/adapter';
import { isEarly } from './webrtc-events';
import { listenToPeer, type PeerConnectionPort, type TransceiverPort } from './webrtc-sdk';
import type { SessionDescription, Signalling } from './webrtc-signalling';

/** Candidates of the other end that are kept until their description comes: far more than a browser finds. */
export const MAX_EARLY_CANDIDATES = 100;

export interface NegotiationOptions {
  readonly peer: PeerConnectionPort;
  readonly signalling: Signalling;
  readonly offers: boolean;
  readonly signal: AbortSignal;
  /** The transceivers that a remote offer made, before it is answered. */
  onOffered(transceivers: readonly TransceiverPort[]): void;
  /** Both descriptions are in force. */
  onStable(): void;
  /** What the signalling threw or rejected with. */
  onSignallingFailed(cause: unknown): void;
  /** The browser refused a description. */
  onRefused(cause: unknown): void;
  /** The browser refused a candidate: others may do. */
  onCandidateRefused(cause: unknown): void;
}

export interface Negotiation {
  /** Makes the first offer, or with `restart` one that gathers new paths. */
  offer(options?: { restart: boolean }): void;
  /**
   * Offers what has changed, whoever offered first. Resolves when the other end has answered; rejects with what the
   * browser refused a description for.
   */
  agree(): Promise<void>;
  receiveDescription(description: RTCSessionDescriptionInit): void;
  receiveCandidate(candidate: RTCIceCandidateInit | null): void;
  /** Stops listening to the peer connection. */
  dispose(): void;
}

export function createNegotiation(options: NegotiationOptions): Negotiation {
  const { peer, signalling, offers, signal } = options;
  const outgoing = createSequence(signal);
  const incoming = createSequence(signal);
  let early: (RTCIceCandidateInit | null)[] = [];
  /** Offers that are being made, or wait for their turn, whatever has changed. */
  let offering = 0;
  /** An offer of the other end is being taken: a description that is made meanwhile would be its answer. */
  let answering = false;
  /** Changes that are in no offer yet, and those in the offer that is out. */
  const wanted: Deferred<void>[] = [];
  const proposed: Deferred<void>[] = [];

  const say = async (send: () => void | Promise<void>) => {
    try {
      await send();
    } catch (cause) {
      if (!signal.aborted) options.onSignallingFailed(cause);
    }
  };

  const describe = async () => {
    // Set inside the outgoing sequence: its candidates then queue behind it, however early the browser finds them.
    await peer.setLocalDescription();
    await sayDescription();
  };

  const sayDescription = async () => {
    const { type, sdp = '' } = peer.localDescription ?? {};
    if (signal.aborted || (type !== 'offer' && type !== 'answer')) return;
    await say(() => signalling.sendDescription({ type, sdp } satisfies SessionDescription, { signal }));
  };

  /** At once, or when the descriptions of now are in force. */
  const propose = () => {
    void outgoing(async () => {
      if (wanted.length === 0 || answering || peer.signalingState !== 'stable') return;
      proposed.push(...wanted.splice(0));
      await peer.setLocalDescription();
      // Unless an offer of the other end has come first, and ours was taken back.
      if (peer.localDescription?.type === 'offer') await sayDescription();
    }).catch(rejectProposed);
  };

  /** An offer of ours is out, or will be. */
  const isOffering = () =>
    offering > 0 || wanted.length > 0 || proposed.length > 0 || peer.signalingState !== 'stable';

  const rejectProposed = (cause: unknown) => {
    for (const change of proposed.splice(0)) change.reject(cause);
  };

  const addCandidate = async (candidate: RTCIceCandidateInit | null) => {
    try {
      await peer.addIceCandidate(candidate ?? undefined);
    } catch (cause) {
      if (!signal.aborted) options.onCandidateRefused(cause);
    }
  };

  const answer = async (offer: RTCSessionDescriptionInit) => {
    await peer.setRemoteDescription(offer);
    if (signal.aborted) return;
    wanted.unshift(...proposed.splice(0));
    options.onOffered(peer.getTransceivers());
    await outgoing(describe);
  };

  const accept = async (description: RTCSessionDescriptionInit) => {
    if (description.type === 'offer') {
      // Both offered: the offerer's stands, and the answerer's browser takes its own back by itself.
      if (offers && isOffering()) return;
      answering = true;
      try {
        await answer(description);
      } finally {
        answering = false;
      }
    } else if (description.type === 'answer') {
      // Otherwise it answers an offer that was said twice.
      if (peer.signalingState !== 'have-local-offer') return;
      try {
        await peer.setRemoteDescription(description);
      } catch (cause) {
        rejectProposed(cause);
        throw cause;
      }
      for (const change of proposed.splice(0)) change.resolve();
    } else throw new TypeError('A description from the other end must be an offer or an answer.');
    if (signal.aborted) return;
    if (peer.signalingState === 'stable') {
      options.onStable();
      propose();
    }
    const kept = early;
    early = [];
    for (const candidate of kept) await takeCandidate(candidate);
  };

  const takeCandidate = async (candidate: RTCIceCandidateInit | null) => {
    if (!isEarly(candidate, peer.remoteDescription)) await addCandidate(candidate);
    else if (early.length < MAX_EARLY_CANDIDATES) early.push(candidate);
    else options.onCandidateRefused(`More than ${MAX_EARLY_CANDIDATES} came before their description.`);
  };

  const refused = (cause: unknown) => {
    if (!signal.aborted) options.onRefused(cause);
  };

  const dispose = listenToPeer(peer, 'icecandidate', ({ candidate }) => {
    // An empty one ends a generation of candidates; `null`, which follows, ends them all.
    const plain = candidate?.toJSON() ?? null;
    if (plain?.candidate === '') return;
    void outgoing(() => say(() => signalling.sendCandidate(plain, { signal })));
  });

  return {
    offer({ restart } = { restart: false }) {
      offering += 1;
      void outgoing(async () => {
        // An offer without its answer may not have arrived: it is said again, so that one answer fits.
        if (peer.signalingState === 'have-local-offer') return sayDescription();
        if (restart) peer.restartIce();
        return describe();
      })
        .catch(refused)
        .finally(() => {
          offering -= 1;
        });
    },
    agree() {
      const change = deferred<void>();
      wanted.push(change);
      propose();
      return change.promise;
    },
    receiveDescription(description) {
      void incoming(() => accept(description)).catch(refused);
    },
    receiveCandidate(candidate) {
      void incoming(() => takeCandidate(candidate)).catch(refused);
    },
    dispose,
  };
}

/** Runs steps one after the other; a failed one fails alone. After `signal`, no further one begins. */
function createSequence(signal: AbortSignal): (step: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (step) => {
    const next = last.then(() => (signal.aborted ? undefined : step()));
    last = next.catch(() => {});
    return next;
  };
}
