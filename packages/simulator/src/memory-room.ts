/** A room of the memory network: who is in it, what they show, and how packets go from one to the others. */

import { createEmitter, type Emitter, type TrackSource } from '@avatarwire/core';

/** Anyone in a room, as the room sees them. */
export interface Member {
  readonly id: string;
  /** Called in the turn in which it happens; a client's link adds its delay. */
  receive(packet: MemoryPacket): void;
  notice(news: RoomNews): void;
}

export interface MemoryPacket {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly from: string;
  /** What the sender wrote on the outside: a channel's number, for a vendor that has such. */
  readonly label?: number;
  /** What the sender counts, for a vendor whose receiver puts packets into their order again. */
  readonly order?: number;
}

export interface PublishedTrack {
  readonly track: MediaStreamTrack;
  readonly from: string;
  readonly source: TrackSource;
  readonly muted: boolean;
  /** Bits a second, where its owner has limited it. */
  readonly maxBitsPerSecond?: number;
}

export type RoomNews =
  | { readonly kind: 'member-joined' | 'member-left'; readonly id: string }
  | ({ readonly kind: 'track-published' | 'track-unpublished' | 'track-muted' } & PublishedTrack);

/** A participant without a link of its own, such as the avatar: it stands at the server. */
export interface MemoryParticipant {
  readonly id: string;
  /** To everyone else in the room, or to one of them. */
  send(data: Uint8Array<ArrayBuffer>, to?: string): void;
  onPacket(listener: (packet: MemoryPacket) => void): () => void;
  /** @param source by default a microphone for sound and a camera for a picture */
  publish(track: MediaStreamTrack, source?: TrackSource): void;
  unpublish(track: MediaStreamTrack): void;
  mute(track: MediaStreamTrack, muted: boolean): void;
  leave(): void;
}

export interface RoomState {
  readonly members: ReadonlyMap<string, Member>;
  /** What is published, by everyone. */
  readonly tracks: readonly PublishedTrack[];
  enter(member: Member): void;
  /** Its tracks go with it. */
  exit(id: string): void;
  /** Gives a packet to everyone else, or to `to` alone. */
  spread(packet: MemoryPacket, to?: string): void;
  publish(from: string, track: MediaStreamTrack, source?: TrackSource): void;
  unpublish(from: string, track: MediaStreamTrack): void;
  mute(from: string, track: MediaStreamTrack, muted: boolean): void;
  /** Told to nobody: the network carries no media that it could be kept to. */
  limit(from: string, track: MediaStreamTrack, maxBitsPerSecond: number): void;
  join(id: string): MemoryParticipant;
}

export function createRoomState(): RoomState {
  const members = new Map<string, Member>();
  const tracks = new Set<PublishedTrack>();

  function tellOthers(from: string, news: RoomNews): void {
    for (const member of [...members.values()]) if (member.id !== from) member.notice(news);
  }

  function find(from: string, track: MediaStreamTrack): PublishedTrack | undefined {
    return [...tracks].find((published) => published.track === track && published.from === from);
  }

  function withdraw(published: PublishedTrack | undefined): void {
    if (published !== undefined && tracks.delete(published))
      tellOthers(published.from, { kind: 'track-unpublished', ...published });
  }

  const room: RoomState = {
    members,
    get tracks() {
      return [...tracks];
    },
    enter(member) {
      for (const id of members.keys()) member.notice({ kind: 'member-joined', id });
      for (const published of tracks) member.notice({ kind: 'track-published', ...published });
      members.set(member.id, member);
      tellOthers(member.id, { kind: 'member-joined', id: member.id });
    },
    exit(id) {
      if (!members.has(id)) return;
      for (const published of [...tracks]) if (published.from === id) withdraw(published);
      members.delete(id);
      tellOthers(id, { kind: 'member-left', id });
    },
    spread(packet, to) {
      for (const member of [...members.values()]) {
        if (member.id === packet.from || (to !== undefined && member.id !== to)) continue;
        // Each gets bytes of its own, as over a wire.
        member.receive({ ...packet, data: packet.data.slice() });
      }
    },
    publish(from, track, source = track.kind === 'audio' ? 'microphone' : 'camera') {
      if (!members.has(from) || find(from, track)) return;
      const published = { track, from, source, muted: false };
      tracks.add(published);
      tellOthers(from, { kind: 'track-published', ...published });
    },
    unpublish: (from, track) => withdraw(find(from, track)),
    mute(from, track, muted) {
      const published = find(from, track);
      if (published === undefined || published.muted === muted) return;
      tracks.delete(published);
      const changed = { ...published, muted };
      tracks.add(changed);
      tellOthers(from, { kind: 'track-muted', ...changed });
    },
    limit(from, track, maxBitsPerSecond) {
      const published = find(from, track);
      if (published === undefined) return;
      tracks.delete(published);
      tracks.add({ ...published, maxBitsPerSecond });
    },
    join(id) {
      const packets: Emitter<{ packet: MemoryPacket }> = createEmitter();
      room.enter({ id, receive: (packet) => packets.emit('packet', packet), notice: () => {} });
      return {
        id,
        send(data, to) {
          if (members.has(id)) room.spread({ data, from: id }, to);
        },
        onPacket: (listener) => packets.on('packet', listener),
        publish: (track, source) => room.publish(id, track, source),
        unpublish: (track) => room.unpublish(id, track),
        mute: (track, muted) => room.mute(id, track, muted),
        leave() {
          room.exit(id);
          packets.clear();
        },
      };
    },
  };
  return room;
}
