/** Connects, sends and closes: holds the state of one connection. */

import {
  type AvatarError,
  type AvatarTransport,
  type ConnectOptions,
  createEmitter,
  isAvatarError,
  type Logger,
  type ProviderCredentials,
  type Publishing,
  ratePolicies,
  type Statistics,
  type TransportCapabilities,
  type TransportCloseReason,
  type TransportConnection,
  type TransportEvents,
} from '@avatarwire/core';
import { type Attempt, deferred, type LocalPublishing, startAttempt } from '@avatarwire/core/adapter';
import { callSignalling } from './webrtc-call-signalling';
import { openChannel } from './webrtc-channel';
import * as errors from './webrtc-errors';
import { hasHungUp, isReliable, missingStep, toCloseReason, toStatistics } from './webrtc-events';
import { createNegotiation, type Negotiation } from './webrtc-negotiation';
import { checkCredentials, toSettings, type WebrtcOptions, type WebrtcSettings } from './webrtc-options';
import { createOutlet, type Outlet } from './webrtc-outlet';
import { publishTracks } from './webrtc-publishing';
import { createRecovery, type Recovery } from './webrtc-recovery';
import {
  checkPeerConnection,
  type DataChannelPort,
  listenToPeer,
  type PeerConnectionPort,
} from './webrtc-sdk';
import type { Signalling } from './webrtc-signalling';
import { createSignallingChannel, type SignallingChannel } from './webrtc-signalling-channel';
import { createRemoteTracks, type RemoteTracks } from './webrtc-tracks';

export interface WebrtcTransport extends AvatarTransport<'webrtc'> {
  readonly publishing: Publishing;
  statistics(): Promise<Statistics>;
  /** The peer connection, from `connect()` on; undefined where an injected one is not the browser's. */
  readonly native: RTCPeerConnection | undefined;
}

/**
 * Makes a transport over a plain `RTCPeerConnection`. Nothing is made or listened to before `connect()`.
 *
 * @throws AvatarError `invalid-argument`, naming the option
 */
export function webrtc(options: WebrtcOptions = {}): WebrtcTransport {
  return new PeerTransport(toSettings(options));
}

const LOCAL_ID = 'local';
const capabilities: TransportCapabilities = Object.freeze({
  maxPacketBytes: ratePolicies.webrtc.maxPacketBytes,
  reliable: true,
  ordered: true,
  media: true,
  playsAudio: false,
});

type Credentials = ProviderCredentials['webrtc'];

class PeerTransport implements WebrtcTransport {
  readonly provider = 'webrtc';
  readonly capabilities = capabilities;

  readonly #settings: WebrtcSettings;
  readonly #emitter = createEmitter<TransportEvents>();
  readonly on = this.#emitter.on;
  readonly #abort = new AbortController();
  readonly #undos: (() => void)[] = [];
  #state: 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'closed' = 'idle';
  readonly #joined = deferred<TransportConnection>();
  #attempt: Attempt | undefined;
  #peer: PeerConnectionPort | undefined;
  #outlet: Outlet | undefined;
  #negotiation: Negotiation | undefined;
  #tracks: RemoteTracks | undefined;
  #signalling: SignallingChannel | undefined;
  #farewell: Promise<void> | undefined;
  #offers = false;
  #remoteId = '';
  #logger: Logger | undefined;
  #redact = errors.redactor();

  readonly #recovery: Recovery;
  readonly publishing: LocalPublishing;

