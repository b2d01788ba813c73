import {
  type AvatarError,
  type AvatarTransport,
  type ConnectOptions,
  createEmitter,
  type Logger,
  type ProviderCredentials,
  type Publishing,
  ratePolicies,
  type Statistics,
  silentLogger,
  type TransportCapabilities,
  type TransportCloseReason,
  type TransportConnection,
  type TransportEvents,
} from '@avatarwire/core';
import {
  type Attempt,
  type Deferred,
  deferred,
  guardSends,
  redactError,
  type SendGuard,
  settledWithin,
  startAttempt,
} from '@avatarwire/core/adapter';
import { connectError, failure, lostError, sendError, timeoutError } from './trtc-errors';
import {
  errorReason,
  kickReason,
  type Link,
  linkOf,
  playbackBlocked,
  quality,
  statistics,
} from './trtc-events';
import { listen } from './trtc-listening';
import {
  type CheckedCredentials,
  type CheckedOptions,
  checkCredentials,
  checkOptions,
  type TrtcOptions,
} from './trtc-options';
import { speakerOf } from './trtc-output';
import { createLocalTracks, type LocalTracks } from './trtc-publishing';
import { RemoteSide } from './trtc-remote';
import {
  checkClient,
  loadSdk,
  type TrtcAutoplayFailed,
  type TrtcClient,
  type TrtcError,
  type TrtcEvents,
  type TrtcSdk,
  type TrtcStatistics,
} from './trtc-sdk';
import { checkPacket, handOver } from './trtc-sending';

export interface TrtcTransport extends AvatarTransport<'trtc'> {
  /** The `TRTC` instance of this connection, once it is made: the part of it that is used here. */
  readonly native: TrtcClient | undefined;
  readonly publishing: Publishing;
  setOutput(deviceId: string): Promise<void>;
  statistics(): Promise<Statistics>;
}

const CAPABILITIES: TransportCapabilities = Object.freeze({
  maxPacketBytes: ratePolicies.trtc.maxPacketBytes,
  // "In order and as reliable as possible": the SDK's own words. A receiver skips a gap after 5 s.
  reliable: false,
  ordered: true,
  media: true,
  playsAudio: true,
});

const CLOSE_MS = 3_000;
/** Of which our tracks may take so much: being in the room is what counts. */
const UNPUBLISH_MS = 1_000;

/**
 * Makes a transport for one connection over TRTC. Nothing is downloaded or opened before its `connect`.
 *
 * @throws AvatarError `invalid-argument`, naming the option
 */
export function trtc(options: TrtcOptions = {}): TrtcTransport {
  return new Transport(checkOptions(options));
}

class Transport implements TrtcTransport {
  readonly provider = 'trtc';
  readonly capabilities = CAPABILITIES;

  readonly #options: CheckedOptions;
  readonly #events = createEmitter<TransportEvents>();
  readonly on = this.#events.on;

  #phase: 'new' | 'connecting' | 'connected' | 'reconnecting' | 'ended' = 'new';
  #logger: Logger = silentLogger;
  #attempt: Attempt | undefined;
  #sdk: TrtcSdk | undefined;
  #client: TrtcClient | undefined;
  #localId = '';
  #userSig = '';
  #cmdId = 1;
  /** `enterRoom` has resolved: only then is there something to exit. */
  #entered = false;
  #link: Link = 'up';
  /** What the SDK reported, and went on. */
  #obstacle: TrtcError | undefined;
  #closing: Promise<void> | undefined;
  #closeAsked = false;
  #left: Promise<void> | undefined;
  #report: TrtcStatistics | undefined;
  /** Whose sound the browser refused, until it plays. */
  readonly #refused = new Map<string, Deferred<void>>();
  #unlisten: () => void = () => {};
  readonly #sends: SendGuard;
  readonly #localTracks: LocalTracks;
  readonly publishing: Publishing;
  readonly #remote: RemoteSide;

