/** One stay in a channel: what comes from the network, and what a member may do there. */

import type { EndReason, MemoryClient } from '../memory-client';
import type { RoomNews } from '../memory-room';
import { AgoraRTCException } from './agora-error';
import { type RemoteUserDouble, RemoteUsers } from './agora-remote-users';
import { AgoraSignal } from './agora-signal';
import { type LocalTrackDouble, RemoteTrackDouble } from './agora-tracks';
import type { AgoraConnectionState, AgoraMediaType, AgoraUid } from './agora-types';
import { type AgoraWorld, checkAdmission, type IssuedToken, inChannel, uidOf } from './agora-world';

const QUALITY_MS = 2_000;
const EXPIRING_MS = 30_000;
/** How much later than the end of `join` the last who are there may be announced, in milliseconds. */
const ANNOUNCED_WITHIN_MS = 100;

interface Stay {
  readonly channel: string;
  readonly uid: AgoraUid;
  emit(event: string, ...payload: readonly unknown[]): void;
  moved(state: AgoraConnectionState): void;
  ended(reason: EndReason): void;
}

export class AgoraJoined {
  readonly channel: string;
  readonly uid: AgoraUid;
  readonly net: MemoryClient;
  readonly users: RemoteUsers;
  readonly published: LocalTrackDouble[] = [];
  readonly #world: AgoraWorld;
  readonly #stay: Stay;
  readonly #signal = new AgoraSignal();
  readonly #undos: (() => void)[] = [];
  readonly #timers = new Map<'quality' | 'expiry' | 'announcements', () => void>();
  readonly #since: number;
  /** What came while joining, and what came behind it: in this order, when its time has come. */
  #held: (() => void)[] | undefined = [];

  constructor(world: AgoraWorld, stay: Stay) {
    const { channel, uid } = stay;
    this.channel = channel;
    this.uid = uid;
    this.#world = world;
    this.#stay = stay;
    this.#since = world.clock.now();
    this.users = new RemoteUsers({
      uidOf: (id) => uidOf(world, channel, id),
      isAudience: (id) => world.audience.has(inChannel(channel, id)),
      emit: (event, ...payload) => stay.emit(event, ...payload),
    });
    this.net = world.network.client(String(uid));
    this.#listen();
  }

  get ageMs(): number {
    return this.#world.clock.now() - this.#since;
  }

