import type { RoomConnectOptions } from 'livekit-client';
import {
  ConnectionError,
  DataPacket_Kind,
  DisconnectReason,
  PublishTrackError,
  Track,
  UnexpectedConnectionState,
} from 'livekit-client';
import type {
  LivekitDataChannel,
  LivekitLocalTrack,
  LivekitParticipant,
  LivekitRemoteTrack,
  LivekitRoom,
  LivekitRoomEvents,
  LivekitRoomInit,
} from '../../src/livekit-sdk';
import type { FakeNetwork } from './fake-network';

type Listener = (...payload: never[]) => void;

const HIGH_MARK_BYTES = 1_048_576;

/** A `Room` as the SDK's behaves, faults included; each is switched on in {@link FakeNetwork}. */
export class FakeRoom implements LivekitRoom {
  state: LivekitRoom['state'] = 'disconnected';
  readonly remoteParticipants = new Map<string, LivekitParticipant>();
  readonly localParticipant = {
    identity: '',
    permissions: { canPublishData: true },
    publishTrack: (
      track: LivekitLocalTrack | MediaStreamTrack,
      options: Parameters<LivekitRoom['localParticipant']['publishTrack']>[1],
    ) => this.#publishTrack(track, options.source ?? Track.Source.Unknown),
    unpublishTrack: async (track: LivekitLocalTrack | MediaStreamTrack, stopOnUnpublish: boolean) =>
      this.#unpublishTrack(track, stopOnUnpublish),
    publishData: (
      data: Uint8Array<ArrayBuffer>,
      options: Parameters<LivekitRoom['localParticipant']['publishData']>[1],
    ) => this.#publish(data, options),
  };
  engine: { dataChannelForKind(kind: number): FakeChannel | undefined } | undefined;
  channel: FakeChannel | undefined;
  readonly listeners = new Map<string, Listener[]>();
  readonly connects: { url: string; token: string; options: RoomConnectOptions | undefined }[] = [];
  readonly disconnects: (boolean | undefined)[] = [];
  readonly published: { data: Uint8Array; options: object }[] = [];
  readonly localTracks = new Map<FakeLocalTrack, Track.Source>();
  publishCalls = 0;

  readonly #network: FakeNetwork;
  #failConnect: (error: unknown) => void = () => {};
  /** The SDK keeps what its first look at the publisher's connection said, also when that was a rejection. */
  #publisher: Promise<void> | undefined;
  #lastStatus = true;

  constructor(
    network: FakeNetwork,
    readonly options?: LivekitRoomInit,
  ) {
    this.#network = network;
    network.rooms.push(this);
  }

  on(event: keyof LivekitRoomEvents, listener: Listener): this {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
    return this;
  }

  off(event: keyof LivekitRoomEvents, listener: Listener): this {
    const listeners = [...(this.listeners.get(event) ?? [])];
    const index = listeners.lastIndexOf(listener);
    if (index >= 0) listeners.splice(index, 1);
    this.listeners.set(event, listeners);
    return this;
  }

  get listenerCount(): number {
    return [...this.listeners.values()].reduce((total, { length }) => total + length, 0);
  }

  emit<E extends keyof LivekitRoomEvents>(event: E, ...payload: Parameters<LivekitRoomEvents[E]>): void {
    for (const listener of this.listeners.get(event) ?? [])
      (listener as (...payload: unknown[]) => void)(...payload);
  }

