/** One instance of the SDK, as `TRTC.create()` gives it, with what a test needs to see and to do beside. */

import { createCallLine } from './call-line';
import { checkArguments, type Known } from './checks';
import { createLocalMedia, type LocalMedia } from './local-media';
import { createMessageWindow } from './message-window';
import { createRemoteAudioPlayer, type RemoteAudioPlayer, type Sounding } from './remote-audio-player';
import { createRemoteMedia, type RemoteMedia } from './remote-media';
import { createRoomSession, type RoomSession, type Surroundings } from './room-session';
import type {
  CustomMessage,
  EnterRoomConfig,
  LocalAudioConfig,
  LocalVideoConfig,
  RemoteVideoConfig,
  ScreenShareConfig,
  TrtcInstance,
  VideoProfile,
} from './trtc-api';
import { createTrtcEmitter } from './trtc-emitter';
import { overRateError, trtcError } from './trtc-error';
import type { MediaType, StreamType, TrtcEvents } from './trtc-events';

/** Made by the cloud's `create()`. */
export class TrtcClientDouble implements TrtcInstance {
  readonly #world: Surroundings;
  readonly #events = createTrtcEmitter<TrtcEvents>();
  readonly #room = createCallLine();
  readonly #countMessage: (bytes: number) => void;
  readonly #player: RemoteAudioPlayer;
  readonly #remote: RemoteMedia;
  readonly #local: Readonly<Record<MediaType, LocalMedia>>;
  readonly #session: RoomSession;
  readonly #destroyed = new AbortController();
  #role: 'anchor' | 'audience' | undefined;

