/** What others publish: announced, subscribed to, received. */

import { type Clock, createEmitter, type RemoteTrack } from '@avatarwire/core';
import { isGone } from './agora-errors';
import { remoteTrack } from './agora-events';
import type { AgoraClient, AgoraKind, AgoraRemoteTrack, AgoraRemoteUser } from './agora-sdk';

interface Subscription {
  readonly kind: AgoraKind;
  readonly from: string;
  received: { readonly track: AgoraRemoteTrack; readonly told: RemoteTrack } | undefined;
  triesLeft: number;
  cancelRetry: () => void;
}

/**
 * A subscription that fails is asked for again while the user publishes: just after a reconnect the SDK may not know
 * yet what it knew before (read in 4.24.8).
 */
const RETRIES = 3;
const RETRY_MS = 1_000;

export class AgoraSubscriptions {
  readonly #events = createEmitter<{ 'track-added': RemoteTrack; 'track-removed': RemoteTrack }>();
  readonly on = this.#events.on;
  /** By user and kind: what the SDK said last of it. What is not in here any more was withdrawn meanwhile. */
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #clock: Clock;
  readonly #onFailed: (kind: AgoraKind, error: unknown) => void;

  constructor(clock: Clock, onFailed: (kind: AgoraKind, error: unknown) => void) {
    this.#clock = clock;
    this.#onFailed = onFailed;
  }

  /** Whatever the user publishes and did not arrive yet: what is under way may still fail of the link that was lost. */
  reconcile(client: AgoraClient, user: AgoraRemoteUser): void {
    const isMissing = (kind: AgoraKind) => !this.#subscriptions.get(keyOf(user, kind))?.received;
    if (user.hasAudio && isMissing('audio')) void this.add(client, user, 'audio');
    if (user.hasVideo && isMissing('video')) void this.add(client, user, 'video');
  }

  add(client: AgoraClient, user: AgoraRemoteUser, kind: AgoraKind): Promise<void> {
    const key = keyOf(user, kind);
    const known = this.#subscriptions.get(key);
    known?.cancelRetry();
    const subscription: Subscription = {
      kind,
      from: String(user.uid),
      received: known?.received,
      triesLeft: RETRIES,
      cancelRetry: () => {},
    };
    this.#subscriptions.set(key, subscription);
    return this.#subscribe(client, user, subscription);
  }

  async #subscribe(client: AgoraClient, user: AgoraRemoteUser, subscription: Subscription): Promise<void> {
    const { kind } = subscription;
    const isCurrent = () => this.#subscriptions.get(keyOf(user, kind)) === subscription;
    try {
      const track = await (kind === 'audio'
        ? client.subscribe(user, 'audio')
        : client.subscribe(user, 'video'));
      if (isCurrent()) this.#receive(subscription, track);
    } catch (error) {
      if (!isCurrent()) return;
      // Who had gone again, or had stopped, before we were that far.
      if (!isGone(error)) this.#onFailed(kind, error);
      const isPublished = kind === 'audio' ? user.hasAudio : user.hasVideo;
      if (!isPublished || subscription.triesLeft === 0) return this.remove(user, kind);
      subscription.triesLeft -= 1;
      subscription.cancelRetry = this.#clock.schedule(
        () => void this.#subscribe(client, user, subscription),
        RETRY_MS,
      );
    }
  }

  remove(user: AgoraRemoteUser, kind: AgoraKind): void {
    const key = keyOf(user, kind);
    const { received, cancelRetry } = this.#subscriptions.get(key) ?? {};
    cancelRetry?.();
    this.#subscriptions.delete(key);
    if (received !== undefined) this.#events.emit('track-removed', received.told);
  }

  /** Mending its media connection, the SDK puts other tracks into those that it gave us. */
  refresh(from: string): void {
    for (const subscription of [...this.#subscriptions.values()]) {
      const { received } = subscription;
      if (subscription.from === from && received !== undefined) this.#receive(subscription, received.track);
    }
  }

  /** Nothing is told any more. */
  end(): void {
    for (const { cancelRetry } of this.#subscriptions.values()) cancelRetry();
    this.#subscriptions.clear();
    this.#events.clear();
  }

  #receive(subscription: Subscription, track: AgoraRemoteTrack): void {
    const { kind, from, received } = subscription;
    const told = remoteTrack(track, kind, from);
    if (received?.told.track === told.track) return;
    subscription.received = { track, told };
    if (received !== undefined) this.#events.emit('track-removed', received.told);
    this.#events.emit('track-added', told);
  }
}

/** User ids are numbers and texts, and the same one may come as either. */
function keyOf({ uid }: AgoraRemoteUser, kind: AgoraKind): string {
  return `${kind} ${uid}`;
}
