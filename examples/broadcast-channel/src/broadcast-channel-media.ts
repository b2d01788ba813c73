/** Tracks, which the channel cannot carry: they go from tab to tab over WebRTC, and the channel negotiates it. */

import type { AvatarError, Clock, Logger, PublishedSource, RemoteTrack } from '@avatarwire/core';
import { createPublishing, type LocalPublishing } from '@avatarwire/core/adapter';
import { publishError } from './broadcast-channel-errors';
import type { Signal } from './broadcast-channel-events';
import { kindOf, Leg } from './broadcast-channel-leg';

export interface MediaOptions {
  readonly clock: Clock;
  /** Throws unless connected. */
  check(): void;
  /** Who is in the room. */
  others(): readonly string[];
  post(signal: Signal): void;
  onAdded(track: RemoteTrack): void;
  onRemoved(track: RemoteTrack): void;
}

interface Sent {
  readonly track: MediaStreamTrack;
  readonly source: PublishedSource;
}

interface Outgoing {
  sent: Sent;
  muted: boolean;
  /** By participant. */
  readonly legs: Map<string, Leg>;
}

interface Incoming {
  readonly leg: Leg;
  track?: RemoteTrack;
}

export class Media {
  readonly publishing: LocalPublishing;
  readonly #options: MediaOptions;
  readonly #outgoing = new Map<PublishedSource, Outgoing>();
  /** By participant and source. */
  readonly #incoming = new Map<string, Map<PublishedSource, Incoming>>();
  #logger: Logger | undefined;
  #made = 0;

  constructor(options: MediaOptions) {
    this.#options = options;
    this.publishing = createPublishing<Sent>({
      provider: 'broadcast-channel',
      clock: options.clock,
      check: options.check,
      hold: (track, source) => ({ track, source }),
      start: (sent, source, muted) => this.#start({ sent, muted, legs: new Map() }, source),
      replace: (_old, next, source, muted) => this.#change(source, next, muted),
      mute: (sent, source, muted) => this.#change(source, sent, muted),
      stop: async ({ source }) => this.#stop(source),
      release: (sent) => {
        if (this.#outgoing.get(sent.source)?.sent === sent) this.#stop(sent.source);
      },
      toError: publishError,
    });
  }

  start(logger: Logger): void {
    this.#logger = logger;
  }

  /** Somebody came: what is published goes there as well. */
  arrived(id: string): void {
    for (const [source, outgoing] of this.#outgoing) {
      this.#offer(outgoing, source, id).catch((error: unknown) => this.#report(error));
    }
  }

  gone(id: string): void {
    for (const { legs } of this.#outgoing.values()) {
      legs.get(id)?.close();
      legs.delete(id);
    }
    for (const source of this.#incoming.get(id)?.keys() ?? []) this.#drop(id, source);
  }

  hear(from: string, signal: Signal): void {
    this.#take(from, signal).catch((error: unknown) => this.#report(error));
  }

  end(error: AvatarError): void {
    this.publishing.end(error);
    for (const legs of this.#incoming.values()) for (const { leg } of legs.values()) leg.close();
    this.#incoming.clear();
  }

  async #start(outgoing: Outgoing, source: PublishedSource): Promise<void> {
    this.#outgoing.set(source, outgoing);
    try {
      await Promise.all(this.#options.others().map((id) => this.#offer(outgoing, source, id)));
    } catch (error) {
      this.#stop(source);
      throw error;
    }
  }

  async #offer(outgoing: Outgoing, source: PublishedSource, to: string): Promise<void> {
    this.#made += 1;
    const leg = new Leg(`${source}-${this.#made}`, source);
    outgoing.legs.set(to, leg);
    const sdp = await leg.offer(given(outgoing)).catch((error: unknown) => {
      if (!leg.isClosed) throw error;
    });
    if (sdp !== undefined) this.#options.post({ type: 'offer', to, leg: leg.id, source, sdp });
    // What was replaced or muted while it was described.
    if (!leg.isClosed) await leg.send(given(outgoing));
  }

  async #change(source: PublishedSource, sent: Sent, muted: boolean): Promise<void> {
    const outgoing = this.#outgoing.get(source);
    if (outgoing === undefined) return;
    const before = { sent: outgoing.sent, muted: outgoing.muted };
    Object.assign(outgoing, { sent, muted });
    try {
      await Promise.all([...outgoing.legs.values()].map((leg) => leg.send(given(outgoing))));
    } catch (error) {
      Object.assign(outgoing, before);
      throw error;
    }
  }

  #stop(source: PublishedSource): void {
    const outgoing = this.#outgoing.get(source);
    this.#outgoing.delete(source);
    for (const [to, leg] of outgoing?.legs ?? []) {
      leg.close();
      this.#options.post({ type: 'end', to, leg: leg.id });
    }
  }

  async #take(from: string, signal: Signal): Promise<void> {
    if (signal.type === 'offer') return this.#answer(from, signal);
    if (signal.type === 'answer') {
      for (const { legs } of this.#outgoing.values()) {
        const leg = legs.get(from);
        if (leg?.id === signal.leg) await leg.take(signal.sdp);
      }
      return;
    }
    for (const [source, { leg }] of this.#incoming.get(from) ?? [])
      if (leg.id === signal.leg) this.#drop(from, source);
  }

  async #answer(from: string, { leg: id, source, sdp }: Signal & { readonly type: 'offer' }): Promise<void> {
    this.#drop(from, source);
    const incoming: Incoming = { leg: new Leg(id, source) };
    const legs = this.#incoming.get(from) ?? new Map<PublishedSource, Incoming>();
    this.#incoming.set(from, legs.set(source, incoming));
    const { leg } = incoming;
    try {
      const answer = await leg.answer(sdp, (track) => {
        if (leg.isClosed || track.kind !== kindOf(source)) return;
        incoming.track = { track, kind: kindOf(source), source, from, playedBySdk: false };
        this.#options.onAdded(incoming.track);
      });
      if (answer !== undefined) this.#options.post({ type: 'answer', to: from, leg: id, sdp: answer });
    } catch (error) {
      if (leg.isClosed) return;
      this.#drop(from, source);
      throw error;
    }
  }

  #drop(from: string, source: PublishedSource): void {
    const legs = this.#incoming.get(from);
    const incoming = legs?.get(source);
    legs?.delete(source);
    if (legs?.size === 0) this.#incoming.delete(from);
    incoming?.leg.close();
    if (incoming?.track) this.#options.onRemoved(incoming.track);
  }

  #report(error: unknown): void {
    this.#logger?.warn('broadcast-channel: a track does not go from tab to tab', { error });
  }
}

const given = ({ sent, muted }: Outgoing) => (muted ? null : sent.track);
