/**
 * Who of the people in the room is the avatar, and what it shows. Where the details name nobody, the first
 * participant that publishes video or sends a valid frame is taken, and kept until it leaves.
 */

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

/** @param namedId the avatar's participant id, where the details name it */
export function createAvatarTracker(namedId: string | undefined, onChange: () => void): AvatarTracker {
  const inRoom = new Set<string>();
  let tracks: readonly RemoteTrack[] = [];
  let id = namedId;

  /** A track or a frame proves presence as well as a join does. */
  function sighted(participant: string): void {
    id ??= participant;
    if (participant !== id || inRoom.has(participant)) return;
    inRoom.add(participant);
    onChange();
  }

  const ofAvatar = (track: RemoteTrack) => track.from === id;

  return {
    get id() {
      return id;
    },
    get present() {
      return id !== undefined && inRoom.has(id);
    },
    get tracks() {
      return tracks.filter(ofAvatar);
    },
    joined(participant) {
      inRoom.add(participant);
      if (participant === id) onChange();
    },
    left(participant) {
      inRoom.delete(participant);
      tracks = tracks.filter((track) => track.from !== participant);
      if (participant !== id) return;
      id = namedId;
      onChange();
      const next = tracks.find(({ kind }) => kind === 'video');
      if (id === undefined && next) sighted(next.from);
    },
    trackAdded(track) {
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
      if (id === undefined && isValid()) sighted(participant);
      if (participant !== id) return false;
      sighted(participant);
      return true;
    },
  };
}