  /** The join is done: the rest of what came meanwhile is told around its end. */
  entered(token: IssuedToken | undefined): void {
    const { random, behaviour, clock } = this.#world;
    this.#signal.opened();
    const held = this.#held ?? [];
    const early = behaviour.announcements === 'any' ? Math.floor(random() * (held.length + 1)) : held.length;
    for (const tell of held.splice(0, early)) tell();
    if (held.length === 0) this.#held = undefined;
    else
      this.#timers.set(
        'announcements',
        clock.schedule(() => {
          this.#held = undefined;
          for (const tell of held.splice(0)) tell();
        }, random() * ANNOUNCED_WITHIN_MS),
      );
    this.#reportQuality();
    this.#watchToken(token);
  }

  /** Nothing comes from here any more, and nothing stays scheduled. Tracks of the caller's keep running. */
  close(): void {
    for (const undo of this.#undos.splice(0)) undo();
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#held = undefined;
    this.#signal.closed();
    this.users.clear();
    for (const track of this.published.splice(0)) track.owner = undefined;
  }

  send(
    bytes: Uint8Array<ArrayBuffer>,
    { needRetry, lost }: { needRetry: boolean; lost: boolean },
  ): Promise<void> {
    return this.#signal.request(() => (lost ? this.#roundTrip() : this.net.send(bytes)), needRetry);
  }

  loseSocket(): void {
    this.#signal.closed();
  }

  /** A question to the gateway that has no effect in the channel. */
  ask(): Promise<void> {
    return this.#signal.request(() => this.#roundTrip(), false);
  }

  async publish(tracks: readonly LocalTrackDouble[]): Promise<void> {
    const added = tracks.filter((track) => !this.published.includes(track));
    const videos = [...this.published, ...added].filter(({ trackMediaType }) => trackMediaType === 'video');
    if (videos.length > 1)
      throw new AgoraRTCException(
        'CAN_NOT_PUBLISH_MULTIPLE_VIDEO_TRACKS',
        'only one video track can be published',
      );
    this.published.push(...added);
    try {
      await this.#world.faults.publish?.();
      await this.ask();
    } catch (error) {
      for (const track of added) this.#forget(track);
      throw error;
    }
    for (const track of added) {
      track.owner = {
        hidden: (one, hidden) => this.net.mute(one.getMediaStreamTrack(), hidden),
        replaced: (one, old) => {
          this.net.unpublish(old);
          this.#show(one);
        },
      };
      this.#show(track);
    }
  }

  async unpublish(tracks: readonly LocalTrackDouble[]): Promise<void> {
    for (const track of tracks) {
      if (!this.#forget(track)) continue;
      this.net.unpublish(track.getMediaStreamTrack());
    }
    await this.ask();
  }

  async subscribe(user: RemoteUserDouble, kind: AgoraMediaType): Promise<RemoteTrackDouble> {
    this.#checkPublished(user, kind);
    await this.#world.faults.subscribe?.();
    await this.ask();
    // What it asked for may be gone by now.
    const published = this.#checkPublished(user, kind);
    const known = kind === 'audio' ? user.audioTrack : user.videoTrack;
    if (known !== undefined) return known;
    const track = new RemoteTrackDouble(user.uid, published);
    user.set(kind, track);
    return track;
  }

  async unsubscribe(user: RemoteUserDouble, kind?: AgoraMediaType): Promise<void> {
    await this.ask();
    for (const one of ['audio', 'video'] as const)
      if (kind === undefined || kind === one) user.set(one, undefined);
  }

  async renew(token: string): Promise<void> {
    await this.ask();
    const { appId } = this.#world;
    this.#watchToken(checkAdmission(this.#world, { appId, channel: this.channel, token, uid: this.uid }));
  }

  #checkPublished(user: RemoteUserDouble, kind: AgoraMediaType): MediaStreamTrack {
    if (!this.users.has(user))
      throw new AgoraRTCException('INVALID_REMOTE_USER', 'user is not in the channel');
    if (!user.hasAudio && !user.hasVideo)
      throw new AgoraRTCException('INVALID_REMOTE_USER', 'user is not published');
    const track = user.current(kind);
    if (track === undefined) throw new AgoraRTCException('REMOTE_USER_IS_NOT_PUBLISHED', '');
    return track;
  }

  #listen(): void {
    const { behaviour } = this.#world;
    const tell = (news: RoomNews) => this.#inOrder(() => this.users.news(news));
    for (const kind of ['member-joined', 'member-left'] as const)
      this.#undos.push(this.net.on(kind, ({ id }) => tell({ kind, id })));
    for (const kind of ['track-published', 'track-unpublished', 'track-muted'] as const)
      this.#undos.push(this.net.on(kind, (published) => tell({ kind, ...published })));
    this.#undos.push(
      this.net.on('packet', ({ data, from }) => {
        if (behaviour.swallowsLookalikes && isLookalike(data)) return;
        const uid = uidOf(this.#world, this.channel, from);
        this.#inOrder(() => this.#stay.emit('stream-message', uid, data));
      }),
      this.net.on('link-down', () => {
        this.#signal.lost();
        this.#stay.moved('RECONNECTING');
      }),
      this.net.on('link-up', ({ lossy }) => {
        this.#signal.opened();
        this.#stay.moved('CONNECTED');
        if (!lossy) return;
        if (behaviour.announcesAgain) this.users.announceAgain();
        else this.users.renewTracks();
      }),
      this.net.on('ended', ({ reason }) => this.#stay.ended(reason)),
    );
  }

  #inOrder(tell: () => void): void {
    if (this.#held === undefined) tell();
    else this.#held.push(tell);
  }

  #forget(track: LocalTrackDouble): boolean {
    const index = this.published.indexOf(track);
    if (index < 0) return false;
    this.published.splice(index, 1);
    track.owner = undefined;
    return true;
  }

  #show(track: LocalTrackDouble): void {
    this.net.publish(track.getMediaStreamTrack());
    if (track.hidden) this.net.mute(track.getMediaStreamTrack(), true);
  }

  #roundTrip(): Promise<void> {
    const { clock, network } = this.#world;
    return new Promise((resolve) => void clock.schedule(resolve, network.conditions.latencyMs * 2));
  }

  #reportQuality(): void {
    const { clock, quality } = this.#world;
    this.#timers.set(
      'quality',
      clock.schedule(() => {
        this.#stay.emit('network-quality', { ...quality });
        this.#reportQuality();
      }, QUALITY_MS),
    );
  }

  #watchToken(token: IssuedToken | undefined): void {
    this.#timers.get('expiry')?.();
    this.#timers.delete('expiry');
    if (token === undefined || token.expiresAt === Infinity) return;
    const { clock } = this.#world;
    const expire = () => this.#world.network.end('credentials-expired', this.channel, String(this.uid));
    const warn = () => {
      this.#stay.emit('token-privilege-will-expire');
      this.#timers.set('expiry', clock.schedule(expire, token.expiresAt - clock.now()));
    };
    this.#timers.set('expiry', clock.schedule(warn, token.expiresAt - clock.now() - EXPIRING_MS));
  }
}

/** What the receiving SDK takes for a message of its own. */
function isLookalike(data: Uint8Array): boolean {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(data));
    if (typeof value !== 'object' || value === null) return false;
    return '_type' in value || ('total' in value && 'id' in value);
  } catch {
    return false;
  }
}
