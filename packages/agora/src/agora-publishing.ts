/** Tracks of ours, as custom tracks of the SDK. */

import { AvatarError, type AvatarErrorCode, type Clock } from '@avatarwire/core';
import { createPublishing, type LocalPublishing } from '@avatarwire/core/adapter';
import { publishError } from './agora-errors';
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
 * A clone, because the SDK ends the track that it has, and the SDK's object for it once it is sent. Muting goes through
 * the SDK, because a clone's `enabled` is its own.
 */
interface Sent {
  readonly copy: MediaStreamTrack;
  track?: AgoraLocalTrack | undefined;
  /** That publishes it. Asked to stop also while the link is down: it would publish it again once that is back. */
  client?: AgoraClient;
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
      return { copy: original.clone() };
    },
    async start(sent, source, muted) {
      const { sdk } = current();
      const config = { mediaStreamTrack: sent.copy };
      sent.track =
        source === 'microphone' ? sdk.createCustomAudioTrack(config) : sdk.createCustomVideoTrack(config);
      // Before publishing, so that not one word slips out; the SDK tells the others when it publishes.
      if (muted) await sent.track.setMuted(true);
      // The link may have gone down meanwhile.
      sent.client = current().client;
      await sent.client.publish(sent.track);
    },
    /** Sound has none. The SDK mutes it as it was. */
    replace(old, next) {
      const { track, client } = old;
      return track?.replaceTrack?.(next.copy, false).then(
        () => {
          Object.assign(next, { track, client });
          old.track = undefined;
        },
        async (error: unknown) => {
          // Quirk, read in agora-rtc-sdk-ng 4.24.8: where it fails to send the new one, it has put that into its track already.
          await track.replaceTrack?.(old.copy, false).catch(() => {});
          throw error;
        },
      );
    },
    mute: async ({ track }, _source, muted) => track?.setMuted(muted),
    async stop({ track, client }) {
      if (track !== undefined) await client?.unpublish(track);
    },
    release({ copy, track }) {
      track?.close();
      copy.stop();
    },
    toError: (error) => publishError(error, link.token()),
  });
  return publishing;
}

function failure(code: AvatarErrorCode, message: string): AvatarError {
  return new AvatarError(code, message, { provider: 'agora' });
}
