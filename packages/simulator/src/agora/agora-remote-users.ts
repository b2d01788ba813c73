/** Who else is in the channel and what they publish, as the SDK tells it: from the room's news to its events. */

import type { RoomNews } from '../memory-room';
import type { RemoteTrackDouble } from './agora-tracks';
import type { AgoraClientEvents, AgoraMediaType, AgoraRemoteUser, AgoraUid } from './agora-types';

interface Shown {
  readonly track: MediaStreamTrack;
  muted: boolean;
}

export class RemoteUserDouble implements AgoraRemoteUser {
  readonly uid: AgoraUid;
  readonly shown: Record<AgoraMediaType, Shown[]> = { audio: [], video: [] };
  audioTrack: RemoteTrackDouble | undefined;
  videoTrack: RemoteTrackDouble | undefined;

  constructor(uid: AgoraUid) {
    this.uid = uid;
  }

  get hasAudio(): boolean {
    return this.current('audio') !== undefined;
  }

  get hasVideo(): boolean {
    return this.current('video') !== undefined;
  }

  /** A user has one sound and one picture, whatever else is published: the first that is not muted. */
  current(kind: AgoraMediaType): MediaStreamTrack | undefined {
    return this.shown[kind].find(({ muted }) => !muted)?.track;
  }

  set(kind: AgoraMediaType, track: RemoteTrackDouble | undefined): void {
    const key = kind === 'audio' ? 'audioTrack' : 'videoTrack';
    this[key]?.end();
    this[key] = track;
  }
}

export interface RemoteUsersOptions {
  uidOf(id: string): AgoraUid;
  /** In live mode nobody hears of an audience. */
  isAudience(id: string): boolean;
  emit<E extends keyof AgoraClientEvents>(event: E, ...payload: AgoraClientEvents[E]): void;
}

type LeftReason = AgoraClientEvents['user-left'][1];

export class RemoteUsers {
  readonly #options: RemoteUsersOptions;
  readonly #users = new Map<string, RemoteUserDouble>();
  /** Everyone there, an audience too: who becomes a host is announced only then. */
  readonly #present = new Set<string>();

  constructor(options: RemoteUsersOptions) {
    this.#options = options;
  }

  get list(): RemoteUserDouble[] {
    return [...this.#users.values()];
  }

  has(user: RemoteUserDouble): boolean {
    return this.list.includes(user);
  }

  news(news: RoomNews): void {
    if ('track' in news) this.#changed(news);
    else if (news.kind === 'member-joined') this.#joined(news.id);
    else this.#left(news.id);
  }

  /** Somebody in the channel has another role. */
  roleChanged(id: string): void {
    if (!this.#present.has(id)) return;
    if (this.#options.isAudience(id)) this.#drop(id, 'BecomeAudience');
    else this.#joined(id);
  }

  /** The media connection was made again: subscriptions hold, and what they show is another track. */
  renewTracks(): void {
    for (const user of this.#users.values()) {
      for (const kind of ['audio', 'video'] as const) {
        const published = user.current(kind);
        const track = kind === 'audio' ? user.audioTrack : user.videoTrack;
        if (published === undefined || track === undefined) continue;
        track.renew(published);
        this.#options.emit('media-reconnect-end', user.uid);
      }
    }
  }

  /** After a reconnect with losses: everyone seems to leave and to come back. */
  announceAgain(): void {
    for (const [id, user] of [...this.#users]) {
      const shown = user.shown;
      for (const kind of ['audio', 'video'] as const) this.#tell(user, kind, user.current(kind), undefined);
      this.#drop(id, 'ServerTimeOut');
      this.#joined(id);
      const back = this.#users.get(id);
      if (back === undefined) continue;
      for (const kind of ['audio', 'video'] as const) {
        back.shown[kind].push(...shown[kind]);
        this.#tell(back, kind, undefined, back.current(kind));
      }
    }
  }

  /** The SDK forgets everybody, without an event. */
  clear(): void {
    for (const user of this.#users.values()) {
      user.set('audio', undefined);
      user.set('video', undefined);
    }
    this.#users.clear();
    this.#present.clear();
  }

  #joined(id: string): void {
    this.#present.add(id);
    if (this.#users.has(id) || this.#options.isAudience(id)) return;
    const user = new RemoteUserDouble(this.#options.uidOf(id));
    this.#users.set(id, user);
    this.#options.emit('user-joined', user);
  }

  #left(id: string): void {
    this.#present.delete(id);
    this.#drop(id, 'Quit');
  }

  #drop(id: string, reason: LeftReason): void {
    const user = this.#users.get(id);
    if (user === undefined) return;
    this.#users.delete(id);
    this.#options.emit('user-left', user, reason);
  }

  #changed(news: Extract<RoomNews, { track: MediaStreamTrack }>): void {
    const user = this.#users.get(news.from);
    if (user === undefined) return;
    const kind = news.track.kind === 'audio' ? 'audio' : 'video';
    const before = user.current(kind);
    const shown = user.shown[kind];
    const index = shown.findIndex(({ track }) => track === news.track);
    const known = shown[index];
    if (news.kind === 'track-unpublished') {
      if (known !== undefined) shown.splice(index, 1);
    } else if (known === undefined) shown.push({ track: news.track, muted: news.muted });
    else known.muted = news.muted;
    if (news.kind === 'track-muted')
      this.#options.emit('user-info-updated', user.uid, `${news.muted ? 'mute' : 'unmute'}-${kind}`);
    this.#tell(user, kind, before, user.current(kind));
  }

  #tell(
    user: RemoteUserDouble,
    kind: AgoraMediaType,
    before: MediaStreamTrack | undefined,
    now: MediaStreamTrack | undefined,
  ): void {
    if (now === before) return;
    if (before !== undefined) {
      user.set(kind, undefined);
      this.#options.emit('user-unpublished', user, kind);
    }
    if (now !== undefined) this.#options.emit('user-published', user, kind);
  }
}
