/**
 * Which of the other end's tracks are there. A track is added when a description lets it flow and removed when one
 * no longer does, or when it has ended. `mute` says neither: a track is muted whenever no media comes, also before
 * its first picture and while the path is lost.
 */

import type { RemoteTrack } from '@avatarwire/core';
import { isReceiving, toRemoteTrack, withoutReceiving } from './webrtc-events';
import { listenToTrack, type TransceiverPort } from './webrtc-sdk';

export interface RemoteTracksOptions {
  readonly from: string;
  readonly receive: readonly ('audio' | 'video')[];
  readonly jitterBufferTargetMs: number | undefined;
  onAdded(track: RemoteTrack): void;
  onRemoved(track: RemoteTrack): void;
}

export interface RemoteTracks {
  add(track: MediaStreamTrack, transceiver: TransceiverPort): void;
  /** Before a remote offer is answered: refuses the kinds that are not wanted. */
  decline(transceivers: readonly TransceiverPort[]): void;
  /** Both descriptions are in force: removes what no longer flows. */
  settle(transceivers: readonly TransceiverPort[]): void;
  list(): RemoteTrack[];
  /** Forgets all, without a word. */
  dispose(): void;
}

export function createRemoteTracks(options: RemoteTracksOptions): RemoteTracks {
  const { from, receive, jitterBufferTargetMs } = options;
  const known = new Map<
    MediaStreamTrack,
    { readonly remote: RemoteTrack; readonly transceiver: TransceiverPort; stopListening(): void }
  >();

  function remove(track: MediaStreamTrack): void {
    const entry = known.get(track);
    if (!entry) return;
    entry.stopListening();
    known.delete(track);
    options.onRemoved(entry.remote);
  }

  return {
    add(track, transceiver) {
      const { receiver } = transceiver;
      const remote = toRemoteTrack(track, from);
      if (!receive.includes(remote.kind)) return;
      if (jitterBufferTargetMs !== undefined && 'jitterBufferTarget' in receiver) {
        receiver.jitterBufferTarget = jitterBufferTargetMs;
      }
      // One that this one replaces is over in the same description, and may not have said so yet: in Firefox its
      // transceiver is stopped then, and the track still live.
      for (const [other, { transceiver: its }] of [...known])
        if (other === track || other.readyState === 'ended' || its.currentDirection === 'stopped')
          remove(other);
      known.set(track, {
        remote,
        transceiver,
        stopListening: listenToTrack(track, 'ended', () => remove(track)),
      });
      options.onAdded(remote);
    },
    decline(transceivers) {
      for (const transceiver of transceivers) {
        if (receive.some((kind) => kind === transceiver.receiver.track.kind)) continue;
        const direction = withoutReceiving(transceiver.direction);
        if (direction !== transceiver.direction) transceiver.direction = direction;
      }
    },
    settle(transceivers) {
      for (const transceiver of transceivers)
        if (!isReceiving(transceiver)) remove(transceiver.receiver.track);
    },
    list: () => [...known.values()].map(({ remote }) => remote),
    dispose() {
      for (const { stopListening } of known.values()) stopListening();
      known.clear();
    },
  };
}
