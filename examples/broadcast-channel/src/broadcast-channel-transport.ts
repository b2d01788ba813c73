/** Connects, sends and closes: the only file with state. */

import {
  type AvatarError,
  type AvatarTransport,
  type ConnectOptions,
  createEmitter,
  type Logger,
  type ProviderCredentials,
  type Publishing,
  type TransportCapabilities,
  type TransportCloseReason,
  type TransportConnection,
  type TransportEvents,
} from '@avatarwire/core';
import { failure, joinError, notConnected, sendError, usedBefore } from './broadcast-channel-errors';
import {
  MAX_PACKET_BYTES,
  type Message,
  read,
  type Said,
  type Sender,
  write,
} from './broadcast-channel-events';
import { Media } from './broadcast-channel-media';
import {
  type BroadcastChannelOptions,
  type BroadcastChannelSettings,
  checkCredentials,
  toSettings,
} from './broadcast-channel-options';
import { Presence } from './broadcast-channel-presence';
import { type BroadcastChannelClient, canCarryTracks, listen } from './broadcast-channel-sdk';

export interface BroadcastChannelTransport extends AvatarTransport<'broadcast-channel'> {
  /** The channel, while connected. */
  readonly native: BroadcastChannelClient | undefined;
}

/**
 * Makes a transport for one connection between the tabs of one origin. Nothing is opened before its `connect`.
 *
 * @throws AvatarError `invalid-argument`, naming the option
 */
export function broadcastChannel(options: BroadcastChannelOptions = {}): BroadcastChannelTransport {
  return new Transport(toSettings(options));
}

/** The most that this adapter can do here: where there is no WebRTC it carries bytes alone. */
const capabilitiesHere = (): TransportCapabilities =>
  Object.freeze({
    maxPacketBytes: MAX_PACKET_BYTES,
    reliable: true,
    ordered: true,
    media: canCarryTracks(),
    playsAudio: false,
    policy: Object.freeze({
      maxPacketBytes: MAX_PACKET_BYTES,
      packetsPerSecond: Number.POSITIVE_INFINITY,
      bytesPerSecond: Number.POSITIVE_INFINITY,
      reserve: Object.freeze({ packets: 0, bytes: 0 }),
      maxUnsettledBytes: MAX_PACKET_BYTES,
      source:
        'HTML, Broadcasting to other browsing contexts: no limit and no rate. Our own: see MAX_PACKET_BYTES.',
    }),
  });

class Transport implements BroadcastChannelTransport {
  readonly provider = 'broadcast-channel';
  readonly capabilities = capabilitiesHere();
  readonly publishing?: Publishing;

  readonly #settings: BroadcastChannelSettings;
  readonly #events = createEmitter<TransportEvents>();
  readonly #undos: (() => void)[] = [];
  readonly #media: Media | undefined;
  #state: 'idle' | 'connecting' | 'connected' | 'closed' = 'idle';
  #channel: BroadcastChannelClient | undefined;
  #presence: Presence | undefined;
  #own: Sender | undefined;
  #avatarId: string | undefined;