  connect(url: string, token: string, options?: RoomConnectOptions): Promise<void> {
    this.connects.push({ url, token, options });
    this.state = 'connecting';
    return new Promise((resolve, reject) => {
      this.#failConnect = reject;
      void this.#join(token).then(resolve, (error: unknown) => {
        this.state = 'disconnected';
        // The rejection and the event, both.
        this.emit('disconnected', DisconnectReason.JOIN_FAILURE);
        reject(error);
      });
    });
  }

  async #join(token: string): Promise<void> {
    await this.#network.admit(this, token);
    this.localParticipant.identity = this.#network.identityOf(token);
    this.localParticipant.permissions = { canPublishData: this.#network.canPublishData };
    this.channel = new FakeChannel(() => this.#refreshStatus());
    this.engine = {
      dataChannelForKind: (kind) => (kind === DataPacket_Kind.RELIABLE ? this.channel : undefined),
    };
    this.#network.enter(this);
    this.state = 'connected';
  }

  async #publishTrack(track: LivekitLocalTrack | MediaStreamTrack, source: Track.Source): Promise<void> {
    this.publishCalls += 1;
    await this.#network.answerPublish();
    if (!this.#network.canPublish) {
      throw new PublishTrackError('failed to publish track, insufficient permissions', 403);
    }
    // The server's answer takes a while, in which the room may end.
    await Promise.resolve();
    if (this.state === 'disconnected') throw new UnexpectedConnectionState('PC manager is closed');
    if (track instanceof FakeLocalTrack) this.localTracks.set(track, source);
  }

  #unpublishTrack(track: LivekitLocalTrack | MediaStreamTrack, stopOnUnpublish: boolean): void {
    this.publishCalls += 1;
    if (!(track instanceof FakeLocalTrack)) return;
    if (stopOnUnpublish) track.stop();
    this.localTracks.delete(track);
  }

  async disconnect(stopTracks = true): Promise<void> {
    this.disconnects.push(stopTracks);
    await this.#network.leaving;
    if (this.state === 'disconnected') return;
    // A join that is held completes whatever is asked meanwhile: the worst that a disconnect can come too early for.
    if (this.state === 'connecting' && this.#network.joinHeld !== undefined) return;
    if (this.state === 'connecting')
      this.#failConnect(ConnectionError.cancelled('Client initiated disconnect'));
    this.#network.exit(this);
    this.end(DisconnectReason.CLIENT_INITIATED, stopTracks);
  }

  /** What the SDK does when it is over, whoever ended it. */
  end(reason: DisconnectReason | undefined, stopTracks = this.options?.stopLocalTrackOnUnpublish): void {
    if (this.state === 'disconnected') return;
    for (const track of this.localTracks.keys()) if (stopTracks) track.stop();
    this.localTracks.clear();
    this.state = 'disconnected';
    this.engine = undefined;
    this.remoteParticipants.clear();
    this.emit('disconnected', reason);
  }

  #publish(data: Uint8Array<ArrayBuffer>, options: object): Promise<void> {
    this.published.push({ data, options });
    this.#publisher ??=
      this.state === 'connected'
        ? Promise.resolve()
        : Promise.reject(new UnexpectedConnectionState('PC manager is closed'));
    return this.#handOver(this.#publisher, data, options);
  }

  async #handOver(publisher: Promise<void>, data: Uint8Array<ArrayBuffer>, options: object): Promise<void> {
    await publisher;
    await this.#network.answer();
    const { channel } = this;
    // A closed channel takes everything, says nothing and sends nothing.
    if (channel === undefined || channel.readyState !== 'open') return;
    // Read only now, as the SDK does: a buffer that its owner changed in the meantime would go out changed.
    channel.push(data.slice(), (packet) => this.#network.carry(this, packet, options));
    this.#refreshStatus();
    if (channel.bufferedAmount > HIGH_MARK_BYTES) await channel.drained();
  }

  #refreshStatus(): void {
    if (this.channel === undefined) return;
    const isLow = this.channel.bufferedAmount <= this.channel.bufferedAmountLowThreshold;
    if (isLow === this.#lastStatus) return;
    this.#lastStatus = isLow;
    this.emit('dcBufferStatusChanged', isLow, DataPacket_Kind.RELIABLE);
  }
}

/** A local track as the SDK's is: what it is given it enables, unless it is muted, and a mute is `enabled`. */
export class FakeLocalTrack implements LivekitLocalTrack {
  isMuted = false;
  monitors = true;
  isStopped = false;
  /** A fresh one whenever it is published. */
  sender = senderDouble();
  readonly publishOptions: NonNullable<LivekitLocalTrack['publishOptions']> = {};
  #mediaStreamTrack: MediaStreamTrack;

