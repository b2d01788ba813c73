/** Local and remote tracks, as far as an adapter uses them: custom tracks in, tracks for one's own element out. */

import { carried } from '../carried-track';
import { AgoraEmitter } from './agora-emitter';
import { AgoraRTCException } from './agora-error';
import type {
  AgoraEncoderConfiguration,
  AgoraLocalTrack,
  AgoraLocalVideoTrack,
  AgoraMediaType,
  AgoraRemoteTrack,
  AgoraUid,
} from './agora-types';

/** How a track reaches whoever publishes it. */
export interface LocalTrackOwner {
  hidden(track: LocalTrackDouble, hidden: boolean): void;
  replaced(track: LocalTrackDouble, old: MediaStreamTrack): void;
}

let tracks = 0;

/** What `createCustomAudioTrack` gives. */
export class LocalTrackDouble extends AgoraEmitter implements AgoraLocalTrack {
  readonly trackMediaType: AgoraMediaType;
  /** Set while it is published. */
  owner: LocalTrackOwner | undefined;
  muted = false;
  enabled = true;
  closed = false;
  readonly #id: string;
  readonly #onEnded = () => this.emit('track-ended');
  #track: MediaStreamTrack;

  constructor(track: MediaStreamTrack) {
    super();
    tracks += 1;
    this.#id = `track-${track.kind}-${tracks}`;
    this.trackMediaType = track.kind === 'audio' ? 'audio' : 'video';
    this.#track = track;
    track.addEventListener('ended', this.#onEnded);
  }

  getTrackId(): string {
    return this.#id;
  }

  getMediaStreamTrack(): MediaStreamTrack {
    return this.#track;
  }

  /** Whether others get nothing of it. */
  get hidden(): boolean {
    return this.muted || !this.enabled;
  }

  async setMuted(muted: boolean): Promise<void> {
    this.#check(muted, 'muted');
    if (muted && !this.enabled) throw unreachable('muted while the track is disabled');
    if (this.muted === muted) return;
    this.muted = muted;
    this.#show();
  }

  async setEnabled(enabled: boolean): Promise<void> {
    this.#check(enabled, 'enabled');
    if (!enabled && this.muted) throw unreachable('enabled while the track is muted');
    if (this.enabled === enabled) return;
    this.enabled = enabled;
    this.#show();
  }

  close(): void {
    this.closed = true;
    this.#track.removeEventListener('ended', this.#onEnded);
    this.#track.stop();
  }

  protected swap(track: MediaStreamTrack): MediaStreamTrack {
    const old = this.#track;
    old.removeEventListener('ended', this.#onEnded);
    this.#track = track;
    track.enabled = !this.hidden;
    track.addEventListener('ended', this.#onEnded);
    return old;
  }

  #check(value: unknown, field: string): void {
    if (this.closed) throw new Error('the track was closed');
    if (typeof value !== 'boolean')
      throw new AgoraRTCException('INVALID_PARAMS', `${field} must be a boolean`);
  }

  #show(): void {
    this.#track.enabled = !this.hidden;
    this.owner?.hidden(this, this.hidden);
  }
}

function unreachable(what: string): AgoraRTCException {
  return new AgoraRTCException('TRACK_STATE_UNREACHABLE', `cannot set ${what}`);
}

/** What `createCustomVideoTrack` gives. */
export class LocalVideoTrackDouble extends LocalTrackDouble implements AgoraLocalVideoTrack {
  /** As it was said last. A replaced track has it too. */
  encoder: AgoraEncoderConfiguration = {};

  async setEncoderConfiguration(config: AgoraEncoderConfiguration): Promise<void> {
    if (!this.enabled)
      throw new AgoraRTCException('TRACK_IS_DISABLED', 'cannot configure the encoder of a disabled track');
    this.encoder = { ...config };
  }

  /** Others see it unpublished and published again; with the real SDK they see nothing of it. */
  async replaceTrack(track: MediaStreamTrack, stopOldTrack: boolean): Promise<void> {
    if (track.kind !== 'video') throw new AgoraRTCException('INVALID_PARAMS', 'the new track is no video');
    const old = this.swap(track);
    if (stopOldTrack) old.stop();
    this.owner?.replaced(this, old);
  }
}

/** What a subscriber gets: a clone of the publisher's track, which ends when it is published no more. */
export class RemoteTrackDouble extends AgoraEmitter implements AgoraRemoteTrack {
  readonly trackMediaType: AgoraMediaType;
  readonly #uid: AgoraUid;
  readonly #id: string;
  #track: MediaStreamTrack;

  constructor(uid: AgoraUid, published: MediaStreamTrack) {
    super();
    tracks += 1;
    this.#uid = uid;
    this.#id = `remote-${published.kind}-${tracks}`;
    this.trackMediaType = published.kind === 'audio' ? 'audio' : 'video';
    this.#track = arriving(published);
  }

  /** The media connection was made again: the same remote track shows another one. */
  renew(published: MediaStreamTrack): void {
    this.#track.stop();
    this.#track = arriving(published);
  }

  getTrackId(): string {
    return this.#id;
  }

  getUserId(): AgoraUid {
    return this.#uid;
  }

  getMediaStreamTrack(): MediaStreamTrack {
    return this.#track;
  }

  end(): void {
    this.#track.stop();
  }
}

/** The wire carries what is published, whatever the publisher does with its own handle. */
function arriving(published: MediaStreamTrack): MediaStreamTrack {
  const track = carried(published);
  track.enabled = true;
  return track;
}
