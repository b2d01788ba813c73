/**
 * Sends tracks of ours: each source on a line of its own in the session description, so that the other end need not
 * have kept one free. Its browser answers an offer of such a line by itself.
 */

import type { Clock, PublishedSource } from '@avatarwire/core';
import { createPublishing, type LocalPublishing } from '@avatarwire/core/adapter';
import * as errors from './webrtc-errors';
import { isSending } from './webrtc-events';
import type { Negotiation } from './webrtc-negotiation';
import type { PeerConnectionPort, TransceiverPort } from './webrtc-sdk';

export interface PublishingOptions {
  readonly clock: Clock;
  /** Undefined unless the connection stands now. */
  connection(): { readonly peer: PeerConnectionPort; readonly negotiation: Negotiation } | undefined;
  redact(error: unknown): unknown;
}

interface Sent {
  readonly track: MediaStreamTrack;
  /** While it is muted: a disabled clone, of which the other end gets silence, or black. */
  silence?: MediaStreamTrack;
}

export function publishTracks({ clock, connection, redact }: PublishingOptions): LocalPublishing {
  const lines = new Map<PublishedSource, TransceiverPort>();

  function current() {
    const now = connection();
    if (now === undefined) throw errors.noConnection();
    return now;
  }

  function lineOf(source: PublishedSource): TransceiverPort {
    const line =
      lines.get(source) ??
      current().peer.addTransceiver(source === 'microphone' ? 'audio' : 'video', { direction: 'sendonly' });
    lines.set(source, line);
    return line;
  }

  async function send(sent: Sent, source: PublishedSource, muted: boolean): Promise<void> {
    const { sender } = lineOf(source);
    if (!muted) {
      await sender.replaceTrack(sent.track);
      release(sent);
      return;
    }
    sent.silence ??= sent.track.clone();
    sent.silence.enabled = false;
    await sender.replaceTrack(sent.silence);
  }

  /** A line that the other end rejects is stopped for good; the next offer says so of every other one. */
  async function abandon(source: PublishedSource): Promise<void> {
    const line = lineOf(source);
    lines.delete(source);
    await line.sender.replaceTrack(null);
    line.direction = 'inactive';
  }

  function release(sent: Sent): void {
    sent.silence?.stop();
    delete sent.silence;
  }

  return createPublishing<Sent>({
    provider: 'webrtc',
    clock,
    check: () => void current(),
    hold: (track) => ({ track }),
    async start(sent, source, muted) {
      try {
        const line = lineOf(source);
        line.direction = 'sendonly';
        await send(sent, source, muted);
        await current().negotiation.agree();
        if (!isSending(line)) throw errors.trackRefused();
      } catch (error) {
        await abandon(source).catch(() => {});
        throw error;
      }
    },
    replace: (_old, next, source, muted) => send(next, source, muted),
    mute: (sent, source, muted) => send(sent, source, muted),
    async stop(_sent, source) {
      const line = lineOf(source);
      line.direction = 'inactive';
      await line.sender.replaceTrack(null);
      await current().negotiation.agree();
    },
    release,
    toError: (cause) => errors.publishingFailed(redact(cause)),
  });
}
