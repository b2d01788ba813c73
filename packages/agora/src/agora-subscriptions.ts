/** What others publish: announced, subscribed to, received. */

import { createEmitter, type Logger, type RemoteTrack } from '@avatarwire/core';
import { redactError } from '@avatarwire/core/adapter';
import { isGone } from './agora-errors';
import { remoteTrack } from './agora-events';
import type { AgoraClient, AgoraKind, AgoraRemoteTrack, AgoraRemoteUser } from './agora-sdk';

interface Subscription {
  readonly kind: AgoraKind;
  readonly from: string;
  received: { readonly track: AgoraRemoteTrack; readonly told: RemoteTrack } | undefined;
}

export class AgoraSubscriptions {
  readonly #events = createEmitter<{ 'track-added': RemoteTrack; 'track-removed': RemoteTrack }>();
  readonly on = this.#events.on;
  /** By user and kind: what the SDK said last of it. What is not in here any more was withdrawn meanwhile. */
  readonly #subscriptions = new Map<string, Subscription>();

  /** Whatever the user publishes and was not subscribed to yet. */
  reconcile(client: AgoraClient, user: AgoraRemoteUser, logger: Logger): void {
    if (user.hasAudio && !this.#subscriptions.has(keyOf(user, 'audio')))
      void this.add(client, user, 'audio', logger);
    if (user.hasVideo && !this.#subscriptions.has(keyOf(user, 'video')))
      void this.add(client, user, 'video', logger);
  }

  async add(client: AgoraClient, user: AgoraRemoteUser, kind: AgoraKind, logger: Logger): Promise<void> {
    const key = keyOf(user, kind);
    const { received } = this.#subscriptions.get(key) ?? {};
    const subscription: Subscription = { kind, from: String(user.uid), received };
    this.#subscriptions.set(key, subscription);
    const isCurrent = () => this.#subscriptions.get(key) === subscription;
    try {
      const track = await (kind === 'audio'
        ? client.subscribe(user, 'audio')
        : client.subscribe(user, 'video'));
      if (isCurrent()) this.#receive(subscription, track);
    } catch (error) {
      if (!isCurrent()) return;
      this.remove(user, kind);
      // Who had gone again, or had stopped, before we were that far.
      if (!isGone(error)) {
        logger.warn('agora: a track could not be subscribed to', { kind, error: redactError(error, []) });
      }
    }
  }

  remove(user: AgoraRemoteUser, kind: AgoraKind): void {
    const key = keyOf(user, kind);
    const { received } = this.#subscriptions.get(key) ?? {};
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