  constructor(options: CheckedOptions) {
    this.#options = options;
    this.#sends = guardSends('trtc', options.clock);
    this.#localTracks = createLocalTracks({
      clock: options.clock,
      client: () => this.#open(),
      userSig: () => this.#userSig,
    });
    this.publishing = this.#localTracks;
    this.#remote = new RemoteSide(this.#events, options.clock, (what, error) => this.#warn(what, error));
  }

  get native(): TrtcClient | undefined {
    return this.#client;
  }

  async connect(
    credentials: ProviderCredentials['trtc'],
    { signal, logger }: ConnectOptions,
  ): Promise<TransportConnection> {
    if (this.#phase !== 'new')
      throw failure('invalid-argument', 'A transport connects once: make a fresh one.');
    this.#phase = 'connecting';
    this.#logger = logger;
    const { clock, connectTimeoutMs } = this.#options;
    const attempt = startAttempt({
      provider: 'trtc',
      signal,
      clock,
      timeoutMs: connectTimeoutMs,
      timedOut: () => timeoutError(connectTimeoutMs, this.#obstacle, this.#userSig),
    });
    this.#attempt = attempt;
    try {
      attempt.check();
      return await this.#join(checkCredentials(credentials), attempt);
    } catch (error) {
      this.#end();
      this.#left ??= this.#leave();
      attempt.check();
      throw error;
    } finally {
      attempt.stop();
    }
  }

  async send(packet: Uint8Array<ArrayBuffer>): Promise<void> {
    const client = this.#open();
    checkPacket(packet, CAPABILITIES.maxPacketBytes);
    try {
      await this.#sends.guard(handOver(client, this.#cmdId, packet));
    } catch (error) {
      throw sendError(error, this.#userSig);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** For every instance in the page: the SDK knows no other way. */
  async setOutput(deviceId: string): Promise<void> {
    this.#open();
    await this.#sdk?.setCurrentSpeaker(await speakerOf(deviceId));
  }

  async statistics(): Promise<Statistics> {
    return statistics(this.#report);
  }

  async #join({ room, cmdId }: CheckedCredentials, attempt: Attempt): Promise<TransportConnection> {
    this.#localId = room.userId;
    this.#userSig = room.userSig;
    this.#cmdId = cmdId;
    const { sdk: load, logging } = this.#options;
    const sdk = await Promise.race([loadSdk(load), attempt.failed]);
    attempt.check();
    this.#sdk = sdk;
    try {
      sdk.setLogLevel(...logging);
      const { detail } = await Promise.race([sdk.isSupported(), attempt.failed]);
      attempt.check();
      if (detail?.isWebRTCSupported === false)
        throw failure('unsupported', 'TRTC needs a browser with WebRTC.');
      const client = sdk.create({ enableAutoPlayDialog: false });
      this.#client = client;
      checkClient(client);
      this.#listen(client);
      const entered = client.enterRoom(room);
      entered.then(
        () => {
          this.#entered = true;
          if (this.#phase === 'ended') void this.#leave();
        },
        () => {},
      );
      await Promise.race([entered, attempt.failed]);
      attempt.check();
    } catch (error) {
      throw connectError(error, this.#userSig);
    }
    this.#phase = 'connected';
    if (this.#link === 'retrying') this.#interrupted();
    this.#remote.joined();
    return { localId: this.#localId, maxPacketBytes: CAPABILITIES.maxPacketBytes, canSend: true };
  }

  /** The client, if something may be asked of it. */
  #open(): TrtcClient {
    const isOpen = this.#phase === 'connected' && this.#link === 'up' && !this.#closeAsked;
    if (!isOpen || this.#client === undefined) {
      throw failure('not-connected', 'The room is not connected.');
    }
    return this.#client;
  }

  async #close(): Promise<void> {
    this.#closeAsked = true;
    const isOpen = this.#phase === 'connected' || this.#phase === 'reconnecting';
    this.#attempt?.giveUp(failure('not-connected', 'The transport was closed while connecting.'));
    if (!isOpen) this.#end();
    this.#left ??= this.#leave();
    await settledWithin(this.#options.clock, CLOSE_MS, this.#left);
    if (isOpen) this.#end({ reason: 'requested' });
  }

  /**
   * `exitRoom` waits behind an `enterRoom` that is under way, `destroy` ends it; in a room it is the other way round:
   * there `destroy` throws. Capture goes on after `exitRoom`, so what is ours is stopped first.
   */
  async #leave(): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    try {
      if (this.#entered) {
        const stopped = this.#localTracks.stopAll(client);
        if (stopped !== undefined) await settledWithin(this.#options.clock, UNPUBLISH_MS, stopped);
        await client.exitRoom();
      }
    } catch (error) {
      this.#warn('leaving the room failed', error);
    }
    // Ours first: `destroy` takes away everybody's.
    this.#unlisten();
    try {
      client.destroy();
    } catch (error) {
      this.#warn('the SDK could not be destroyed', error);
    }
  }

  /** The last thing that happens. With `closed`, says so. */
  #end(closed?: TransportEvents['closed']): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    this.#unlisten();
    this.#remote.end();
    this.#sends.failAll(failure('network', 'The connection ended before the SDK had taken the packet.'));
    this.#localTracks.end(failure('not-connected', 'The connection ended.'));
    if (closed !== undefined) this.#events.emit('closed', closed);
  }

  /** The SDK says that it is over. What it left of itself goes, too. */
  #ended(reason: TransportCloseReason, error?: AvatarError): void {
    if (this.#phase === 'connecting') {
      this.#attempt?.giveUp(
        error ?? failure('session-gone', `TRTC ended the session while it was joined: ${reason}.`),
      );
      return;
    }
    if (this.#closeAsked) return this.#end({ reason: 'requested' });
    this.#left ??= this.#leave();
    this.#end({ reason, ...(error !== undefined && { error }) });
  }

  #listen(client: TrtcClient): void {
    const remote = this.#remote;
    remote.begin(client, this.#localId);
    const listeners: TrtcEvents = {
      'connection-state-changed': ({ state }) => this.#linkChanged(linkOf(state)),
      'custom-message': ({ userId, data }) => {
        // A copy: other handlers are given the same buffer. Throws for what is none.
        const bytes = new Uint8Array(ArrayBuffer.prototype.slice.call(data, 0));
        remote.announce(userId);
        this.#events.emit('packet', { data: bytes, from: userId });
      },
      'remote-user-enter': ({ userId }) => remote.enters(userId),
      'remote-user-exit': ({ userId }) => remote.exits(userId),
      track: (event) => remote.trackArrived(event),
      'remote-audio-available': ({ userId }) => remote.audioAvailable(userId),
      'remote-audio-unavailable': ({ userId }) => remote.audioGone(userId),
      'remote-video-available': (video) => remote.videoAvailable(video),
      'remote-video-unavailable': (video) => remote.videoGone(video),
      'autoplay-failed': (refused) => this.#playbackRefused(refused),
      'audio-play-state-changed': ({ userId, state }) => {
        if (state !== 'PLAYING') return;
        this.#refused.get(userId)?.resolve();
        this.#refused.delete(userId);
      },
      'network-quality': (figures) => {
        // The SDK counts already while it enters, with nothing to count.
        if (this.#phase !== 'connecting') this.#events.emit('quality', quality(figures));
      },
      statistics: (report) => {
        this.#report = report;
      },
      error: (error) => this.#failed(error),
      'kicked-out': ({ reason }) => this.#ended(kickReason(reason)),
    };
    this.#unlisten = listen(client, listeners, (event, error) => {
      this.#warn(`an unexpected ${event} event`, error);
    });
  }

  /** The SDK comes back by itself, and then says nothing of what was sent meanwhile, or just before. */
  #linkChanged(link: Link): void {
    const before = this.#link;
    this.#link = link;
    const isOpen = this.#phase === 'connected' || this.#phase === 'reconnecting';
    if (!isOpen || this.#closeAsked || link === before) return;
    if (link === 'down') this.#remote.interrupted();
    else if (link === 'retrying') this.#interrupted();
    else {
      this.#interrupted();
      this.#phase = 'connected';
      this.#events.emit('reconnected', { lossy: true });
      this.#remote.reconnected();
    }
  }

  #interrupted(): void {
    if (this.#phase === 'reconnecting') return;
    this.#phase = 'reconnecting';
    this.#remote.interrupted();
    this.#events.emit('reconnecting', {});
  }

  /** The SDK says PLAYING only of an element that plays, whoever's click it was. */
  #playbackRefused(refused: TrtcAutoplayFailed): void {
    const { userId, mediaType } = refused;
    // Pictures it does not play.
    const resumed = this.#refused.get(userId) ?? deferred<void>();
    this.#refused.set(userId, resumed);
    const promise = mediaType === 'audio' ? resumed.promise : undefined;
    this.#events.emit('playback-blocked', playbackBlocked(refused, promise));
  }

  #failed(error: TrtcError): void {
    const reason = errorReason(error);
    if (reason === undefined) {
      this.#obstacle = error;
      this.#warn('the SDK reports an error, and goes on', error);
    } else this.#ended(reason, lostError(error, this.#userSig));
  }

  #warn(what: string, error: unknown): void {
    this.#logger.warn(`trtc: ${what}`, { error: redactError(error, [this.#userSig]) });
  }
}