  constructor(settings: BroadcastChannelSettings) {
    this.#settings = settings;
    if (!this.capabilities.media) return;
    const media = new Media({
      clock: settings.clock,
      check: () => {
        if (this.#state !== 'connected') throw notConnected();
      },
      others: () => this.#presence?.ids ?? [],
      post: (signal) => this.#say(signal),
      onAdded: (track) => this.#emit('track-added', track),
      onRemoved: (track) => this.#emit('track-removed', track),
    });
    this.#media = media;
    this.publishing = media.publishing;
  }

  async connect(
    credentials: ProviderCredentials['broadcast-channel'],
    { signal, logger, avatarId }: ConnectOptions,
  ): Promise<TransportConnection> {
    if (this.#state !== 'idle') throw usedBefore();
    this.#state = 'connecting';
    try {
      checkCredentials(credentials);
      // One turn in which an abort and a `close()` still count. A browser answers at once: there is nothing to wait for.
      await Promise.resolve();
      if (this.#isOver) throw failure('not-connected', 'close() was called while connecting.');
      signal.throwIfAborted();
      this.#avatarId = avatarId;
      this.#join(credentials, logger);
    } catch (error) {
      this.#release();
      signal.throwIfAborted();
      throw joinError(error);
    }
    return { localId: credentials.name, maxPacketBytes: MAX_PACKET_BYTES, canSend: true };
  }

  async send(packet: Uint8Array<ArrayBuffer>): Promise<void> {
    if (this.#state !== 'connected') throw notConnected();
    if (packet.byteLength > MAX_PACKET_BYTES) {
      throw failure('packet-too-large', `A packet holds at most ${MAX_PACKET_BYTES} bytes.`);
    }
    const to = this.#avatarId;
    try {
      // A copy: of a view, the browser would post all of the buffer behind it.
      this.#post({ type: 'packet', data: packet.slice(), ...(to !== undefined && { to }) });
    } catch (cause) {
      throw sendError(cause);
    }
  }

  async close(): Promise<void> {
    this.#end('requested');
  }

  on<E extends keyof TransportEvents>(event: E, listener: (payload: TransportEvents[E]) => void): () => void {
    return this.#events.on(event, listener);
  }

  get native(): BroadcastChannelClient | undefined {
    return this.#channel;
  }

  get #isOver(): boolean {
    return this.#state === 'closed';
  }

  #join({ room, name }: ProviderCredentials['broadcast-channel'], logger: Logger): void {
    const { clock, heartbeatMs, open } = this.#settings;
    const channel = open(`avatarwire:${room}`);
    this.#channel = channel;
    const tab = String(crypto.getRandomValues(new Uint32Array(2)));
    const own: Sender = { from: name, tab, since: clock.wallNow() };
    this.#own = own;
    this.#media?.start(logger);
    this.#presence = new Presence({
      own,
      heartbeatMs,
      clock,
      post: (said) => this.#say(said),
      onArrived: (id) => this.#media?.arrived(id),
      onGone: (id) => this.#media?.gone(id),
      onJoined: (id) => this.#emit('participant-joined', { id }),
      onLeft: (id) => this.#emit('participant-left', { id }),
      onReplaced: () => this.#end('joined-elsewhere'),
    });
    this.#undos.push(
      listen(channel, 'message', ({ data }) => {
        const message = read(data);
        if (message) this.#hear(message);
        else logger.debug('broadcast-channel: not one of ours');
      }),
      listen(channel, 'messageerror', () => logger.warn('broadcast-channel: a message could not be read')),
    );
    this.#state = 'connected';
    this.#presence.start();
    logger.info('broadcast-channel: joined', { localId: name });
  }

  #hear(message: Message): void {
    if (!this.#presence?.hear(message) || message.type === 'here' || message.type === 'bye') return;
    if (message.to !== undefined && message.to !== this.#own?.from) return;
    if (message.type === 'packet') this.#emit('packet', { data: message.data, from: message.from });
    else this.#media?.hear(message.from, message);
  }

  #post(said: Said): void {
    if (this.#own) this.#channel?.postMessage(write(this.#own, said));
  }

  /** What nobody waits for. It fails where somebody closed the channel under us, through `native`. */
  #say(said: Said): void {
    try {
      this.#post(said);
    } catch (cause) {
      this.#end('failed', sendError(cause));
    }
  }

  #emit<E extends keyof TransportEvents>(event: E, payload: TransportEvents[E]): void {
    if (this.#state === 'connected') this.#events.emit(event, payload);
  }

  #end(reason: TransportCloseReason, error?: AvatarError): void {
    const wasConnected = this.#state === 'connected';
    this.#release();
    if (wasConnected) this.#events.emit('closed', { reason, ...(error && { error }) });
  }

  #release(): void {
    this.#state = 'closed';
    for (const undo of this.#undos.splice(0)) undo();
    this.#media?.end(notConnected());
    const presence = this.#presence;
    this.#presence = undefined;
    presence?.stop();
    this.#channel?.close();
    this.#channel = undefined;
  }
}
