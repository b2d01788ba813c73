/** One track to one other tab: a peer connection that is negotiated once, and thrown away with its track. */

import type { PublishedSource } from '@avatarwire/core';
import { deferred } from '@avatarwire/core/adapter';

export const kindOf = (source: PublishedSource) => (source === 'microphone' ? 'audio' : 'video');

export class Leg {
  readonly id: string;
  readonly source: PublishedSource;
  readonly #peer = new RTCPeerConnection();
  readonly #closed = deferred<void>();

  constructor(id: string, source: PublishedSource) {
    this.id = id;
    this.source = source;
  }

  get isClosed(): boolean {
    return this.#peer.signalingState === 'closed';
  }

  /** The description to offer, with every candidate in it: between tabs there are few, and at once. */
  async offer(track: MediaStreamTrack | null): Promise<string | undefined> {
    const { sender } = this.#peer.addTransceiver(kindOf(this.source), { direction: 'sendonly' });
    await sender.replaceTrack(track);
    return this.#describe();
  }

  async take(answer: string): Promise<void> {
    await this.#peer.setRemoteDescription({ type: 'answer', sdp: answer });
  }

  async answer(offer: string, onTrack: (track: MediaStreamTrack) => void): Promise<string | undefined> {
    this.#peer.addEventListener('track', ({ track }) => onTrack(track));
    await this.#peer.setRemoteDescription({ type: 'offer', sdp: offer });
    return this.#describe();
  }

  /** With null the other tab gets silence, or no picture. */
  async send(track: MediaStreamTrack | null): Promise<void> {
    await this.#peer.getSenders()[0]?.replaceTrack(track);
  }

  close(): void {
    this.#peer.close();
    this.#closed.resolve();
  }

  /** Undefined where it was closed meanwhile. */
  async #describe(): Promise<string | undefined> {
    await this.#peer.setLocalDescription();
    await Promise.race([this.#gathered(), this.#closed.promise]);
    return this.isClosed ? undefined : this.#peer.localDescription?.sdp;
  }

  #gathered(): Promise<void> {
    const { promise, resolve } = deferred<void>();
    const look = () => {
      if (this.#peer.iceGatheringState === 'complete') resolve();
    };
    this.#peer.addEventListener('icegatheringstatechange', look);
    look();
    return promise;
  }
}
