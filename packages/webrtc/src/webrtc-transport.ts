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
import {
  type Attempt,
  deferred,
  type LocalPublishing,
  settledWithin,
  startAttempt,
} from '@avatarwire/core/adapter';
import * as errors from './webrtc-errors';
import { isReliable, isWanted, missingStep, toBytes, toCloseReason, toStatistics } from './webrtc-events';
import { createNegotiation, type Negotiation } from './webrtc-negotiation';
import {
  checkCredentials,
  DEFAULT_LABEL,
  toSettings,
  type WebrtcOptions,
  type WebrtcSettings,
} from './webrtc-options';
import { createOutlet, type Outlet } from './webrtc-outlet';
import { publishTracks } from './webrtc-publishing';
import {
  checkPeerConnection,
  type DataChannelPort,
  listenToChannel,
  listenToPeer,
  type PeerConnectionPort,
} from './webrtc-sdk';
import type { RemoteSignals } from './webrtc-signalling';
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
export function webrtc(options: WebrtcOptions): WebrtcTransport {
  return new PeerTransport(toSettings(options));
}

const LOCAL_ID = 'local';
/** Below the 3 s that `close` may take. */
const GOODBYE_MS = 2_500;

const capabilities: TransportCapabilities = Object.freeze({
  maxPacketBytes: ratePolicies.webrtc.maxPacketBytes,
  reliable: true,
  ordered: true,
  media: true,
  playsAudio: false,
});

