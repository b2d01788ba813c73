/** `createClient()` of the double: joins, sends, publishes, subscribes and emits as the SDK was seen, or is said, to. */

import { type Deferred, deferred } from '@avatarwire/core/adapter';
import type { EndReason } from '../memory-client';
import { checkConfig, checkJoin, checkRole, checkToken, invalid, messageBytes } from './agora-checks';
import { AgoraEmitter } from './agora-emitter';
import { AgoraRTCException } from './agora-error';
import { AgoraJoined } from './agora-joined';
import { reachGateway } from './agora-reach';
import { LocalTrackDouble, type RemoteTrackDouble } from './agora-tracks';
import type {
  AgoraClientConfig,
  AgoraClientEvents,
  AgoraConnectionState,
  AgoraDisconnectedReason,
  AgoraListener,
  AgoraLocalTrack,
  AgoraMediaType,
  AgoraMessage,
  AgoraReceivedStats,
  AgoraReceivedVideoStats,
  AgoraRemoteUser,
  AgoraRole,
  AgoraRoleOptions,
  AgoraStats,
  AgoraUid,
} from './agora-types';
import { type AgoraWorld, checkAdmission, inChannel } from './agora-world';

/** A join that was left again rejects this much later, in milliseconds, as seen of the real one. */
const ABORT_MS = { least: 600, most: 6_000 };
const VOLUME_MS = 2_000;

const NOTHING: AgoraReceivedStats = { receiveBytes: 0, receivePackets: 0, receivePacketsLost: 0 };

interface Attempt {
  readonly failed: Deferred<never>;
  aborted: boolean;
}

export class AgoraClientDouble extends AgoraEmitter {
  readonly mode: AgoraClientConfig['mode'];
  readonly #config: AgoraClientConfig;
  readonly #world: AgoraWorld;
  #role: AgoraRole;
  #state: AgoraConnectionState = 'DISCONNECTED';
  #uid: AgoraUid | undefined;
  #attempt: Attempt | undefined;
  #joined: AgoraJoined | undefined;
  #leaving: Promise<void> | undefined;
  #cancelVolume: (() => void) | undefined;

  constructor(world: AgoraWorld, config: AgoraClientConfig) {
    super(world.onListenerError);
    checkConfig(config);
    this.mode = config.mode;
    this.#config = config;
    this.#world = world;
    this.#role = config.mode === 'live' ? (config.role ?? 'audience') : 'host';
  }

  get connectionState(): AgoraConnectionState {
    return this.#state;
  }

  get role(): AgoraRole {
    return this.#role;
  }

  /** Only once `join` is about to resolve: a listener of `CONNECTED` does not find it yet. */
  get uid(): AgoraUid | undefined {
    return this.#uid;
  }

  get channelName(): string | undefined {
    return this.#uid === undefined ? undefined : this.#joined?.channel;
  }

  get remoteUsers(): AgoraRemoteUser[] {
    return this.#joined?.users.list ?? [];
  }

  get localTracks(): AgoraLocalTrack[] {
    return this.#joined?.published ?? [];
  }

