import {
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
  type TransportConnection,
  type TransportEvents,
} from '@avatarwire/core';
import {
  type Attempt,
  Departures,
  guardSends,
  type LocalPublishing,
  redactError,
  type SendGuard,
  settledWithin,
  startAttempt,
} from '@avatarwire/core/adapter';
import type { IAgoraRTCClient } from 'agora-rtc-sdk-ng';
import { failure, joinError, sendError } from './agora-errors';
import { closeReason, isMedia, quality, statistics } from './agora-events';
import {
  type AgoraOptions,
  type CheckedOptions,
  checkCredentials,
  checkOptions,
  clientConfig,
  LOG_LEVELS,
} from './agora-options';
import { publishTracks } from './agora-publishing';
import {
  type AgoraClientEvents,
  type AgoraDisconnectedReason,
  type AgoraRemoteUser,
  type AgoraSdk,
  type AgoraSender,
  checkClient,
  loadSdk,
  stopEventReports,
} from './agora-sdk';
import { AgoraSubscriptions } from './agora-subscriptions';

export interface AgoraTransport extends AvatarTransport<'agora'> {
  /** The SDK's client of this connection, once it is made. */
  readonly native: IAgoraRTCClient | undefined;
  /** Works only for who may send: not for an audience. */
  readonly publishing: Publishing;
  statistics(): Promise<Statistics>;
}

type Credentials = ProviderCredentials['agora'];

const CAPABILITIES: TransportCapabilities = Object.freeze({
  maxPacketBytes: ratePolicies.agora.maxPacketBytes,
  reliable: true,
  ordered: true,
  media: true,
  playsAudio: false,
});

const CLOSE_MS = 3_000;
/** The SDK tells this long before a token expires. */
const EXPIRY_NOTICE_MS = 30_000;

/**
 * Makes a transport for one connection over Agora. Nothing is downloaded or opened before its `connect`.
 *
 * @throws AvatarError `invalid-argument`, naming the option
 */
export function agora(options: AgoraOptions = {}): AgoraTransport {
  return new Transport(checkOptions(options));
}

class Transport implements AgoraTransport {
  readonly provider = 'agora';
  readonly capabilities = CAPABILITIES;

  readonly #options: CheckedOptions;
  readonly #events = createEmitter<TransportEvents>();
  readonly on = this.#events.on;

  #phase: 'new' | 'connecting' | 'connected' | 'reconnecting' | 'ended' = 'new';
  #logger: Logger = silentLogger;
  #attempt: Attempt | undefined;
  #sdk: AgoraSdk | undefined;
  #client: AgoraSender | undefined;
  #token = '';
  #canSend = true;
  #closing: Promise<void> | undefined;
  #closeAsked = false;
  #left: Promise<void> | undefined;
  readonly #undo: (() => void)[] = [];
  readonly #sends: SendGuard;
  readonly #participants = new Set<string>();
  /** Who left on purpose. Who comes back is another stay of theirs. */
  readonly #quit = new Set<string>();
  readonly #subscriptions: AgoraSubscriptions;
  readonly #departures: Departures;
  readonly publishing: LocalPublishing;