type Offer = ProviderCredentials['webrtc']['offer'];

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
  #channel: DataChannelPort | undefined;
  #channelError: unknown;
  #outlet: Outlet | undefined;
  #negotiation: Negotiation | undefined;
  #tracks: RemoteTracks | undefined;
  #opening: Promise<void> | undefined;
  #signallingIsOpen = false;
  #farewell: Promise<void> | undefined;
  #cancelDeadline = () => {};
  #cancelRestart = () => {};
  #offers = false;
  #remoteId = '';
  #logger: Logger | undefined;
  #redact = errors.redactor();

  readonly publishing: LocalPublishing;

  constructor(settings: WebrtcSettings) {
    this.#settings = settings;
    this.publishing = publishTracks({
      clock: settings.clock,
      connection: () => {
        const [peer, negotiation] = [this.#peer, this.#negotiation];
        return this.#state === 'connected' && peer && negotiation ? { peer, negotiation } : undefined;
      },
      redact: (error) => this.#redact(error),
    });
  }

  async connect(
    credentials: ProviderCredentials['webrtc'],
    options: ConnectOptions,
  ): Promise<TransportConnection> {
    if (this.#state !== 'idle') throw errors.usedBefore();
    this.#state = 'closed';
    options.signal.throwIfAborted();
    checkCredentials(credentials);
    this.#state = 'connecting';
    const { clock, connectTimeoutMs: timeoutMs } = this.#settings;
    const attempt = startAttempt({
      provider: 'webrtc',
      signal: options.signal,
      clock,
      timeoutMs,
      timedOut: () => errors.connectTimeout(timeoutMs, missingStep(this.#signallingIsOpen, this.#peer)),
      onGivenUp: () => this.#release(errors.channelClosed()),
    });
    this.#attempt = attempt;
    try {
      this.#begin(credentials, options);
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

  #begin({ iceServers, offer }: ProviderCredentials['webrtc'], options: ConnectOptions): void {
    const { signalling, remoteId } = this.#settings;
    const { logger, avatarId, call } = options;
    this.#logger = logger;
    this.#redact = errors.redactor(iceServers);
    this.#remoteId = avatarId ?? remoteId;
    this.#offers = signalling.role === 'offerer' && !offer;
    const peer = this.#createPeer(iceServers);
    this.#listen(peer, offer);
    this.#prepare(peer);
    void this.#openSignalling(offer, call);
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

  #listen(peer: PeerConnectionPort, offer: Offer): void {
    const { signalling, receive, jitterBufferTargetMs } = this.#settings;
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
        const refused = offer && !peer.remoteDescription ? errors.offerRefused : errors.negotiationFailed;
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
    const label = channel.label ?? DEFAULT_LABEL;
    if (channel.negotiated) {
      this.#useChannel(peer.createDataChannel(label, { negotiated: true, id: channel.id }));
    } else if ((channel.openedBy ?? (this.#offers ? 'local' : 'remote')) === 'local') {
      this.#useChannel(peer.createDataChannel(label, {}));
    } else {
      const onChannel = (opened: DataChannelPort) => {
        if (this.#channel || !isWanted(opened, channel.label)) return;
        if (isReliable(opened)) this.#useChannel(opened);
        else this.#giveUp(errors.channelUnreliable(opened.label));
      };
      this.#undos.push(listenToPeer(peer, 'datachannel', (event) => onChannel(event.channel)));
    }
    // Where the other end offers, its offer brings them.
    if (this.#offers)
      for (const kind of new Set(receive)) peer.addTransceiver(kind, { direction: 'recvonly' });
  }

  async #openSignalling(offer: Offer, call: ConnectOptions['call']): Promise<void> {
    const { signalling } = this.#settings;
    const { signal } = this.#abort;
    const unlessOver = (react: () => void) => {
      if (!signal.aborted) react();
    };
    const remote: RemoteSignals = {
      description: (description) => unlessOver(() => this.#negotiation?.receiveDescription(description)),
      candidate: (candidate) => unlessOver(() => this.#negotiation?.receiveCandidate(candidate)),
      ended: () => unlessOver(() => this.#onRemoteEnded()),
      failed: (error) => unlessOver(() => this.#onSignallingFailed(error)),
    };
    // Set before the call: what is said inside of it may already end everything.
    let settled = () => {};
    this.#opening = new Promise((resolve) => {
      settled = resolve;
    });
    try {
      await signalling.open(remote, { signal, ...(call && { call }) });
      this.#signallingIsOpen = true;
    } catch (error) {
      this.#onSignallingFailed(error);
    } finally {
      settled();
    }
    if (offer) this.#negotiation?.receiveDescription(offer);
    else if (this.#offers) this.#negotiation?.offer();
  }

  #useChannel(channel: DataChannelPort): void {
    this.#channel = channel;
    channel.binaryType = 'arraybuffer';
    this.#undos.push(
      listenToChannel(channel, 'open', () => this.#join(channel)),
      listenToChannel(channel, 'message', (event) => {
        const data = toBytes(event.data);
        if (data) this.#emit('packet', { data, from: this.#remoteId });
      }),
      listenToChannel(channel, 'error', ({ error }) => {
        this.#channelError = error;
      }),
      listenToChannel(channel, 'close', () => this.#onChannelClosed()),
    );
    // One that the other end opened is open already.
    if (channel.readyState === 'open') this.#join(channel);
  }

  #join(channel: DataChannelPort): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'connected';
    this.#attempt?.stop();
    const negotiated = this.#peer?.sctp?.maxMessageSize ?? Number.POSITIVE_INFINITY;
    const maxPacketBytes = Math.min(capabilities.maxPacketBytes, negotiated);
    this.#outlet = createOutlet(channel, maxPacketBytes, this.#settings.clock);
    this.#joined.resolve({ localId: LOCAL_ID, maxPacketBytes, canSend: true });
    this.#logger?.info('webrtc: connected', { maxPacketBytes });
    this.#emit('participant-joined', { id: this.#remoteId });
    for (const track of this.#tracks?.list() ?? []) this.#emit('track-added', track);
  }

  #onConnectionState(connectionState: RTCPeerConnectionState): void {
    if (connectionState === 'connected') this.#recover();
    else if (connectionState === 'disconnected') this.#lose(this.#settings.iceRestartDelayMs);
    else if (connectionState === 'failed') {
      this.#giveUp(errors.pathFailed());
      if (this.#state === 'reconnecting') this.#restart();
      else this.#lose(0);
    }
  }

  #lose(restartDelayMs: number): void {
    if (this.#state !== 'connected') return;
    const { clock, reconnectTimeoutMs } = this.#settings;
    this.#state = 'reconnecting';
    this.#cancelDeadline = clock.schedule(
      () => this.#end('network-lost', errors.pathFailed()),
      reconnectTimeoutMs,
    );
    if (restartDelayMs === 0) this.#restart();
    else this.#cancelRestart = clock.schedule(() => this.#restart(), restartDelayMs);
    this.#logger?.info('webrtc: the path is lost');
    this.#emit('reconnecting', {});
  }

  /** By the end that offers; the other one waits for its offer. */
  #restart(): void {
    this.#cancelRestart();
    if (!this.#offers) return;
    this.#negotiation?.offer({ restart: true });
    this.#cancelRestart = this.#settings.clock.schedule(
      () => this.#restart(),
      this.#settings.iceRestartIntervalMs,
    );
  }

  #recover(): void {
    if (this.#state !== 'reconnecting') return;
    this.#state = 'connected';
    this.#cancelDeadline();
    this.#cancelRestart();
    this.#logger?.info('webrtc: the path is back');
    // The association outlives the path and sends again what was not acknowledged (RFC 9260 §6.3).
    this.#emit('reconnected', { lossy: false });
  }

  #onChannelClosed(): void {
    const error = errors.channelClosed(this.#redact(this.#channelError));
    const reason = toCloseReason(this.#state === 'reconnecting', this.#channelError);
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
    this.#cancelDeadline();
    this.#cancelRestart();
    for (const undo of this.#undos.splice(0)) undo();
    this.#outlet?.dispose(error);
    this.publishing.end(errors.noConnection());
    this.#abort.abort();
    this.#channel?.close();
    // Stops every transceiver as well, which ends the remote tracks.
    this.#peer?.close();
    if (this.#opening) this.#farewell = this.#sayGoodbye(this.#opening);
  }

  async #sayGoodbye(opening: Promise<void>): Promise<void> {
    const { signalling, clock } = this.#settings;
    const said = opening
      .then(() => signalling.close())
      .catch((cause: unknown) =>
        this.#logger?.warn('webrtc: signalling.close failed', { cause: this.#redact(cause) }),
      );
    await settledWithin(clock, GOODBYE_MS, said);
  }
}
