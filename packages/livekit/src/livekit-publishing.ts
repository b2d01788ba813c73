/** Sends tracks of ours. The SDK gets them as a user's, and is kept from taking them for its own. */

import type { PublishedSource } from '@avatarwire/core';
import { createPublishing, type LocalPublishing } from '@avatarwire/core/adapter';
import type { Track } from 'livekit-client';
import { failure, publishError } from './livekit-errors';
import type { CheckedOptions } from './livekit-options';
import type { LivekitLocalTrack, LivekitRoom, LivekitSdk } from './livekit-sdk';

/** The values of an enum of the SDK, which is loaded on connect. */
const SOURCES = {
  microphone: 'microphone' as Track.Source.Microphone,
  camera: 'camera' as Track.Source.Camera,
  screen: 'screen_share' as Track.Source.ScreenShare,
} satisfies Record<PublishedSource, Track.Source>;

/** What a transport has once it is connected. */
export interface Connected {
  readonly room: LivekitRoom;
  readonly sdk: LivekitSdk;
  readonly token: string;
}

interface Sent {
  readonly track: MediaStreamTrack;
  /** Once it is sent. */
  local?: LivekitLocalTrack;
  /** Enabled by its owner, and disabled by the SDK since. */
  isSilenced: boolean;
  isReleased: boolean;
}

export interface LocalTracks extends LocalPublishing {
  /** What the browser measures of the first track that is sent. */
  measured(): Promise<RTCStatsReport | undefined>;
}

/** @param connected undefined unless the room is connected now */
export function publishTracks(
  { clock }: Pick<CheckedOptions, 'clock'>,
  connected: () => Connected | undefined,
): LocalTracks {
  const locals = new Map<PublishedSource, LivekitLocalTrack>();

  function current(): Connected {
    const now = connected();
    if (now !== undefined) return now;
    throw failure('not-connected', 'The room is not connected.');
  }

  const publishing = createPublishing<Sent>({
    provider: 'livekit',
    clock,
    check: () => void current(),
    hold: (track) => ({ track, isSilenced: false, isReleased: false }),
    async start(sent, source, muted) {
      const { room, sdk, token } = current();
      const { track } = sent;
      const local = neverStopped(
        track.kind === 'audio'
          ? new sdk.LocalAudioTrack(track, undefined, true)
          : new sdk.LocalVideoTrack(track, undefined, true),
      );
      sent.local = local;
      if (muted) await mute(sent, true);
      // One copy of the picture: the one that is to see it, the avatar, takes the best.
      const options = { source: SOURCES[source], simulcast: false };
      await stayingDisabled(sent, muted, () =>
        room.localParticipant.publishTrack(local, options).catch((error: unknown) => {
          throw publishError(error, token);
        }),
      );
      locals.set(source, local);
    },
    async replace(old, next, _source, muted) {
      const { local } = old;
      if (local === undefined) return;
      next.local = local;
      if (muted) {
        // Muted, the SDK disables what it is given.
        await silencing(next, () => local.replaceTrack(next.track, true));
        return;
      }
      const [oldWasEnabled, nextWasEnabled] = [old.track.enabled, next.track.enabled];
      await stayingDisabled(next, false, () => local.replaceTrack(next.track, true));
      old.track.enabled = oldWasEnabled;
      // The SDK mutes a track that has ended by itself.
      if (local.isMuted) await unmute(local, next.track, nextWasEnabled);
    },
    mute: (sent, _source, muted) => mute(sent, muted),
    async limit({ local }, source, maxBitsPerSecond) {
      const encoding = source === 'screen' ? 'screenShareEncoding' : 'videoEncoding';
      if (local !== undefined) await limit(local, encoding, maxBitsPerSecond);
    },
    async stop({ local }, source) {
      locals.delete(source);
      if (local) await current().room.localParticipant.unpublishTrack(local, false);
    },
    release(sent) {
      sent.isReleased = true;
      if (sent.isSilenced) sent.track.enabled = true;
    },
    toError: (error) => publishError(error, connected()?.token ?? ''),
  });
  return Object.assign(publishing, {
    async measured() {
      const [first] = locals.values();
      return first?.getRTCStatsReport();
    },
  });
}

/** Now on the sender, and in what the SDK goes by where the picture changes its size or is published again. */
async function limit(
  { sender, publishOptions }: LivekitLocalTrack,
  encoding: 'videoEncoding' | 'screenShareEncoding',
  maxBitsPerSecond: number,
): Promise<void> {
  if (!sender || !publishOptions) throw failure('unsupported', 'This livekit-client shows no sender.');
  const maxBitrate = Math.max(1, Math.floor(maxBitsPerSecond));
  publishOptions[encoding] = { maxBitrate };
  const parameters = sender.getParameters();
  for (const one of parameters.encodings) one.maxBitrate = maxBitrate;
  await sender.setParameters(parameters);
}

async function mute(sent: Sent, muted: boolean): Promise<void> {
  const { local, track } = sent;
  if (local === undefined) return;
  if (muted) {
    await silencing(sent, () => local.mute());
  } else {
    await unmute(local, track, sent.isSilenced);
    sent.isSilenced = false;
  }
}

/** Disabled by the SDK, a track is enabled when it is let go of, also where that was before the SDK was done. */
async function silencing(sent: Sent, step: () => Promise<unknown>): Promise<void> {
  sent.isSilenced = sent.track.enabled;
  await step();
  if (sent.isReleased && sent.isSilenced) sent.track.enabled = true;
}

/** Leaves `enabled` as it is wanted: the SDK sets it, and nothing is sent before this turn is over. */
async function unmute(local: LivekitLocalTrack, track: MediaStreamTrack, enabled: boolean): Promise<void> {
  await local.unmute();
  track.enabled = enabled;
}

/**
 * Quirk: the SDK enables every track that it is given, unless it takes it for muted. A microphone that its owner has
 * disabled would be heard.
 *
 * Seen in livekit-client 2.20.2 to 2.23.0 (`LocalTrack.setMediaStreamTrack`). Can go when it leaves `enabled` alone.
 */
async function stayingDisabled(
  { local, track }: Sent,
  muted: boolean,
  step: () => Promise<unknown>,
): Promise<void> {
  if (local === undefined || muted || track.enabled) {
    await step();
    return;
  }
  await local.mute();
  try {
    await step();
  } finally {
    await unmute(local, track, false);
  }
}

/**
 * Quirk: the SDK stops a user's track where the signal is lost for 15 s while it is being published, and whenever the
 * browser freezes the page, whatever its options say.
 *
 * Seen in livekit-client 2.20.2 to 2.23.0 (`LocalParticipant.publishTrack`, `Room.onPageLeave`). Can go when
 * `stopLocalTrackOnUnpublish: false` holds there too.
 */
function neverStopped(local: LivekitLocalTrack): LivekitLocalTrack {
  local.stop = () => local.stopMonitor();
  return local;
}
