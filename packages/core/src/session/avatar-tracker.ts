/**
 * Who of the people in the room is the avatar, and what it shows. Where the details name nobody, the first
 * participant that publishes video or sends a valid frame is taken, and kept until it leaves.
 */

import type { Logger } from '../logger';
import type { RemoteTrack } from '../transport';

export interface AvatarTracker {
  readonly id: string | undefined;
  readonly present: boolean;
  /** Tracks of the avatar, in the order of their arrival. */
  readonly tracks: readonly RemoteTrack[];
  joined(id: string): void;
  left(id: string): void;
  trackAdded(track: RemoteTrack): void;
  trackRemoved(track: RemoteTrack): void;
  /** Whether a packet from `id` is the avatar's. `isValid` is asked only where that decides who the avatar is. */
  speaksFor(id: string, isValid: () => boolean): boolean;
}

/** Of an id: nobody with a longer one is taken for an avatar that the details do not name. No provider has longer ones. */
export const MAX_PARTICIPANT_ID_LENGTH = 256;
/** Of one participant: what it publishes beyond them is left alone until it withdraws some. */
export const MAX_TRACKS = 16;

/** @param namedId the avatar's participant id, where the details name it */
export function createAvatarTracker(
  namedId: string | undefined,
  logger: Logger,
  onChange: () => void,
): AvatarTracker {
  let present = false;
  let tracks: readonly RemoteTrack[] = [];
  let id = namedId;

  /** A track or a frame proves presence as well as a join does. */
  function sighted(participant: string): void {
    if (participant.length <= MAX_PARTICIPANT_ID_LENGTH) id ??= participant;
    appeared(participant);
  }

  function appeared(participant: string): void {
    if (participant !== id || present) return;
    present = true;
    onChange();
  }

  const ofAvatar = (track: RemoteTrack) => track.from === id;

  return {
    get id() {
      return id;
    },
    get present() {
      return present;
    },
    get tracks() {
      return tracks.filter(ofAvatar);
    },
    joined: appeared,
    left(participant) {
      tracks = tracks.filter((track) => track.from !== participant);
      if (participant !== id) return;
      present = false;
      id = namedId;
      onChange();
      const next = tracks.find(({ kind }) => kind === 'video');
      if (id === undefined && next) sighted(next.from);
    },
    trackAdded(track) {
      if (tracks.filter(({ from }) => from === track.from).length >= MAX_TRACKS) {
        return logger.warn('a participant has too many tracks');
      }
      tracks = [...tracks, track];
      if (track.kind === 'video' || track.from === id) sighted(track.from);
      if (ofAvatar(track)) onChange();
    },
    trackRemoved({ track }) {
      const removed = tracks.find((known) => known.track === track);
      tracks = tracks.filter((known) => known !== removed);
      if (removed && ofAvatar(removed)) onChange();
    },
    speaksFor(participant, isValid) {
      if (id !== undefined || isValid()) sighted(participant);
      return participant === id;
    },
  };
}
