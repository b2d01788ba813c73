import {
  ConnectionError,
  ConnectionErrorReason,
  DataPacket_Kind,
  DisconnectReason,
  Encryption_Type,
} from 'livekit-client';
import type { LivekitParticipant, LivekitRemoteTrack, LivekitSdk } from '../../src/livekit-sdk';
import { FakeLocalTrack, FakeRoom, fakeTrack } from './fake-room';

/** The server's side of one room, and what it has been told to do wrong. */
export class FakeNetwork {
  readonly rooms: FakeRoom[] = [];
  readonly inRoom = new Set<FakeRoom>();
  readonly participants = new Map<string, { sid: string; isActive: boolean; identity: string }>();
  readonly received: Uint8Array[] = [];
  readonly tracks = new Map<'audio' | 'video', LivekitRemoteTrack>();
  canPublishData = true;
  canPublish = true;
  /** Of a track. */
  nextPublish: { readonly fails?: unknown; readonly waits?: Promise<void> } | undefined;
  /** Never settles: leaving hangs. */
  leaving: Promise<void> = Promise.resolve();
  /** What the next joins do instead of succeeding. */
  join: 'succeeds' | 'hangs' | 'is-refused' = 'succeeds';
  /** Set: joins wait for it, and complete although the client has given up. */
  joinHeld: Promise<void> | undefined;
  whileJoining: Uint8Array<ArrayBuffer> | undefined;
  nextSend: { readonly fails?: unknown; readonly waits?: Promise<void> } | undefined;
  #sids = 0;

  readonly sdk: LivekitSdk = {
    Room: ((network: FakeNetwork) =>
      class extends FakeRoom {
        constructor(options?: ConstructorParameters<LivekitSdk['Room']>[0]) {
          super(network, options);
        }
      })(this),
    DisconnectReason,
    ConnectionErrorReason,
    DataPacket_Kind,
    LocalAudioTrack: localTrackClass(this),
    LocalVideoTrack: localTrackClass(this),
    isBrowserSupported: () => true,
  };

  get room(): FakeRoom {
    const room = this.rooms.at(-1);
    if (room === undefined) throw new Error('no Room was made');
    return room;
  }

  identityOf(token: string): string {
    return `visitor of ${token.length}`;
  }

  async admit(room: FakeRoom, token: string): Promise<void> {
    await Promise.resolve();
    if (this.join === 'hangs') await new Promise(() => {});
    if (this.join === 'is-refused') {
      throw ConnectionError.notAllowed(`could not establish signal connection: invalid token: ${token}`, 401);
    }
    await this.joinHeld;
    if (this.whileJoining !== undefined) this.deliver(this.whileJoining, 'avatar', room);
  }

  enter(room: FakeRoom): void {
    this.inRoom.add(room);
    for (const participant of this.participants.values())
      room.remoteParticipants.set(participant.identity, participant);
    queueMicrotask(() => {
      if (room.state !== 'connected') return;
      for (const track of this.tracks.values()) this.#subscribe(room, track);
    });
  }

  exit(room: FakeRoom): void {
    this.inRoom.delete(room);
  }

  async answer(): Promise<void> {
    const { fails, waits } = this.nextSend ?? {};
    this.nextSend = undefined;
    if (fails !== undefined) throw fails;
    await waits;
  }

  async answerPublish(): Promise<void> {
    const { fails, waits } = this.nextPublish ?? {};
    this.nextPublish = undefined;
    await waits;
    if (fails !== undefined) throw fails;
  }

  carry(room: FakeRoom, packet: Uint8Array, options: { destinationIdentities?: string[] }): void {
    const to = options.destinationIdentities ?? ['avatar'];
    // Without the permission it is dropped, and nobody is told.
    if (!this.canPublishData || !this.inRoom.has(room) || !to.includes('avatar')) return;
    if (this.participants.has('avatar')) this.received.push(packet);
  }