  constructor(world: Surroundings) {
    const { emit } = this.#events;
    this.#world = world;
    this.#countMessage = createMessageWindow(world.clock);
    this.#player = createRemoteAudioPlayer({
      refuses: () => world.faults.autoplay === 'refused',
      onPlaying: (userId) =>
        emit('audio-play-state-changed', { type: 'audio', userId, state: 'PLAYING', reason: 'playing' }),
      onStopped: (userId) =>
        emit('audio-play-state-changed', { type: 'audio', userId, state: 'STOPPED', reason: 'ended' }),
      onRefused: (userId, mediaType, resume) => emit('autoplay-failed', { userId, mediaType, resume }),
    });
    this.#remote = createRemoteMedia({
      player: this.#player,
      emit,
      receivesAudio: () => this.#session.config?.autoReceiveAudio ?? true,
      receivesVideo: () => this.#session.config?.autoReceiveVideo ?? false,
      answer: () => this.#session.answer(),
    });
    this.#session = createRoomSession({
      world,
      remote: this.#remote,
      destroyed: this.#destroyed.signal,
      emit,
      onEntered: () => {
        for (const media of Object.values(this.#local)) media.enter();
      },
      onLeft: () => {
        this.#room.reset();
        for (const media of Object.values(this.#local)) media.leave();
      },
    });
    const local = (media: MediaType, of: string) =>
      createLocalMedia({
        media,
        calls: { start: `start${of}`, update: `update${of}`, stop: `stop${of}` },
        uplink: () => this.#session.member,
        emit,
        answer: () => this.#session.answer(),
      });
    this.#local = {
      audio: local('audio', 'LocalAudio'),
      video: local('video', 'LocalVideo'),
      screen: local('screen', 'ScreenShare'),
    };
  }

  enterRoom(config: EnterRoomConfig): Promise<void> {
    return this.#checked('enterRoom', [config], () =>
      this.#room.start(
        'enterRoom',
        () => {
          this.#role = config.role;
          return this.#session.enter(config);
        },
        `${config.roomId || config.strRoomId} ${config.userId} ${config.sdkAppId}`,
      ),
    );
  }

  exitRoom(): Promise<void> {
    return this.#room.stop('exitRoom', () => this.#session.exit());
  }

  switchRole(role: 'anchor' | 'audience'): Promise<void> {
    return this.#checked('switchRole', [role], () =>
      this.#room.update('switchRole', async () => {
        await this.#session.answer();
        this.#role = role;
      }),
    );
  }

  destroy(): void {
    // Handlers are gone even where this throws.
    this.#events.off('*');
    if (this.#session.state === 'joined')
      throw trtcError(5100, 'destroy(): call exitRoom() before.', 'destroy');
    this.#destroyed.abort();
    this.#session.stop();
    for (const media of Object.values(this.#local)) void media.stop().catch(() => {});
  }

  startLocalAudio(config: LocalAudioConfig = {}): Promise<void> {
    return this.#checked('startLocalAudio', [config], () =>
      this.#local.audio.start({ ...config, track: config.option?.audioTrack }),
    );
  }

  updateLocalAudio(config: LocalAudioConfig): Promise<void> {
    return this.#checked('updateLocalAudio', [config], () =>
      this.#local.audio.update({ ...config, track: config.option?.audioTrack }),
    );
  }

  stopLocalAudio(): Promise<void> {
    return this.#local.audio.stop();
  }

  startLocalVideo(config: LocalVideoConfig = {}): Promise<void> {
    return this.#checked('startLocalVideo', [config], () =>
      this.#local.video.start({ ...config, track: config.option?.videoTrack }),
    );
  }

  updateLocalVideo(config: LocalVideoConfig): Promise<void> {
    return this.#checked('updateLocalVideo', [config], () =>
      // Unlike the microphone, a camera is published by every update that does not say otherwise.
      this.#local.video.update({
        publish: true,
        ...config,
        track: config.option?.videoTrack,
        profile: config.option?.profile,
      }),
    );
  }

  stopLocalVideo(): Promise<void> {
    return this.#local.video.stop();
  }

  startScreenShare(config: ScreenShareConfig = {}): Promise<void> {
    return this.#checked('startScreenShare', [config], () =>
      this.#local.screen.start({ ...config, track: config.option?.videoTrack }),
    );
  }

  updateScreenShare(config: ScreenShareConfig): Promise<void> {
    return this.#checked('updateScreenShare', [config], () =>
      this.#local.screen.update({ ...config, track: config.option?.videoTrack }),
    );
  }

  stopScreenShare(): Promise<void> {
    return this.#local.screen.stop();
  }

  startRemoteVideo(config: RemoteVideoConfig): Promise<void> {
    return this.#checked('startRemoteVideo', [config], () =>
      this.#remote.startVideo(config.userId, config.streamType),
    );
  }

  stopRemoteVideo(config: { readonly userId: string; readonly streamType?: StreamType }): Promise<void> {
    return this.#checked('stopRemoteVideo', [config], () =>
      this.#remote.stopVideo(config.userId, config.streamType),
    );
  }

  muteRemoteAudio(userId: string, mute: boolean): Promise<void> {
    return this.#checked('muteRemoteAudio', [userId, mute], () => this.#remote.muteAudio(userId, mute));
  }

  setRemoteAudioVolume(userId: string, volume: number): void {
    checkArguments('setRemoteAudioVolume', [userId, volume], this.#known);
    this.#remote.setVolume(userId, volume);
  }

  getAudioTrack(
    of: string | { readonly userId?: string; readonly streamType?: StreamType } = '',
  ): MediaStreamTrack | null {
    const userId = typeof of === 'string' ? of : of.userId;
    if (userId) return this.#remote.received(userId, 'audio');
    return (typeof of === 'string' || of.streamType !== 'sub' ? this.#local.audio.track : undefined) ?? null;
  }

  getVideoTrack({
    userId = '',
    streamType = 'main',
  }: {
    readonly userId?: string;
    readonly streamType?: StreamType;
  } = {}): MediaStreamTrack | null {
    if (userId) return this.#remote.received(userId, streamType);
    return this.#local[streamType === 'main' ? 'video' : 'screen'].track ?? null;
  }

  sendCustomMessage(message: CustomMessage): Promise<never> | undefined {
    try {
      checkArguments('sendCustomMessage', [message], this.#known);
    } catch (error) {
      return Promise.reject(error);
    }
    this.#countMessage(message.data.byteLength);
    if (this.#world.faults.send === 'over-rate')
      throw overRateError('sendCustomMessage was called too often.');
    this.#session.send(message);
    return undefined;
  }

  on<E extends keyof TrtcEvents>(
    event: E,
    handler: (payload: TrtcEvents[E]) => void,
    context: unknown = this,
  ): this {
    this.#events.on(event, handler, context);
    return this;
  }

  off<E extends keyof TrtcEvents>(
    event: E | '*',
    handler?: (payload: TrtcEvents[E]) => void,
    context?: unknown,
  ): this {
    this.#events.off(event, handler, context);
    return this;
  }

  /** The SDK has it too, undeclared. */
  emit<E extends keyof TrtcEvents>(event: E, payload: TrtcEvents[E]): boolean {
    return this.#events.emit(event, payload);
  }

  // What a test has beside

  /** Handlers that are registered, for one event or for all. */
  listenerCount(event?: keyof TrtcEvents): number {
    return this.#events.listenerCount(event);
  }

  get joined(): boolean {
    return this.#session.state === 'joined';
  }

  get destroyed(): boolean {
    return this.#destroyed.signal.aborted;
  }

  /** Of the camera, as it was said last. */
  get videoProfile(): VideoProfile | undefined {
    return this.#local.video.profile;
  }

  /** The SDK's static call, for this instance. */
  setSpeaker(speakerId: string): Promise<void> {
    return this.#player.setOutput(speakerId);
  }

  /** Whom the SDK sounds, and how loud. */
  get sounding(): readonly Sounding[] {
    return this.#player.sounding;
  }

  /** The server ends it: the room is left, then `kicked-out` comes. */
  kick(reason: TrtcEvents['kicked-out']['reason'] = 'kick'): void {
    this.#session.expel(reason);
  }

  /**
   * The SDK gives up re-entering: the room is left, then `error` comes.
   *
   * @param extraCode 5502 and 5503 are documented; 5.17.1 holds code only for 5400 without a reason (`undefined`)
   */
  giveUp(extraCode?: 5502 | 5503): void {
    this.#session.fail(
      extraCode === undefined
        ? trtcError(5400, 'The room could not be entered again.', '', 0)
        : trtcError(5500, 'The room could not be entered again.', '', extraCode),
    );
  }

  /** `error` 5501: something is in the way of the media. Not an end. */
  firewall(): void {
    this.emit('error', trtcError(5500, 'A firewall is in the way.', '', 5501));
  }

  get #known(): Known {
    const { state, config } = this.#session;
    return {
      joined: state === 'joined',
      joining: state === 'joining',
      silentAudience: config?.scene === 'live' && (this.#role ?? 'anchor') === 'audience',
      remote: (userId) => this.#remote.shows(userId),
    };
  }

  #checked(
    call: Parameters<typeof checkArguments>[0],
    values: readonly unknown[],
    act: () => Promise<void>,
  ): Promise<void> {
    try {
      checkArguments(call, values, this.#known);
    } catch (error) {
      return Promise.reject(error);
    }
    return act();
  }
}
