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
      const { sdk, client } = current();
      const config = { mediaStreamTrack: sent.copy };
      sent.track =
        source === 'microphone' ? sdk.createCustomAudioTrack(config) : sdk.createCustomVideoTrack(config);
      // Before publishing, so that not one word slips out; the SDK tells the others when it publishes.
      if (muted) await sent.track.setMuted(true);
      await client.publish(sent.track);
    },
    /** Sound has none. The SDK mutes it as it was, and ends the clone that it had. */
    replace(old, next) {
      return old.track?.replaceTrack?.(next.copy, true).then(() => {
        next.track = old.track;
        old.track = undefined;
      });
    },
    mute: async ({ track }, _source, muted) => track?.setMuted(muted),
    async stop({ track }) {
      if (track !== undefined) await current().client.unpublish(track);
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
