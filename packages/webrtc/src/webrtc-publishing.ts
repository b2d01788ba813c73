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

/**
 * Quirk: while a camera has a clone, the browser changes its size for neither, and says nothing. So what its owner wanted
 * meanwhile is wanted again once the clone is gone.
 *
 * Seen in Chromium 156.
 */
async function catchUp(track: MediaStreamTrack): Promise<void> {
  if (track.kind === 'video') await track.applyConstraints(track.getConstraints()).catch(() => {});
}

export function publishTracks({ clock, connection, redact }: PublishingOptions): LocalPublishing {
  const lines = new Map<PublishedSource, TransceiverPort>();
  /** A sender keeps its parameters for whatever it sends next. */
  const limited = new Set<TransceiverPort>();

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
      const { silence } = sent;
      release(sent);
      if (silence !== undefined) await catchUp(sent.track);
      return;
    }
    sent.silence ??= sent.track.clone();
    sent.silence.enabled = false;
    await sender.replaceTrack(sent.silence);
  }

  async function limit(line: TransceiverPort, maxBitrate?: number): Promise<void> {
    const parameters = line.sender.getParameters();
    for (const encoding of parameters.encodings) {
      delete encoding.maxBitrate;
      if (maxBitrate !== undefined) encoding.maxBitrate = maxBitrate;
    }
    await line.sender.setParameters(parameters);
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
        if (limited.delete(line)) await limit(line);
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
    async limit(_sent, source, maxBitsPerSecond) {
      const line = lineOf(source);
      await limit(line, Math.max(1, Math.floor(maxBitsPerSecond)));
      limited.add(line);
    },
    async stop(sent, source) {
      release(sent);
      const line = lineOf(source);
      line.direction = 'inactive';
      await line.sender.replaceTrack(null);
      await current().negotiation.agree();
    },
    release,
    toError: (cause) => errors.publishingFailed(redact(cause)),
  });
}
