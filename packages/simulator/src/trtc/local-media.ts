/** What we send: tracks of the caller's, which the SDK neither stops nor clones. Mute is their `enabled`. */

import type { TrackSource } from '@avatarwire/core';
import { type CallLine, createCallLine } from './call-line';
import type { VideoProfile } from './trtc-api';
import { trtcError } from './trtc-error';
import type { MediaType, StreamType, TrtcEvents } from './trtc-events';

/** Where a track goes while there is a room. */
export interface Uplink {
  publish(track: MediaStreamTrack, source: TrackSource): void;
  unpublish(track: MediaStreamTrack): void;
  mute(track: MediaStreamTrack, muted: boolean): void;
}

interface LocalMediaOptions {
  readonly media: MediaType;
  /** The names of the calls, for errors. */
  readonly calls: { readonly start: string; readonly update: string; readonly stop: string };
  /** `undefined` outside a room. */
  uplink(): Uplink | undefined;
  emit<E extends keyof TrtcEvents>(event: E, payload: TrtcEvents[E]): void;
  /** The server's answer to a publish or an unpublish. */
  answer(): Promise<void>;
}

interface Settings {
  readonly track?: MediaStreamTrack | undefined;
  readonly publish?: boolean | undefined;
  readonly mute?: boolean | undefined;
  readonly profile?: VideoProfile | undefined;
}

export interface LocalMedia {
  readonly track: MediaStreamTrack | undefined;
  /** As it was said last, until it is stopped. */
  readonly profile: VideoProfile | undefined;
  start(settings: Settings): Promise<void>;
  update(settings: Settings): Promise<void>;
  stop(): Promise<void>;
  /** We are in a room now: what was started before goes out. */
  enter(): void;
  /** We are in none any more; capture goes on. */
  leave(): void;
}

const SOURCE = { audio: 'microphone', video: 'camera', screen: 'screen' } as const;

export function createLocalMedia(options: LocalMediaOptions): LocalMedia {
  const { media, calls, uplink, emit } = options;
  const line: CallLine = createCallLine();
  const kind = media === 'audio' ? 'audio' : 'video';
  const streamType: StreamType = media === 'screen' ? 'sub' : 'main';
  let track: MediaStreamTrack | undefined;
  let profile: VideoProfile | undefined;
  let muted = false;
  let wanted = true;
  let published: MediaStreamTrack | undefined;
  let state: TrtcEvents['publish-state-changed']['state'] = 'stopped';

  /** A camera is not looked at: the SDK takes a microphone for one. */
  function checkTrack(given: MediaStreamTrack, call: string): MediaStreamTrack {
    if (given.kind === kind || media === 'video') return given;
    throw trtcError(5999, `${call}(): a track of ${kind} was expected.`, call);
  }

  function move(to: typeof state, reason?: 'api-call'): void {
    if (state === to) return;
    const prevState = state;
    state = to;
    emit('publish-state-changed', { mediaType: media, prevState, state: to, ...(reason && { reason }) });
  }

  function publish(): void {
    const up = uplink();
    if (!up || !track || published) return;
    published = track;
    move('starting');
    up.publish(track, SOURCE[media]);
    if (muted) up.mute(track, true);
    options.answer().then(
      () => {
        if (published && state === 'starting') move('started');
      },
      // Destroyed meanwhile: nobody is there to be told.
      () => {},
    );
  }

  function unpublish(): Promise<void> {
    if (!published) return Promise.resolve();
    uplink()?.unpublish(published);
    published = undefined;
    move('stopped', 'api-call');
    return options.answer();
  }

  function setMuted(to: boolean): void {
    muted = to;
    if (!track) return;
    track.enabled = !to;
    if (published) uplink()?.mute(published, to);
  }

  function announce(): void {
    if (track) emit('track', { userId: '', streamType, track, sourceTrack: track });
  }

  function announcePlay(playing: boolean): void {
    if (media !== 'audio') return;
    const change = playing
      ? ({ state: 'PLAYING', reason: 'playing' } as const)
      : ({ state: 'STOPPED', reason: 'ended' } as const);
    emit('audio-play-state-changed', { type: 'audio', userId: '', ...change });
  }

  /** What differs from the track's own, the track is constrained to. */
  async function apply(given: VideoProfile): Promise<void> {
    profile = { ...given };
    const { width, height, frameRate } = profile;
    const own: MediaTrackSettings = { width, height, frameRate, ...track?.getSettings() };
    if (own.width !== width || own.height !== height || own.frameRate !== frameRate)
      await track?.applyConstraints({ width, height, frameRate });
  }

  const onEnded = () => announcePlay(false);

  function replace(next: MediaStreamTrack): void {
    if (next === track) return;
    track?.removeEventListener('ended', onEnded);
    track = next;
    track.addEventListener('ended', onEnded);
    track.enabled = !muted;
    announce();
    const up = uplink();
    if (!published || !up) return;
    // The new one first: to the others it is the same picture, going on with other contents.
    up.publish(next, SOURCE[media]);
    if (muted) up.mute(next, true);
    up.unpublish(published);
    published = next;
  }

  return {
    get track() {
      return track;
    },
    get profile() {
      return profile;
    },
    start: (settings) =>
      line.start(calls.start, async () => {
        if (!settings.track)
          throw trtcError(
            5200,
            `${calls.start}(): the double opens no devices; give it a track.`,
            calls.start,
          );
        track = checkTrack(settings.track, calls.start);
        track.addEventListener('ended', onEnded);
        wanted = settings.publish ?? true;
        announce();
        // A track that its owner had disabled is enabled here, unless it is to start muted.
        setMuted(settings.mute ?? false);
        if (wanted) publish();
        announcePlay(true);
      }),
    update: (settings) =>
      line.update(calls.update, async () => {
        if (settings.track) replace(checkTrack(settings.track, calls.update));
        if (settings.profile) await apply(settings.profile);
        if (settings.publish !== undefined) {
          wanted = settings.publish;
          if (wanted) publish();
          else void unpublish();
        }
        if (settings.mute !== undefined) setMuted(settings.mute);
      }),
    stop: () =>
      line.stop(calls.stop, async () => {
        if (!track) return;
        track.removeEventListener('ended', onEnded);
        const gone = unpublish();
        announcePlay(false);
        track = undefined;
        profile = undefined;
        muted = false;
        await gone;
      }),
    enter() {
      if (wanted) publish();
    },
    leave() {
      published = undefined;
      move('stopped');
    },
  };
}
