import type { Clock, PublishedSource } from '@avatarwire/core';
import { createPublishing, type LocalPublishing } from '@avatarwire/core/adapter';
import { failure, publishError } from './trtc-errors';
import type { TrtcClient, TrtcVideoProfile } from './trtc-sdk';

/** How one source goes out. */
interface Outlet {
  start(client: TrtcClient, track: MediaStreamTrack): Promise<void>;
  /** Absent where the SDK cannot: then the old one is stopped and the new one started. */
  readonly replace?: (client: TrtcClient, track: MediaStreamTrack, mute: boolean) => Promise<void>;
  /** Absent where the SDK has no mute: then `enabled` alone does it. */
  readonly mute?: (client: TrtcClient, mute: boolean) => Promise<void>;
  /** Absent where the SDK cannot while it sends. */
  readonly limit?: (client: TrtcClient, track: MediaStreamTrack, kilobits: number) => Promise<void>;
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
    limit: (client, track, bitrate) =>
      client.updateLocalVideo({ option: { profile: profileOf(track, bitrate) } }),
    stop: (client) => client.stopLocalVideo(),
  },
  screen: {
    start: (client, videoTrack) => client.startScreenShare({ option: { videoTrack } }),
    // `updateScreenShare` is declared without a track in 5.14.1.
    stop: (client) => client.stopScreenShare(),
  },
};

/** What the SDK takes a picture for where nobody says what it is. */
const DEFAULT_PROFILE = { width: 640, height: 480, frameRate: 15 };

/**
 * Quirk: a profile is a size and a rate as well as a bit rate, and the SDK constrains the track to what differs from
 * its own. So it is told the track's own, which it reads when the call has its turn: a drawn picture has no size before
 * its first frame.
 *
 * Seen in trtc-sdk-v5 5.14.1 and 5.17.1 (`applyProfile`).
 */
function profileOf(track: MediaStreamTrack, bitrate: number): TrtcVideoProfile {
  const profile = { ...DEFAULT_PROFILE, bitrate };
  for (const name of ['width', 'height', 'frameRate'] as const) {
    const get = () => track.getSettings()[name] ?? DEFAULT_PROFILE[name];
    Object.defineProperty(profile, name, { get });
  }
  return profile;
}

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
    async limit({ track }, source, maxBitsPerSecond) {
      const { limit } = OUTLETS[source];
      if (limit === undefined) throw failure('unsupported', `TRTC limits no ${source}.`);
      await limit(client(), track, Math.max(1, Math.floor(maxBitsPerSecond / 1_000)));
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
