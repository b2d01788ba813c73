import {
  type AvatarTransport,
  type ConnectOptions,
  createEmitter,
  type Logger,
  type ProviderCredentials,
  type Publishing,
  type RemoteTrack,
  ratePolicies,
  type Statistics,
  silentLogger,
  type TransportCapabilities,
  type TransportConnection,
  type TransportEvents,
} from '@avatarwire/core';
import {
  type Attempt,
  Departures,
  deferred,
  guardSends,
  redactError,
  type SendGuard,
  settledWithin,
  startAttempt,
} from '@avatarwire/core/adapter';
import type { DataPublishOptions, DisconnectReason, Room } from 'livekit-client';
import { connectError, failure, sendError } from './livekit-errors';
import { closeReason, quality, remoteTrack, statistics } from './livekit-events';
import { type CheckedOptions, checkCredentials, checkOptions, type LivekitOptions } from './livekit-options';
import { type Connected, type LocalTracks, publishTracks } from './livekit-publishing';
import {
  checkRoom,
  isChannelClosed,
  type LivekitParticipant,
  type LivekitRemoteTrack,
  type LivekitRoom,
  type LivekitRoomEvents,
  type LivekitSdk,
  loadSdk,
  lowerLowMark,
} from './livekit-sdk';

export interface LivekitTransport extends AvatarTransport<'livekit'> {
  /** The `Room` of this connection, once it is made. */
  readonly native: Room | undefined;
  readonly publishing: Publishing;
  statistics(): Promise<Statistics>;
}

type Credentials = ProviderCredentials['livekit'];

const CAPABILITIES: TransportCapabilities = Object.freeze({
  maxPacketBytes: ratePolicies.livekit.maxPacketBytes,
  reliable: true,
  ordered: true,
  media: true,
  playsAudio: false,
});

const CLOSE_MS = 3_000;

/**
 * Makes a transport for one connection over LiveKit. Nothing is downloaded or opened before its `connect`.
 *
 * @throws AvatarError `invalid-argument`, naming the option
 */
export function livekit(options: LivekitOptions = {}): LivekitTransport {
  return new Transport(checkOptions(options));
}

class Transport implements LivekitTransport {
  readonly provider = 'livekit';
  readonly capabilities = CAPABILITIES;

  readonly #options: CheckedOptions;
  readonly #events = createEmitter<TransportEvents>();
  readonly on = this.#events.on;

  #phase: 'new' | 'connecting' | 'connected' | 'reconnecting' | 'ended' = 'new';
  #logger: Logger = silentLogger;
  #attempt: Attempt | undefined;
  #sdk: LivekitSdk | undefined;
  #room: LivekitRoom | undefined;
  #token = '';
  #publishOptions: DataPublishOptions = {};
  #closing: Promise<void> | undefined;
  #closeAsked = false;
  #left: Promise<void> | undefined;
  /** The kind of reconnect that is going on. A resume replays what was sent; a full one starts over. */
  #lossy = false;
  /** What `dcBufferStatusChanged` last said. The SDK keeps it across reconnects, so nothing here resets it. */
  #bufferLow = true;
  readonly #undo: (() => void)[] = [];
  readonly #sends: SendGuard;
  readonly #undrained = new Set<() => void>();
  /** Identity → the `sid` of the stay that was announced. */
  readonly #participants = new Map<string, string>();
  readonly #tracks = new Map<LivekitRemoteTrack, RemoteTrack>();
  readonly #departures: Departures;
  readonly publishing: LocalTracks;