  /** A participant comes; its identity may have been there before. */
  arrive(identity: string, isActive = true): LivekitParticipant {
    this.#sids += 1;
    const participant = { identity, sid: `PA_${this.#sids}`, isActive: false };
    this.participants.set(identity, participant);
    for (const room of this.inRoom) room.remoteParticipants.set(identity, participant);
    if (isActive) this.activate(identity);
    return participant;
  }

  /** The event comes first, and `isActive` turns true after it. */
  activate(identity: string): void {
    const participant = this.participants.get(identity);
    if (participant === undefined) return;
    for (const room of this.inRoom) room.emit('participantActive', participant);
    participant.isActive = true;
  }

  depart(identity: string): void {
    const participant = this.participants.get(identity);
    if (participant === undefined) return;
    this.participants.delete(identity);
    for (const room of this.inRoom) {
      for (const track of this.tracks.values()) room.emit('trackUnsubscribed', track, undefined, participant);
      room.remoteParticipants.delete(identity);
      room.emit('participantDisconnected', participant);
    }
    this.tracks.clear();
  }

  deliver(data: Uint8Array<ArrayBuffer>, from: string, only?: FakeRoom, topic?: string): void {
    const participant = this.participants.get(from);
    for (const room of only ? [only] : this.inRoom) {
      room.emit(
        'dataReceived',
        data.slice(),
        participant,
        DataPacket_Kind.RELIABLE,
        topic,
        Encryption_Type.NONE,
        from,
      );
    }
  }

  publish(kind: 'audio' | 'video'): LivekitRemoteTrack {
    const track = fakeTrack(kind);
    this.tracks.set(kind, track);
    for (const room of this.inRoom) this.#subscribe(room, track);
    return track;
  }

  unpublish(kind: 'audio' | 'video'): void {
    const track = this.tracks.get(kind);
    const participant = this.participants.get('avatar');
    this.tracks.delete(kind);
    if (track === undefined || participant === undefined) return;
    for (const room of this.inRoom) room.emit('trackUnsubscribed', track, undefined, participant);
  }

  #subscribe(room: FakeRoom, track: LivekitRemoteTrack): void {
    const participant = this.participants.get('avatar');
    if (participant !== undefined) room.emit('trackSubscribed', track, undefined, participant);
  }

  /** The signal is lost, and the SDK tries to resume. */
  cut(): void {
    for (const room of this.inRoom) {
      room.state = 'signalReconnecting';
      room.emit('signalReconnecting');
    }
  }

  resume(): void {
    for (const room of this.inRoom) {
      room.state = 'connected';
      room.emit('reconnected');
    }
  }

  /** Everybody seems to leave, in the state that was; then it shows as a reconnect; then everybody is there again. */
  reconnectFully(beforeItIsBack: () => void = () => {}): void {
    for (const room of this.inRoom) {
      const there = [...this.participants.values()];
      const tracks = [...this.tracks.values()];
      const avatar = this.participants.get('avatar');
      if (avatar) for (const track of tracks) room.emit('trackUnsubscribed', track, undefined, avatar);
      room.remoteParticipants.clear();
      for (const participant of there) room.emit('participantDisconnected', participant);
      room.state = 'reconnecting';
      room.emit('reconnecting');
      beforeItIsBack();
      for (const local of room.localTracks.keys()) local.republish();
      for (const participant of this.participants.values())
        room.remoteParticipants.set(participant.identity, participant);
      room.state = 'connected';
      room.emit('reconnected');
      for (const participant of this.participants.values()) {
        if (participant.isActive) room.emit('participantActive', participant);
      }
      for (const kind of [...this.tracks.keys()]) {
        const track = fakeTrack(kind);
        this.tracks.set(kind, track);
        this.#subscribe(room, track);
      }
    }
  }

  end(reason: DisconnectReason | undefined): void {
    for (const room of [...this.inRoom]) {
      this.inRoom.delete(room);
      room.end(reason);
    }
  }
}

function localTrackClass(network: FakeNetwork): LivekitSdk['LocalAudioTrack'] {
  return class extends FakeLocalTrack {
    constructor(track: MediaStreamTrack, _constraints: undefined, userProvidedTrack: boolean) {
      super(network, track, userProvidedTrack);
    }
  };
}
