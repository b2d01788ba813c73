import type { Clock, PublishedSource } from '@avatarwire/core';
import { createPublishing, type LocalPublishing } from '@avatarwire/core/adapter';
import { publishError } from './trtc-errors';
import type { TrtcClient } from './trtc-sdk';

/** How one source goes out. */
interface Outlet {
  start(client: TrtcClient, track: MediaStreamTrack): Promise<void>;
  /** Absent where the SDK cannot: then the old one is stopped and the new one started. */
  readonly replace?: (client: TrtcClient, track: MediaStreamTrack, mute: boolean) => Promise<void>;
  /** Absent where the SDK has no mute: then `enabled` alone does it. */
  readonly mute?: (client: TrtcClient, mute: boolean) => Promise<void>;
  stop(client: TrtcClient): Promise<void>;
}

const OUTLETS: Readonly<Record<PublishedSource, Outlet>> = {
  microphone: {
    start: (client, audioTrack) => client.startLocalAudio({ option: { audioTrack } }),
    replace: (client, audioTrack, mute) => client.updateLocalAudio({ mute, option: { audioTrack } }),
    mute: (client, mute) => client.updateLocalAudio({ mute }),
    stop: (client) => client.stopLocalAudio(),
  },
  camera: {
    start: (client, videoTrack) => client.startLocalVideo({ option: { videoTrack } }),
    replace: (client, videoTrack, mute) => client.updateLocalVideo({ mute, option: { videoTrack } }),
    mute: (client, mute) => client.updateLocalVideo({ mute }),
    stop: (client) => client.stopLocalVideo(),
  },
  screen: {
    start: (client, videoTrack) => client.startScreenShare({ option: { videoTrack } }),
    // `updateScreenShare` is declared without a track in 5.14.1.
    stop: (client) => client.stopScreenShare(),
  },
};

/** A track while the SDK has it. */
interface Sent {
  readonly track: MediaStreamTrack;
  /** As it was found, and as it is left. */
  readonly enabled: boolean;
  released: boolean;
}

export interface LocalTracksOptions {
  readonly clock: Clock;
  /** Throws `not-connected` where nothing may be asked of it. */
  client(): TrtcClient;
  userSig(): string;
}

export interface LocalTracks extends LocalPublishing {
  /** Stops what was started, also by a call that is under way. Undefined when there is nothing to wait for. */
  stopAll(client: TrtcClient): Promise<unknown> | undefined;
}

/**
 * The SDK neither stops nor clones a track that it is given, and mutes by its `enabled`; its unmute enables a track
 * that its owner has disabled. So `enabled` is set here: before the SDK gets the track, and after each of its calls,
 * also one that failed, or outlived the connection.
 */
export function createLocalTracks({ clock, client, userSig }: LocalTracksOptions): LocalTracks {
  const started = new Set<PublishedSource>();

  function show({ track, enabled, released }: Sent, muted: boolean): void {
    track.enabled = enabled && (released || !muted);
  }

  async function stop(source: PublishedSource, from: TrtcClient): Promise<void> {
    await OUTLETS[source].stop(from);
    started.delete(source);
  }

  const publishing = createPublishing<Sent>({
    provider: 'trtc',
    clock,
    check: () => void client(),
    hold: (track) => ({ track, enabled: track.enabled, released: false }),
    async start(sent, source, muted) {
      const to = client();
      show(sent, muted);
      started.add(source);
      try {
        await OUTLETS[source].start(to, sent.track);
        if (muted) await OUTLETS[source].mute?.(to, true);
      } catch (error) {
        // A start that fails half-way would make the next one a repeated one.
        await stop(source, to).catch(() => {});
        throw error;
      } finally {
        show(sent, muted);
      }
    },
    replace(_old, next, source, muted) {
      const { replace } = OUTLETS[source];
      if (replace === undefined) return undefined;
      show(next, muted);
      return replace(client(), next.track, muted).finally(() => show(next, muted));
    },
    async mute(sent, source, muted) {
      let isMuted = !muted;
      try {
        await OUTLETS[source].mute?.(client(), muted);
        isMuted = muted;
      } finally {
        show(sent, isMuted);
      }
    },
    stop: (_sent, source) => stop(source, client()),
    release(sent) {
      sent.released = true;
      show(sent, false);
    },
    toError: (error) => publishError(error, userSig()),
  });

  return Object.assign(publishing, {
    stopAll(from: TrtcClient) {
      if (started.size === 0) return undefined;
      return Promise.allSettled([...started].map((source) => stop(source, from)));
    },
  });
}