  constructor(options: CheckedOptions) {
    this.#options = options;
    this.#sends = guardSends('livekit', options.clock);
    this.#departures = new Departures(options.clock);
    this.publishing = publishTracks(options, () => this.#connected());
  }

  get native(): Room | undefined {
    return this.#room as Room | undefined;
  }

  async connect(
    credentials: Credentials,
    { signal, avatarId, logger }: ConnectOptions,
  ): Promise<TransportConnection> {
    if (this.#phase !== 'new')
      throw failure('invalid-argument', 'A transport connects once: make a fresh one.');
    this.#phase = 'connecting';
    this.#logger = logger;
    const { clock, connectTimeoutMs } = this.#options;
    const attempt = startAttempt({ provider: 'livekit', signal, clock, timeoutMs: connectTimeoutMs });
    this.#attempt = attempt;
    try {
      attempt.check();
      checkCredentials(credentials);
      return await this.#join(credentials, avatarId, attempt);
    } catch (error) {
      this.#end();
      this.#leave();
      attempt.check();
      throw error;
    } finally {
      attempt.stop();
    }
  }

  async send(packet: Uint8Array<ArrayBuffer>): Promise<void> {
    const connected = this.#connected();
    if (connected === undefined) throw failure('not-connected', 'The room is not connected.');
    const { room, sdk } = connected;
    // The SDK accepts a string as well, and sends nothing of it.
    if (!ArrayBuffer.isView(packet)) throw failure('invalid-argument', 'packet must be a Uint8Array.');
    if (packet.byteLength > CAPABILITIES.maxPacketBytes) {
      throw failure('packet-too-large', `A packet holds at most ${CAPABILITIES.maxPacketBytes} bytes.`);
    }
    // The SDK does not look, and the server drops such a packet without a word.
    if (!canSend(room))
      throw failure('unsupported', 'The token does not permit sending data (canPublishData).');

    try {
      await this.#sends.guard(this.#handOver(packet, room, sdk));
    } catch (error) {
      throw sendError(error, this.#token);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async statistics(): Promise<Statistics> {
    const [sent, ...received] = await Promise.all([
      this.publishing.measured(),
      ...[...this.#tracks.keys()].map((track) => track.getRTCStatsReport()),
    ]);
    return statistics(
      received.filter((report) => report !== undefined),
      sent,
    );
  }

  #connected(): Connected | undefined {
    if (this.#phase !== 'connected' || this.#closeAsked || !this.#room || !this.#sdk) return undefined;
    return { room: this.#room, sdk: this.#sdk, token: this.#token };
  }

  async #join(
    { url, token, sendTopic, receiveTopic }: Credentials,
    avatarId: string | undefined,
    attempt: Attempt,
  ): Promise<TransportConnection> {
    this.#token = token;
    this.#publishOptions = {
      reliable: true,
      ...(sendTopic !== undefined && { topic: sendTopic }),
      ...(avatarId !== undefined && { destinationIdentities: [avatarId] }),
    };
    const sdk = await Promise.race([loadSdk(this.#options.sdk), attempt.failed]);
    attempt.check();
    this.#sdk = sdk;
    if (!sdk.isBrowserSupported()) throw failure('unsupported', 'LiveKit needs a browser with WebRTC.');
    try {
      const room = new sdk.Room(this.#options.room);
      checkRoom(room);
      this.#room = room;
      this.#listen(room, sdk, receiveTopic);
      const { rtcConfig } = this.#options;
      const joined = room.connect(url, token, rtcConfig && { rtcConfig });
      joined.then(
        () => {
          if (this.#phase === 'ended') this.#leave();
        },
        () => {},
      );
      await Promise.race([joined, attempt.failed]);
      attempt.check();
      if (room.state === 'disconnected') throw failure('network', 'The connection was lost while joining.');
      this.#phase = 'connected';
      // Those who are there and can receive: a participant that is still joining receives nothing.
      for (const participant of room.remoteParticipants.values()) {
        if (participant.isActive) this.#announce(participant);
      }
      if (room.state !== 'connected') this.#interrupted(this.#lossy);
      const { identity } = room.localParticipant;
      return { localId: identity, maxPacketBytes: CAPABILITIES.maxPacketBytes, canSend: canSend(room) };
    } catch (error) {
      throw connectError(error, sdk, token);
    }
  }

  async #handOver(packet: Uint8Array<ArrayBuffer>, room: LivekitRoom, sdk: LivekitSdk): Promise<void> {
    lowerLowMark(room, sdk);
    // A copy, because the SDK reads the bytes only some microtasks later.
    await room.localParticipant.publishData(packet.slice(), this.#publishOptions);
    if (this.#phase !== 'connected') return;
    if (isChannelClosed(room, sdk)) throw failure('network', 'The data channel is closed.');
    await this.#drained();
  }

  async #close(): Promise<void> {
    this.#closeAsked = true;
    const isOpen = this.#phase === 'connected' || this.#phase === 'reconnecting';
    this.#attempt?.giveUp(failure('not-connected', 'The transport was closed while connecting.'));
    if (!isOpen) this.#end();
    this.#leave();
    if (this.#left !== undefined) await settledWithin(this.#options.clock, CLOSE_MS, this.#left);
    if (isOpen) this.#end({ reason: 'requested' });
  }

  /** Local tracks go on: whoever opened them stops them. */
  #leave(): void {
    this.#left = this.#room?.disconnect(false).catch((error: unknown) => {
      this.#logger.warn('livekit: leaving the room failed', { error: redactError(error, [this.#token]) });
    });
  }

  /** The last thing that happens. With `closed`, says so. */
  #end(closed?: TransportEvents['closed']): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    for (const undo of this.#undo) undo();
    this.#departures.clear();
    this.publishing.end(failure('not-connected', 'The connection ended before the track was sent.'));
    this.#releaseDrained();
    this.#sends.failAll(failure('network', 'The connection ended before the SDK had taken the packet.'));
    if (closed !== undefined) this.#events.emit('closed', closed);
  }

  #listen(room: LivekitRoom, sdk: LivekitSdk, receiveTopic: string | undefined): void {
    const on = <E extends keyof LivekitRoomEvents>(event: E, listener: LivekitRoomEvents[E]): void => {
      room.on(event, listener);
      this.#undo.push(() => room.off(event, listener));
    };
    on('dataReceived', (data, participant, _kind, topic, _encryption, participantIdentity) => {
      if (receiveTopic !== undefined && topic !== receiveTopic) return;
      // A copy: the SDK's is a window into the whole message.
      this.#events.emit('packet', {
        data: data.slice(),
        from: participant?.identity ?? participantIdentity ?? '',
      });
    });
    on('trackSubscribed', (track, _publication, participant) => this.#addTrack(track, participant));
    on('trackUnsubscribed', (track) => this.#trackGone(track));
    // While this is emitted `isActive` still says what was before (livekit-client 2.20.2 to 2.23.0).
    on('participantActive', (participant) => this.#announce(participant));
    on('participantDisconnected', (participant) => this.#participantGone(participant));
    on('signalReconnecting', () => this.#interrupted(false));
    on('reconnecting', () => this.#interrupted(true));
    on('reconnected', () => this.#reconnected());
    on('connectionQualityChanged', (score, { identity }) => {
      if (identity === room.localParticipant.identity) this.#events.emit('quality', quality(score));
    });
    on('dcBufferStatusChanged', (isLow, kind) => {
      if (kind !== sdk.DataPacket_Kind.RELIABLE) return;
      this.#bufferLow = isLow;
      if (isLow) this.#releaseDrained();
    });
    on('disconnected', (reason) => this.#disconnected(reason, sdk));
  }

  #interrupted(lossy: boolean): void {
    this.#lossy = lossy;
    if (this.#phase !== 'connected') return;
    this.#phase = 'reconnecting';
    this.#departures.hold();
    // They were taken. What becomes of them, `reconnected` says.
    this.#releaseDrained();
    this.#events.emit('reconnecting', {});
  }

  #reconnected(): void {
    if (this.#phase !== 'reconnecting') return;
    this.#phase = 'connected';
    this.#events.emit('reconnected', { lossy: this.#lossy });
    // The SDK announces after this who is still there.
    this.#departures.resume();
  }

  #disconnected(vendorReason: DisconnectReason | undefined, sdk: LivekitSdk): void {
    // A failed `connect` emits this as well, and rejects: that is reported there.
    if (this.#phase === 'connecting') return;
    if (this.#closeAsked) return this.#end({ reason: 'requested' });
    const { reason, name } = closeReason(vendorReason, sdk);
    if (reason !== 'network-lost' && reason !== 'failed') return this.#end({ reason });
    this.#end({ reason, error: failure('network', `LiveKit ended the connection: ${name}.`, name) });
  }

  #announce({ identity, sid }: LivekitParticipant): void {
    const known = this.#participants.get(identity);
    if (known === sid) {
      this.#departures.cancel(identity);
      return;
    }
    // Another stay of the same participant: what it was told before, it has forgotten.
    if (known !== undefined) this.#departures.expire(identity);
    if (this.#participants.has(identity)) this.#events.emit('participant-left', { id: identity });
    this.#participants.set(identity, sid);
    this.#events.emit('participant-joined', { id: identity });
  }

  #participantGone({ identity, sid }: LivekitParticipant): void {
    if (this.#participants.get(identity) !== sid) return;
    this.#departures.add(identity, () => {
      this.#participants.delete(identity);
      this.#events.emit('participant-left', { id: identity });
    });
  }

  #addTrack(track: LivekitRemoteTrack, participant: LivekitParticipant): void {
    const added = remoteTrack(track, participant);
    if (added === undefined) return;
    for (const [known, { from, kind, source }] of this.#tracks) {
      if (from !== added.from || kind !== added.kind || source !== added.source) continue;
      // A track that gives way to another: the server may announce the new one first.
      if (source !== 'unknown') this.#trackGone(known);
      this.#departures.expire(known);
    }
    this.#tracks.set(track, added);
    this.#events.emit('track-added', added);
  }

  #trackGone(track: LivekitRemoteTrack): void {
    const gone = this.#tracks.get(track);
    if (gone === undefined) return;
    this.#departures.add(track, () => {
      this.#tracks.delete(track);
      this.#events.emit('track-removed', gone);
    });
  }

  #drained(): Promise<void> {
    const drained = deferred<void>();
    if (this.#bufferLow) drained.resolve();
    else this.#undrained.add(drained.resolve);
    return drained.promise;
  }

  #releaseDrained(): void {
    for (const release of this.#undrained) release();
    this.#undrained.clear();
  }
}

function canSend(room: LivekitRoom): boolean {
  return room.localParticipant.permissions?.canPublishData ?? true;
}