  constructor(options: CheckedOptions) {
    this.#options = options;
    this.#sends = guardSends('agora', options.clock);
    this.#departures = new Departures(options.clock);
    this.#subscriptions = new AgoraSubscriptions(options.clock, (kind, error) =>
      this.#warn('a track could not be subscribed to', { kind, error }),
    );
    for (const event of ['track-added', 'track-removed'] as const)
      this.#subscriptions.on(event, (track) => this.#events.emit(event, track));
    this.publishing = publishTracks({
      clock: options.clock,
      open: () => this.#open(),
      canPublish: () => this.#canSend,
      token: () => this.#token,
    });
  }

  get native(): IAgoraRTCClient | undefined {
    return this.#client as IAgoraRTCClient | undefined;
  }

  async connect(credentials: Credentials, { signal, logger }: ConnectOptions): Promise<TransportConnection> {
    if (this.#phase !== 'new')
      throw failure('invalid-argument', 'A transport connects once: make a fresh one.');
    this.#phase = 'connecting';
    this.#logger = logger;
    const { clock, connectTimeoutMs } = this.#options;
    const attempt = startAttempt({ provider: 'agora', signal, clock, timeoutMs: connectTimeoutMs });
    this.#attempt = attempt;
    try {
      attempt.check();
      checkCredentials(credentials);
      return await this.#join(credentials, attempt);
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
    const open = this.#open();
    if (open === undefined) throw failure('not-connected', 'The channel is not connected.');
    // The SDK throws a raw TypeError for other bytes, and sends a string as text.
    if (!(packet instanceof Uint8Array)) throw failure('invalid-argument', 'packet must be a Uint8Array.');
    if (packet.byteLength > CAPABILITIES.maxPacketBytes) {
      throw failure('packet-too-large', `A packet holds at most ${CAPABILITIES.maxPacketBytes} bytes.`);
    }
    // The SDK does not look; what becomes of it is not documented.
    if (!this.#canSend)
      throw failure('unsupported', 'The audience of a live channel cannot send: join as host.');

    try {
      // A copy: where the application has set encryption, the SDK reads the bytes later. Without its retry: that may
      // send twice, and an interrupt would stand behind old chat.
      await this.#sends.guard(open.client.sendStreamMessage(packet.slice(), false));
    } catch (error) {
      throw sendError(error, this.#token);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async statistics(): Promise<Statistics> {
    const client = this.#open()?.client;
    return client === undefined ? {} : statistics(client);
  }

  async #join(
    { appId, channel, token, uid, role }: Credentials,
    attempt: Attempt,
  ): Promise<TransportConnection> {
    this.#token = token;
    this.#canSend = role !== 'audience';
    const sdk = await Promise.race([loadSdk(this.#options.sdk), attempt.failed]);
    attempt.check();
    this.#sdk = sdk;
    try {
      this.#quieten(sdk);
      const client = checkClient(sdk.createClient(clientConfig(role, this.#options)));
      this.#client = client;
      this.#listen(client);
      const joined = client.join(appId, channel, token, uid);
      joined.then(
        () => {
          if (this.#phase === 'ended') this.#leave();
        },
        () => {},
      );
      const localUid = await Promise.race([joined, attempt.failed]);
      attempt.check();
      if (client.connectionState === 'DISCONNECTED')
        throw failure('network', 'The connection was lost while joining.');
      this.#phase = 'connected';
      this.#reconcile(client);
      if (client.connectionState === 'RECONNECTING') this.#interrupted();
      return {
        localId: String(localUid),
        maxPacketBytes: CAPABILITIES.maxPacketBytes,
        canSend: this.#canSend,
      };
    } catch (error) {
      throw joinError(error, token);
    }
  }

  #quieten(sdk: AgoraSdk): void {
    const { logLevel, eventReports } = this.#options;
    if (logLevel !== undefined) sdk.setLogLevel(LOG_LEVELS.indexOf(logLevel));
    if (!eventReports) stopEventReports(sdk);
  }

  /** Undefined unless something may be asked of the SDK. */
  #open(): { readonly sdk: AgoraSdk; readonly client: AgoraSender } | undefined {
    if (this.#phase !== 'connected' || this.#closeAsked) return undefined;
    if (this.#sdk === undefined || this.#client === undefined) return undefined;
    return { sdk: this.#sdk, client: this.#client };
  }

  async #close(): Promise<void> {
    this.#closeAsked = true;
    const isOpen = this.#phase === 'connected' || this.#phase === 'reconnecting';
    this.#attempt?.giveUp(failure('not-connected', 'The transport was closed while connecting.'));
    if (!isOpen) this.#end();
    this.publishing.end(failure('not-connected', 'The connection ended.'));
    this.#leave();
    if (this.#left !== undefined) await settledWithin(this.#options.clock, CLOSE_MS, this.#left);
    if (isOpen) this.#end({ reason: 'requested' });
  }

  /** Also ends a join that is under way; that one rejects seconds later, and nobody waits for it. */
  #leave(): void {
    this.#left = this.#client
      ?.leave()
      .catch((error: unknown) => this.#warn('leaving the channel failed', { error }));
  }

  #warn(message: string, { error, ...more }: { readonly error: unknown; readonly kind?: string }): void {
    this.#logger.warn(`agora: ${message}`, { ...more, error: redactError(error, [this.#token]) });
  }

  /** The last thing that happens. With `closed`, says so. */
  #end(closed?: TransportEvents['closed']): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    for (const undo of this.#undo) undo();
    this.#departures.clear();
    this.#subscriptions.end();
    this.publishing.end(failure('not-connected', 'The connection ended.'));
    this.#sends.failAll(failure('network', 'The connection ended before the SDK had taken the packet.'));
    if (closed !== undefined) this.#events.emit('closed', closed);
  }

  #listen(client: AgoraSender): void {
    const on = <E extends keyof AgoraClientEvents>(event: E, listener: AgoraClientEvents[E]): void => {
      client.on(event, listener);
      this.#undo.push(() => client.off(event, listener));
    };
    on('stream-message', (uid, payload) => {
      this.#events.emit('packet', { data: payload.slice(), from: String(uid) });
    });
    on('user-joined', (user) => this.#announce(user));
    on('user-left', (user, reason) => this.#userGone(user, reason));
    on('user-published', (user, kind) => {
      // While joining, `remoteUsers` will say it: the SDK subscribes only once it has joined.
      if (!isMedia(kind) || this.#phase === 'connecting') return;
      void this.#subscriptions.add(client, user, kind);
    });
    on('user-unpublished', (user, kind) => {
      if (isMedia(kind)) this.#subscriptions.remove(user, kind);
    });
    on('media-reconnect-end', (uid) => this.#subscriptions.refresh(String(uid)));
    on('network-quality', (figures) => this.#events.emit('quality', quality(figures)));
    on('token-privilege-will-expire', () => {
      this.#events.emit('credentials-expiring', { inMs: EXPIRY_NOTICE_MS });
    });
    on('token-privilege-did-expire', () => this.#expired());
    // A note on quality, and no failure.
    on('exception', ({ code, msg, uid }) => this.#logger.warn('agora: exception', { code, msg, uid }));
    on('connection-state-change', (state, _previous, reason) => {
      if (state === 'RECONNECTING') this.#interrupted();
      else if (state === 'CONNECTED') this.#reconnected(client);
      else if (state === 'DISCONNECTED') this.#disconnected(reason);
    });
  }

  #interrupted(): void {
    if (this.#phase !== 'connected') return;
    this.#phase = 'reconnecting';
    this.#departures.hold();
    this.#events.emit('reconnecting', {});
  }

  #reconnected(client: AgoraSender): void {
    if (this.#phase !== 'reconnecting') return;
    this.#phase = 'connected';
    // Nothing is sent again without the SDK's retry: what was under way may be lost.
    this.#events.emit('reconnected', { lossy: true });
    if (this.#open() === undefined) return;
    this.#departures.resume();
    this.#reconcile(client);
  }

  #disconnected(vendorReason: AgoraDisconnectedReason | undefined): void {
    // A failed or abandoned join ends like this as well, and rejects: that is reported there.
    if (this.#phase === 'connecting' || this.#phase === 'ended') return;
    if (this.#closeAsked) return this.#end({ reason: 'requested' });
    const { reason, name } = closeReason(vendorReason);
    const isFault = reason === 'network-lost' || reason === 'failed';
    this.#end({
      reason,
      ...(isFault && { error: failure('network', `Agora ended the connection: ${name}.`, name) }),
    });
  }

  /** The SDK may say `DISCONNECTED` after this, or leave us in the channel for a while. */
  #expired(): void {
    this.#attempt?.giveUp(failure('credentials-refused', 'The token has expired.', 'TOKEN_EXPIRE'));
    if (this.#phase === 'connecting' || this.#phase === 'ended') return;
    this.#disconnected('TOKEN_EXPIRE');
    this.#leave();
  }

  /** What the SDK may have said before it had joined, or while the link was down. */
  #reconcile(client: AgoraSender): void {
    for (const user of [...client.remoteUsers]) {
      this.#announce(user);
      this.#subscriptions.reconcile(client, user);
    }
  }

  #announce({ uid }: AgoraRemoteUser): void {
    const id = String(uid);
    // What it was told before, it has forgotten.
    if (this.#quit.delete(id)) this.#departures.expire(id);
    this.#departures.cancel(id);
    if (this.#participants.has(id)) return;
    this.#participants.add(id);
    this.#events.emit('participant-joined', { id });
  }

  #userGone(user: AgoraRemoteUser, reason: string): void {
    const id = String(user.uid);
    this.#subscriptions.remove(user, 'audio');
    this.#subscriptions.remove(user, 'video');
    if (!this.#participants.has(id)) return;
    // After a reconnect the SDK misses people for other reasons, or for none.
    if (reason === 'Quit') this.#quit.add(id);
    this.#departures.add(id, () => {
      this.#quit.delete(id);
      this.#participants.delete(id);
      this.#events.emit('participant-left', { id });
    });
  }
}
