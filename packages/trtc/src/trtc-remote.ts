import type { Clock, Emitter, RemoteTrack, TransportEvents } from '@avatarwire/core';
import { Departures } from '@avatarwire/core/adapter';
import { type RemoteSource, remoteSource, remoteTrack } from './trtc-events';
import type { TrtcClient, TrtcTrack, TrtcVideo } from './trtc-sdk';

/** A track under both of the names that the SDK may have for it: what came in, and what it made of that. */
interface Received {
  readonly told: RemoteTrack;
  readonly sourceTrack: MediaStreamTrack | null;
}

const SOURCES: readonly RemoteSource[] = ['microphone', 'camera', 'screen'];

/** Who is in the room beside us, and what they show. */
export class RemoteSide {
  readonly #events: Emitter<TransportEvents>;
  readonly #departures: Departures;
  readonly #warn: (what: string, error: unknown) => void;
  readonly #participants = new Set<string>();
  /** Who is leaving → how often our link had changed by then. */
  readonly #leaving = new Map<string, number>();
  readonly #tracks = new Map<string, Received>();
  /** The pictures that may be asked for. */
  readonly #videos = new Map<string, TrtcVideo>();
  #client: TrtcClient | undefined;
  #localId = '';
  #linkChanges = 0;
  #joined = false;

  constructor(events: Emitter<TransportEvents>, clock: Clock, warn: (what: string, error: unknown) => void) {
    this.#events = events;
    this.#departures = new Departures(clock);
    this.#warn = warn;
  }

  begin(client: TrtcClient, localId: string): void {
    this.#client = client;
    this.#localId = localId;
  }

  /** Before we are in the room the SDK refuses to be asked for a picture, with 5101. */
  joined(): void {
    this.#joined = true;
    this.#askForMissing();
  }

  interrupted(): void {
    this.#linkChanges += 1;
    this.#departures.hold();
  }

  reconnected(): void {
    this.#linkChanges += 1;
    this.#departures.resume();
    this.#askForMissing();
  }

  end(): void {
    this.#client = undefined;
    this.#departures.clear();
  }

  /** Whoever shows a sign of life is there, whatever the order of the SDK's events. */
  announce(userId: string): void {
    if (userId === this.#localId || this.#participants.has(userId)) return;
    this.#participants.add(userId);
    this.#events.emit('participant-joined', { id: userId });
  }

  enters(userId: string): void {
    // Gone and back while our link was up all the time: another stay, and what it was told before, it has forgotten.
    if (this.#leaving.get(userId) === this.#linkChanges) {
      for (const what of [...SOURCES, 'user'] as const) this.#departures.expire(keyOf(userId, what));
    }
    this.#departures.cancel(keyOf(userId, 'user'));
    this.#leaving.delete(userId);
    this.announce(userId);
  }

  exits(userId: string): void {
    for (const source of SOURCES) this.#gone(keyOf(userId, source));
    if (!this.#participants.has(userId)) return;
    this.#leaving.set(userId, this.#linkChanges);
    this.#departures.add(keyOf(userId, 'user'), () => {
      this.#leaving.delete(userId);
      this.#participants.delete(userId);
      this.#events.emit('participant-left', { id: userId });
    });
  }

  trackArrived({ userId, streamType, track, sourceTrack }: TrtcTrack): void {
    // Those of our own come with an empty id.
    if (userId !== '') this.#add(userId, remoteSource(track.kind, streamType), track, sourceTrack ?? null);
  }

  /** The SDK receives and plays it unasked. For sound that was muted and comes back it has no second `track` event. */
  audioAvailable(userId: string): void {
    this.announce(userId);
    const track = this.#client?.getAudioTrack({ userId });
    if (track) this.#add(userId, 'microphone', track, track);
  }

  audioGone(userId: string): void {
    this.#gone(keyOf(userId, 'microphone'));
  }

  videoAvailable(video: TrtcVideo): void {
    this.announce(video.userId);
    this.#videos.set(keyOf(video.userId, remoteSource('video', video.streamType)), video);
    if (this.#joined) void this.#askFor(video);
  }

  videoGone({ userId, streamType }: TrtcVideo): void {
    this.#gone(keyOf(userId, remoteSource('video', streamType)));
  }

  /** Also those whose request was lost with the link: the SDK refuses one that is repeated, and goes on. */
  #askForMissing(): void {
    for (const [key, video] of this.#videos) if (!this.#tracks.has(key)) void this.#askFor(video);
  }

  /** Without a view: received, and shown by nobody but core. */
  async #askFor(video: TrtcVideo): Promise<void> {
    const { userId, streamType } = video;
    const source = remoteSource('video', streamType);
    try {
      await this.#client?.startRemoteVideo({ userId, streamType });
      if (this.#videos.get(keyOf(userId, source)) !== video) return;
      const track = this.#client?.getVideoTrack({ userId, streamType });
      if (track) this.#add(userId, source, track, track);
    } catch (error) {
      if (this.#client !== undefined) this.#warn('a picture could not be asked for', error);
    }
  }

  #add(
    userId: string,
    source: RemoteSource,
    track: MediaStreamTrack,
    sourceTrack: MediaStreamTrack | null,
  ): void {
    this.announce(userId);
    const key = keyOf(userId, source);
    const known = this.#tracks.get(key);
    if (known !== undefined) {
      const names = [known.told.track, known.sourceTrack];
      if (names.includes(track) || (sourceTrack !== null && names.includes(sourceTrack))) {
        this.#departures.cancel(key);
        return;
      }
      // A track that gives way to another.
      this.#depart(key, known);
      this.#departures.expire(key);
    }
    const told = remoteTrack(track, source, userId);
    this.#tracks.set(key, { told, sourceTrack });
    this.#events.emit('track-added', told);
  }

  #gone(key: string): void {
    this.#videos.delete(key);
    const known = this.#tracks.get(key);
    if (known !== undefined) this.#depart(key, known);
  }

  #depart(key: string, { told }: Received): void {
    this.#departures.add(key, () => {
      this.#tracks.delete(key);
      this.#events.emit('track-removed', told);
    });
  }
}

/** What it is stands in front, so no participant can be named like the track of another. */
function keyOf(userId: string, what: RemoteSource | 'user'): string {
  return `${what} ${userId}`;
}