  constructor(settings: WebrtcSettings) {
    this.#settings = settings;
    this.#recovery = createRecovery(settings, {
      restart: () => {
        // By the end that offers; the other one waits for its offer.
        if (this.#offers) this.#negotiation?.offer({ restart: true });
        return this.#offers;
      },
      onGivenUp: () => this.#end('network-lost', errors.pathFailed()),
    });
    this.publishing = publishTracks({
      clock: settings.clock,
      connection: () => {
        const [peer, negotiation] = [this.#peer, this.#negotiation];
        if (this.#state !== 'connected' || !peer || !negotiation) return undefined;
        if (this.#overCalls) throw errors.oneAnswerOnly();
        return { peer, negotiation };
      },
      redact: (error) => this.#redact(error),
    });
  }

  async connect(credentials: Credentials, options: ConnectOptions): Promise<TransportConnection> {
    if (this.#state !== 'idle') throw errors.usedBefore();
    this.#state = 'closed';
    options.signal.throwIfAborted();
    checkCredentials(credentials);
    const { clock, connectTimeoutMs: timeoutMs } = this.#settings;
    const { signalling = callSignalling(credentials, options, clock, (error) => this.#redact(error)) } =
      this.#settings;
    this.#state = 'connecting';
    const attempt = startAttempt({
      provider: 'webrtc',
      signal: options.signal,
      clock,
      timeoutMs,
      timedOut: () =>
        errors.connectTimeout(timeoutMs, missingStep(this.#signalling?.isOpen === true, this.#peer)),
      onGivenUp: () => this.#release(errors.channelClosed()),
    });
    this.#attempt = attempt;
    try {
      this.#begin(credentials, signalling, options);
      return await Promise.race([this.#joined.promise, attempt.failed]);
    } catch (error) {
      this.#giveUp(error);
      throw error;
    }
  }

  async send(packet: Uint8Array<ArrayBuffer>): Promise<void> {
    if (this.#state !== 'connected' || !this.#outlet) throw errors.notConnected();
    return this.#outlet.send(packet);
  }

  async close(): Promise<void> {
    if (this.#state === 'idle') this.#state = 'closed';
    this.#giveUp(errors.closedWhileConnecting());
    this.#end('requested');
    await this.#farewell;
  }

  async statistics(): Promise<Statistics> {
    if (!this.#peer || this.#state === 'closed') throw errors.noConnection();
    return toStatistics(await this.#peer.getStats());
  }

  get native(): RTCPeerConnection | undefined {
    const isBrowsers = typeof RTCPeerConnection !== 'undefined' && this.#peer instanceof RTCPeerConnection;
    return isBrowsers ? (this.#peer as RTCPeerConnection) : undefined;
  }

  /** Nothing comes back by these calls, an offer of an ICE restart as little as an answer to ours. */
  get #overCalls(): boolean {
    return !this.#settings.signalling;
  }

  #begin(credentials: Credentials, signalling: Signalling, options: ConnectOptions): void {
    const { iceServers, offer } = credentials;
    const { logger, avatarId, call } = options;
    this.#logger = logger;
    this.#redact = errors.redactor(iceServers);
    this.#remoteId = avatarId ?? this.#settings.remoteId;
    this.#offers = signalling.role === 'offerer' && !offer;
    const peer = this.#createPeer(iceServers);
    this.#listen(peer, signalling, credentials);
    this.#prepare(peer);
    void this.#openSignalling(signalling, offer, call);
  }

  #createPeer(iceServers: RTCIceServer[] | undefined): PeerConnectionPort {
    const { configuration, peerConnection } = this.#settings;
    try {
      this.#peer = peerConnection({ ...configuration, ...(iceServers && { iceServers }) });
    } catch (error) {
      throw isAvatarError(error) ? error : errors.configurationRefused(this.#redact(error));
    }
    checkPeerConnection(this.#peer);
    return this.#peer;
  }

  #listen(peer: PeerConnectionPort, signalling: Signalling, credentials: Credentials): void {
    const { receive, jitterBufferTargetMs = credentials.jitterBufferTargetMs } = this.#settings;
    const tracks = createRemoteTracks({
      from: this.#remoteId,
      receive,
      jitterBufferTargetMs,
      onAdded: (track) => this.#emit('track-added', track),
      onRemoved: (track) => this.#emit('track-removed', track),
    });
    const negotiation = createNegotiation({
      peer,
      signalling,
      offers: this.#offers,
      signal: this.#abort.signal,
      onOffered: () => tracks.decline(peer.getTransceivers()),
      onStable: () => tracks.settle(peer.getTransceivers()),
      onSignallingFailed: (cause) => this.#onSignallingFailed(cause),
      onRefused: (cause) => {
        const refused =
          credentials.offer && !peer.remoteDescription ? errors.offerRefused : errors.negotiationFailed;
        this.#onTrouble(refused(this.#redact(cause)));
      },
      onCandidateRefused: (cause) =>
        this.#logger?.debug('webrtc: the browser refused a candidate', { cause: this.#redact(cause) }),
    });
    this.#tracks = tracks;
    this.#negotiation = negotiation;
    this.#undos.push(
      tracks.dispose,
      negotiation.dispose,
      listenToPeer(peer, 'connectionstatechange', () => this.#onConnectionState(peer.connectionState)),
      listenToPeer(peer, 'track', ({ track, transceiver }) => tracks.add(track, transceiver)),
    );
  }

  /** What the first offer will speak of. */
  #prepare(peer: PeerConnectionPort): void {
    const { receive, channel } = this.#settings;
    this.#undos.push(
      openChannel(peer, channel, this.#offers, {
        onOpen: (opened) => this.#onChannelOpen(opened),
        onMessage: (data) => this.#emit('packet', { data, from: this.#remoteId }),
        onClosed: (error) => this.#onChannelClosed(error),
      }),
    );
    // Where the other end offers, its offer brings them.
    if (this.#offers)
      for (const kind of new Set(receive)) peer.addTransceiver(kind, { direction: 'recvonly' });
  }

  async #openSignalling(
    signalling: Signalling,
    offer: Credentials['offer'],
    call: ConnectOptions['call'],
  ): Promise<void> {
    this.#signalling = createSignallingChannel({
      signalling,
      clock: this.#settings.clock,
      signal: this.#abort.signal,
      call,
      remote: {
        description: (description) => this.#negotiation?.receiveDescription(description),
        candidate: (candidate) => this.#negotiation?.receiveCandidate(candidate),
        ended: () => this.#onRemoteEnded(),
        failed: (error) => this.#onSignallingFailed(error),
      },
      onCloseFailed: (cause) =>
        this.#logger?.warn('webrtc: signalling.close failed', { cause: this.#redact(cause) }),
    });
    await this.#signalling.open();
    if (offer) this.#negotiation?.receiveDescription(offer);
    else if (this.#offers) this.#negotiation?.offer();
  }

  /** Not before the path stands: the channel runs over it. */
  #onChannelOpen(channel: DataChannelPort): void {
    if (isReliable(channel)) {
      this.#outlet ??= createOutlet(channel, this.#maxPacketBytes, this.#settings.clock);
    } else if (this.#awaitsChannel) {
      return this.#giveUp(errors.channelUnreliable(channel.label));
    }
    this.#join();
  }

  get #awaitsChannel(): boolean {
    return this.#settings.channel.awaited ?? !this.#overCalls;
  }

  get #maxPacketBytes(): number {
    return Math.min(
      capabilities.maxPacketBytes,
      this.#peer?.sctp?.maxMessageSize ?? Number.POSITIVE_INFINITY,
    );
  }

  #join(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'connected';
    this.#attempt?.stop();
    const [maxPacketBytes, canSend] = [this.#maxPacketBytes, this.#outlet !== undefined];
    this.#joined.resolve({ localId: LOCAL_ID, maxPacketBytes, canSend });
    this.#logger?.info('webrtc: connected', { maxPacketBytes, canSend });
    this.#emit('participant-joined', { id: this.#remoteId });
    for (const track of this.#tracks?.list() ?? []) this.#emit('track-added', track);
  }

  #onConnectionState(connectionState: RTCPeerConnectionState): void {
    if (connectionState === 'connected') {
      if (!this.#awaitsChannel) this.#join();
      this.#recover();
    } else if (connectionState === 'disconnected') this.#lose(this.#settings.iceRestartDelayMs);
    else if (connectionState === 'failed') {
      this.#giveUp(errors.pathFailed());
      // For good, but for a restart of ICE (W3C WebRTC 1.0, RTCIceTransportState).
      if (this.#overCalls) this.#end('network-lost', errors.pathFailed());
      else if (this.#state === 'reconnecting') this.#recovery.restart();
      else this.#lose(0);
    }
  }

  #lose(restartDelayMs: number): void {
    if (this.#state !== 'connected') return;
    this.#state = 'reconnecting';
    this.#recovery.begin(restartDelayMs);
    this.#logger?.info('webrtc: the path is lost');
    this.#emit('reconnecting', {});
  }

  #recover(): void {
    if (this.#state !== 'reconnecting') return;
    this.#state = 'connected';
    this.#recovery.end();
    this.#logger?.info('webrtc: the path is back');
    // The association outlives the path and sends again what was not acknowledged (RFC 9260 §6.3).
    this.#emit('reconnected', { lossy: false });
  }

  #onChannelClosed(cause: unknown): void {
    const error = errors.channelClosed(this.#redact(cause));
    if (!this.#awaitsChannel && !hasHungUp(cause)) return this.#outlet?.dispose(error);
    const reason = toCloseReason(this.#state === 'reconnecting', cause);
    this.#giveUp(error);
    this.#end(reason, reason === 'room-ended' ? undefined : error);
  }

  #onRemoteEnded(): void {
    this.#giveUp(errors.remoteEnded());
    this.#end('room-ended');
  }

  /** A service that refuses us says so with an error of its own code; everything else is the network. */
  #onSignallingFailed(cause: unknown): void {
    this.#onTrouble(isAvatarError(cause) ? cause : errors.signallingFailed(this.#redact(cause)));
  }

  /** Fails a connection that is being made; one that stands does not need what failed. */
  #onTrouble(error: AvatarError): void {
    if (this.#state === 'connecting') this.#giveUp(error);
    else this.#logger?.warn('webrtc: negotiation failed on a connection that stands', { error });
  }

  /** Only while connected: what comes earlier waits for `#join`, and nothing comes after the end. */
  #emit<E extends keyof TransportEvents>(event: E, payload: TransportEvents[E]): void {
    if (this.#state === 'connected' || this.#state === 'reconnecting') this.#emitter.emit(event, payload);
  }

  /** Ends what never was a connection: without `closed`. Does nothing in another state. */
  #giveUp(error: unknown): void {
    if (this.#state !== 'connecting') return;
    this.#attempt?.giveUp(error);
  }

  /** Ends a connection. Does nothing in another state. */
  #end(reason: TransportCloseReason, error?: AvatarError): void {
    if (this.#state !== 'connected' && this.#state !== 'reconnecting') return;
    const tracks = this.#tracks?.list() ?? [];
    this.#release(error ?? errors.channelClosed());
    this.#logger?.info('webrtc: closed', { reason });
    for (const track of tracks) this.#emitter.emit('track-removed', track);
    if (reason === 'room-ended') this.#emitter.emit('participant-left', { id: this.#remoteId });
    this.#emitter.emit('closed', { reason, ...(error && { error }) });
  }

  /** Lets go of everything, in one turn; only the goodbye takes longer. */
  #release(error: AvatarError): void {
    this.#state = 'closed';
    this.#attempt?.stop();
    this.#recovery.end();
    for (const undo of this.#undos.splice(0)) undo();
    this.#outlet?.dispose(error);
    this.publishing.end(errors.noConnection());
    this.#abort.abort();
    // Stops every transceiver as well, which ends the remote tracks.
    this.#peer?.close();
    this.#farewell = this.#signalling?.close();
  }
}