  constructor(
    readonly network: FakeNetwork,
    track: MediaStreamTrack,
    readonly userProvided: boolean,
  ) {
    this.#mediaStreamTrack = track;
    // Not in the turn of the constructor.
    void Promise.resolve().then(() => this.#sync());
  }

  get mediaStreamTrack(): MediaStreamTrack {
    return this.#mediaStreamTrack;
  }

  /** What the SDK does after a full reconnect: with a sender that knows what it published with. */
  republish(): void {
    const { videoEncoding, screenShareEncoding } = this.publishOptions;
    this.sender = senderDouble((videoEncoding ?? screenShareEncoding)?.maxBitrate);
  }

  async mute(): Promise<void> {
    this.#count();
    await Promise.resolve();
    this.isMuted = true;
    this.#sync();
  }

  async unmute(): Promise<void> {
    this.#count();
    await Promise.resolve();
    if (!this.isMuted) return;
    this.isMuted = false;
    this.#sync();
  }

  async replaceTrack(track: MediaStreamTrack, userProvidedTrack: boolean): Promise<void> {
    this.#count();
    await Promise.resolve();
    if (!this.userProvided || !userProvidedTrack) this.#mediaStreamTrack.stop();
    this.#mediaStreamTrack = track;
    this.#sync();
  }

  async getRTCStatsReport(): Promise<undefined> {}

  stop(): void {
    this.stopMonitor();
    this.isStopped = true;
    this.#mediaStreamTrack.stop();
  }

  stopMonitor(): void {
    this.monitors = false;
  }

  #sync(): void {
    this.#mediaStreamTrack.enabled = !this.isMuted;
  }

  #count(): void {
    const room = this.network.rooms.at(-1);
    if (room) room.publishCalls += 1;
  }
}

function senderDouble(
  most?: number,
): NonNullable<LivekitLocalTrack['sender']> & { readonly maxBitrate: number | undefined } {
  const encoding: RTCRtpEncodingParameters = most === undefined ? {} : { maxBitrate: most };
  let parameters = { encodings: [encoding] } as RTCRtpSendParameters;
  return {
    get maxBitrate() {
      return parameters.encodings[0]?.maxBitrate;
    },
    getParameters: () => structuredClone(parameters),
    async setParameters(given) {
      parameters = given;
    },
  };
}

/** A data channel whose uplink can be stopped. */
export class FakeChannel implements LivekitDataChannel {
  bufferedAmountLowThreshold = 65_536;
  readyState: RTCDataChannelState = 'open';
  stopped = false;
  readonly #waiting: { packet: Uint8Array; deliver: (packet: Uint8Array) => void }[] = [];
  readonly #onDrain: () => void;
  #drained: (() => void)[] = [];

  constructor(onDrain: () => void) {
    this.#onDrain = onDrain;
  }

  get bufferedAmount(): number {
    return this.#waiting.reduce((total, { packet }) => total + packet.byteLength, 0);
  }

  push(packet: Uint8Array, deliver: (packet: Uint8Array) => void): void {
    if (this.stopped) this.#waiting.push({ packet, deliver });
    else deliver(packet);
  }

  drained(): Promise<void> {
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  /** Lets this many packets go, as a slow uplink does. */
  release(count = this.#waiting.length): void {
    const wasLow = this.bufferedAmount <= this.bufferedAmountLowThreshold;
    for (const { packet, deliver } of this.#waiting.splice(0, count)) deliver(packet);
    if (wasLow || this.bufferedAmount > this.bufferedAmountLowThreshold) return;
    this.#onDrain();
    for (const resolve of this.#drained.splice(0)) resolve();
  }
}

let tracks = 0;

export function fakeTrack(
  kind: 'audio' | 'video',
  source?: LivekitRemoteTrack['source'],
): LivekitRemoteTrack {
  tracks += 1;
  return {
    kind,
    source: source ?? (kind === 'audio' ? 'microphone' : 'camera'),
    mediaStreamTrack: { id: `track ${tracks}`, kind } as MediaStreamTrack,
    getRTCStatsReport: async () => undefined,
  };
}
