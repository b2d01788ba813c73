/** Tracks of ours, as custom tracks of the SDK. */

import type { Clock } from '@avatarwire/core';
import { createPublishing, type LocalPublishing } from '@avatarwire/core/adapter';
import { failure, publishError } from './agora-errors';
import type { AgoraClient, AgoraLocalTrack, AgoraSdk } from './agora-sdk';

/** What publishing needs of the connection that it belongs to. */
export interface PublishingLink {
  readonly clock: Clock;
  /** Undefined unless connected. */
  open(): { readonly sdk: AgoraSdk; readonly client: AgoraClient } | undefined;
  canPublish(): boolean;
  token(): string;
}

/**
 * Sound is sent as a clone, because the SDK ends the track that it has, and the SDK's object for it once it is sent.
 * Muting goes through the SDK, because a clone's `enabled` is its own.
 *
 * A picture is sent as it is: while a camera has a clone, Chromium changes its size for neither (seen in Chromium 156).
 * What the SDK does to its `enabled` is put right after each call, and another track is there for it to end.
 */
interface Sent {
  /** What the SDK is given. */
  readonly copy: MediaStreamTrack;
  /** Of a picture: as it was found, and as it is left. */
  readonly enabled?: boolean;
  track?: AgoraLocalTrack | undefined;
  /** That publishes it. Asked to stop also while the link is down: it would publish it again once that is back. */
  client?: AgoraClient;
  released?: boolean;
}

function show({ copy, enabled, released }: Sent, muted: boolean): void {
  if (enabled !== undefined) copy.enabled = enabled && (released === true || !muted);
}

export function publishTracks(link: PublishingLink): LocalPublishing {
  function current() {
    const open = link.open();
    if (open === undefined) throw failure('not-connected', 'The channel is not connected.');
    return open;
  }

  const publishing = createPublishing<Sent>({
    provider: 'agora',
    clock: link.clock,
    check: () => void current(),
    hold(original, source) {
      if (!link.canPublish())
        throw failure('unsupported', 'The audience of a live channel cannot publish: join as host.');
      const other = publishing.sources.find((known) => known !== 'microphone' && known !== source);
      if (source !== 'microphone' && other !== undefined) {
        const message = `Agora publishes one video track per client: unpublish the ${other} before the ${source}.`;
        throw failure('unsupported', message);
      }
      return source === 'microphone'
        ? { copy: original.clone() }
        : { copy: original, enabled: original.enabled };
    },
    async start(sent, source, muted) {
      const { sdk } = current();
      const config = { mediaStreamTrack: sent.copy };
      sent.track =
        source === 'microphone' ? sdk.createCustomAudioTrack(config) : sdk.createCustomVideoTrack(config);
      try {
        // Before publishing, so that not one word slips out; the SDK tells the others when it publishes.
        if (muted) await sent.track.setMuted(true);
        // The link may have gone down meanwhile.
        sent.client = current().client;
        await sent.client.publish(sent.track);
      } finally {
        show(sent, muted);
      }
    },
    /** Sound has none. The SDK mutes it as it was. */
    replace(old, next, _source, muted) {
      const { track, client } = old;
      return track?.replaceTrack?.(next.copy, false).then(
        () => {
          Object.assign(next, { track, client });
          old.track = undefined;
          show(next, muted);
        },
        async (error: unknown) => {
          // Quirk, read in agora-rtc-sdk-ng 4.24.8: where it fails to send the new one, it has put that into its track already.
          await track.replaceTrack?.(old.copy, false).catch(() => {});
          throw error;
        },
      );
    },
    async mute(sent, _source, muted) {
      let isMuted = !muted;
      try {
        await sent.track?.setMuted(muted);
        isMuted = muted;
      } finally {
        show(sent, isMuted);
      }
    },
    limit: async ({ track }, _source, maxBitsPerSecond) =>
      track?.setEncoderConfiguration?.({ bitrateMax: Math.max(1, Math.floor(maxBitsPerSecond / 1_000)) }),
    async stop({ copy, enabled, track, client }) {
      // A clone goes on listening until it is ended, however long the network takes.
      if (enabled === undefined) copy.stop();
      if (track !== undefined) await client?.unpublish(track);
    },
    release(sent) {
      const { copy, enabled, track } = sent;
      sent.released = true;
      if (enabled === undefined) {
        track?.close();
        copy.stop();
      } else {
        if (track !== undefined) closeWithout(copy, track);
        show(sent, false);
      }
    },
    toError: (error) => publishError(error, link.token()),
  });
  return publishing;
}

/** In this turn: the SDK takes another track before it waits, and ends the one that it has by then. */
function closeWithout(picture: MediaStreamTrack, track: AgoraLocalTrack): void {
  const other = picture.clone();
  other.stop();
  track.replaceTrack?.(other, false).catch(() => {});
  track.close();
}