  async join(
    appId: string,
    channel: string,
    token: string | null,
    uid?: AgoraUid | null,
    _options?: object,
  ): Promise<AgoraUid> {
    checkJoin(appId, channel, token, uid);
    if (this.#leaving) await this.#leaving;
    if (this.#state !== 'DISCONNECTED')
      throw new AgoraRTCException('INVALID_OPERATION', 'Client already in connecting/connected state');
    const attempt: Attempt = { failed: deferred<never>(), aborted: false };
    this.#attempt = attempt;
    this.#setState('CONNECTING');
    const granted = uid || 1 + Math.floor(this.#world.random() * (2 ** 32 - 1));
    const entering = this.#enter(attempt, { appId, channel, token, uid: granted }).catch((error: unknown) => {
      // Once it was left, it says so, however else it failed.
      if (attempt.aborted) return attempt.failed.promise;
      throw error;
    });
    try {
      return await Promise.race([entering, attempt.failed.promise]);
    } catch (error) {
      if (this.#attempt === attempt && !attempt.aborted) {
        this.#reset();
        this.#setState('DISCONNECTED');
      }
      throw error;
    }
  }

  async #enter(
    attempt: Attempt,
    joining: { appId: string; channel: string; token: string | null; uid: AgoraUid },
  ): Promise<AgoraUid> {
    const world = this.#world;
    const { channel, uid } = joining;
    await reachGateway(world, this.#config);
    await new Promise<void>(
      (resolve) => void world.clock.schedule(resolve, world.network.conditions.latencyMs),
    );
    const token = checkAdmission(world, joining);
    if (attempt.aborted) return attempt.failed.promise;
    const id = String(uid);
    world.uids.set(inChannel(channel, id), uid);
    this.#showRole(channel, id);
    const joined = new AgoraJoined(world, {
      channel,
      uid,
      emit: (event, ...payload) => this.emit(event, ...payload),
      moved: (state) => this.#setState(state),
      ended: (reason) => this.#end(reason),
    });
    this.#joined = joined;
    await joined.net.join(channel);
    if (attempt.aborted) {
      // Too late to stop it: whoever gave up leaves again.
      joined.close();
      await joined.net.leave();
      return attempt.failed.promise;
    }
    this.#attempt = undefined;
    this.#setState('CONNECTED');
    joined.entered(token);
    this.#uid = uid;
    return uid;
  }

  /** Without a connection it resolves and says nothing. What it says comes after the turn of the call. */
  leave(): Promise<void> {
    this.#leaving ??= this.#leave().finally(() => {
      this.#leaving = undefined;
    });
    return this.#leaving;
  }

  #abort(attempt: Attempt): void {
    const { clock, random } = this.#world;
    attempt.aborted = true;
    this.#attempt = undefined;
    this.#reset();
    this.#setState('DISCONNECTING');
    this.#setState('DISCONNECTED');
    const late = ABORT_MS.least + random() * (ABORT_MS.most - ABORT_MS.least);
    clock.schedule(
      () => attempt.failed.reject(new AgoraRTCException('OPERATION_ABORTED', 'cancel token canceled')),
      late,
    );
  }

  async #leave(): Promise<void> {
    const attempt = this.#attempt;
    const joined = this.#joined;
    this.#uid = undefined;
    await Promise.resolve();
    if (attempt !== undefined) return this.#abort(attempt);
    if (this.#state === 'DISCONNECTED' || joined === undefined) return;
    this.#reset();
    this.#setState('DISCONNECTING');
    await joined.net.leave();
    this.#setState('DISCONNECTED', 'LEAVE');
  }

  sendStreamMessage(message: AgoraMessage, needRetry = true): Promise<void> {
    const { sendRefusals, audienceData } = this.#world.behaviour;
    try {
      const joined = this.#joined;
      if (joined === undefined || this.#uid === undefined)
        throw new AgoraRTCException('INVALID_OPERATION', 'can not send data stream, not joined');
      const bytes = messageBytes(message);
      this.#world.handedOver.push(bytes.slice());
      const lost = this.#role === 'audience' && audienceData === 'lost';
      return joined.send(bytes, { needRetry, lost });
    } catch (error) {
      if (sendRefusals === 'thrown') throw error;
      return Promise.reject(error);
    }
  }

  async publish(given: unknown): Promise<void> {
    const tracks: readonly unknown[] = Array.isArray(given) ? given : [given];
    if (tracks.length === 0) throw invalid('param list is empty');
    if (this.#role === 'audience')
      throw new AgoraRTCException('INVALID_OPERATION', 'audience can not publish stream');
    const own = tracks.map((track) => {
      if (!(track instanceof LocalTrackDouble)) throw invalid('parameter is not local track');
      if (!track.enabled)
        throw new AgoraRTCException(
          'TRACK_IS_DISABLED',
          `can not publish a disabled track: ${track.getTrackId()}`,
        );
      return track;
    });
    await this.#inChannel('publish').publish(own);
  }

  async unpublish(given?: unknown): Promise<void> {
    const joined = this.#inChannel('unpublish');
    const tracks: readonly unknown[] =
      given === undefined ? joined.published : Array.isArray(given) ? given : [given];
    await joined.unpublish(tracks.filter((track) => track instanceof LocalTrackDouble));
  }

  async subscribe(user: AgoraRemoteUser | AgoraUid, mediaType: AgoraMediaType): Promise<RemoteTrackDouble> {
    const found = this.#find(user);
    if (mediaType !== 'audio' && mediaType !== 'video') throw invalid('mediaType is audio or video');
    return this.#inChannel('subscribe').subscribe(found, mediaType);
  }

  async unsubscribe(user: AgoraRemoteUser | AgoraUid, mediaType?: AgoraMediaType): Promise<void> {
    const found = this.#find(user);
    await this.#inChannel('unsubscribe').unsubscribe(found, mediaType);
  }

  async renewToken(token: string): Promise<void> {
    checkToken(token);
    await this.#inChannel('renewToken').renew(token);
  }

  async setClientRole(role: AgoraRole, options?: AgoraRoleOptions): Promise<void> {
    checkRole(role, options);
    if (this.mode !== 'live')
      throw new AgoraRTCException('INVALID_OPERATION', `${this.mode} mode can not use setClientRole`);
    if (role === 'host' && options?.level)
      throw new AgoraRTCException('INVALID_OPERATION', 'host mode can not set audience latency level');
    if (role === 'audience' && this.localTracks.length > 0)
      throw new AgoraRTCException(
        'INVALID_OPERATION',
        'can not set client role to audience when publishing stream',
      );
    const joined = this.#joined;
    if (joined !== undefined) await joined.ask();
    this.#role = role;
    if (joined === undefined || this.#joined !== joined) return;
    const id = String(joined.uid);
    this.#showRole(joined.channel, id);
    for (const client of this.#world.clients)
      if (client.channelName === joined.channel) client.roleChanged(id);
  }

  /** Ticks every 2 s until the client leaves, also before it has joined. The double measures no level. */
  enableAudioVolumeIndicator(): void {
    if (this.#cancelVolume !== undefined) return;
    const tick = () => {
      this.#cancelVolume = this.#world.clock.schedule(() => {
        this.emit('volume-indicator', []);
        tick();
      }, VOLUME_MS);
    };
    tick();
  }

  /** Only what the double knows: who is there, and how long a round trip takes. The rest is 0. */
  getRTCStats(): AgoraStats {
    const joined = this.#joined;
    return {
      Duration: joined === undefined ? 0 : Math.round(joined.ageMs / 1_000),
      RecvBitrate: 0,
      RecvBytes: 0,
      SendBitrate: 0,
      SendBytes: 0,
      UserCount: 1 + this.remoteUsers.length,
      RTT: joined === undefined ? 0 : this.#world.network.conditions.latencyMs * 2,
      OutgoingAvailableBandwidth: 0,
    };
  }

  /** Of whose sound arrives. The double counts nothing. */
  getRemoteAudioStats(): Record<string, AgoraReceivedStats> {
    const users = this.#joined?.users.list ?? [];
    return Object.fromEntries(
      users.flatMap(({ uid, audioTrack }) => (audioTrack === undefined ? [] : [[String(uid), NOTHING]])),
    );
  }

  /** Of whose picture arrives. Only its size is known here. */
  getRemoteVideoStats(): Record<string, AgoraReceivedVideoStats> {
    const users = this.#joined?.users.list ?? [];
    return Object.fromEntries(
      users.flatMap(({ uid, videoTrack }) => {
        if (videoTrack === undefined) return [];
        const { width = 0, height = 0 } = videoTrack.getMediaStreamTrack().getSettings();
        const size = { receiveResolutionWidth: width, receiveResolutionHeight: height };
        return [[String(uid), { ...NOTHING, ...size }]];
      }),
    );
  }

  override on<E extends keyof AgoraClientEvents>(
    event: E,
    listener: (...payload: AgoraClientEvents[E]) => void,
  ): void;
  override on(event: string, listener: AgoraListener): void;
  override on(event: string, listener: AgoraListener): void {
    super.on(event, listener);
  }

  /** The far side: the gateway ends the connection. */
  disconnect(reason: AgoraDisconnectedReason): void {
    void this.#joined?.net.leave();
    this.#lost(reason);
  }

  /** The far side: the socket is gone, and the SDK has not noticed. */
  loseSocket(): void {
    this.#joined?.loseSocket();
  }

  roleChanged(id: string): void {
    this.#joined?.users.roleChanged(id);
  }

  #end(reason: EndReason): void {
    const { sameUid } = this.#world.behaviour;
    const reasons: Record<EndReason, AgoraDisconnectedReason> = {
      'joined-elsewhere': sameUid,
      'room-ended': 'CHANNEL_BANNED',
      removed: 'UID_BANNED',
      'network-lost': 'NETWORK_ERROR',
      'credentials-expired': 'TOKEN_EXPIRE',
    };
    this.#lost(reasons[reason]);
  }

  #lost(reason: AgoraDisconnectedReason): void {
    if (this.#state === 'DISCONNECTED' || this.#state === 'DISCONNECTING') return;
    const attempt = this.#attempt;
    this.#attempt = undefined;
    this.#reset();
    // Seen so: with a token that has expired the SDK leaves first, and says why afterwards.
    if (reason === 'TOKEN_EXPIRE') this.#setState('DISCONNECTING');
    this.#setState('DISCONNECTED', reason);
    if (reason === 'TOKEN_EXPIRE') this.emit('token-privilege-did-expire');
    attempt?.failed.reject(
      new AgoraRTCException(
        reason === 'NETWORK_ERROR' ? 'WS_ABORT' : reason,
        'the gateway ended the connection',
      ),
    );
  }

  #inChannel(what: string): AgoraJoined {
    if (this.#joined === undefined || this.#uid === undefined)
      throw new AgoraRTCException('INVALID_OPERATION', `can not ${what}, not joined`);
    return this.#joined;
  }

  #find(user: AgoraRemoteUser | AgoraUid) {
    const found = this.#joined?.users.list.find((one) => one === user || one.uid === user);
    if (found === undefined) throw new AgoraRTCException('INVALID_REMOTE_USER', 'user is not in the channel');
    return found;
  }

  #showRole(channel: string, id: string): void {
    const { audience } = this.#world;
    if (this.#role === 'audience') audience.add(inChannel(channel, id));
    else audience.delete(inChannel(channel, id));
  }

  #reset(): void {
    this.#joined?.close();
    this.#joined = undefined;
    this.#uid = undefined;
    this.#cancelVolume?.();
    this.#cancelVolume = undefined;
  }

  #setState(state: AgoraConnectionState, reason?: AgoraDisconnectedReason): void {
    const previous = this.#state;
    if (state === previous) return;
    this.#state = state;
    this.emit('connection-state-change', state, previous, reason);
  }
}
