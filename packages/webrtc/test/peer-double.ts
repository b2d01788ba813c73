/**
 * A peer connection that does what a test says, typed as the slice that the adapter calls. It keeps the rules of
 * W3C WebRTC 1.0 on signalling states and on when a channel may send; nothing travels.
 */

import type { DataChannelPort, PeerConnectionPort, TransceiverPort } from '../src/index';

export class EventsDouble {
  readonly #listeners: { readonly type: string; readonly listener: (event: Event) => void }[] = [];

  addEventListener(type: string, listener: (event: Event) => void): void {
    this.#listeners.push({ type, listener });
  }

  removeEventListener(type: string, listener: (event: Event) => void): void {
    const index = this.#listeners.findIndex((known) => known.type === type && known.listener === listener);
    if (index >= 0) this.#listeners.splice(index, 1);
  }

  get listenerCount(): number {
    return this.#listeners.length;
  }

  emit(type: string, fields: object = {}): void {
    const event = Object.assign(new Event(type), fields);
    for (const known of [...this.#listeners]) if (known.type === type) known.listener(event);
  }
}

export class ChannelDouble extends EventsDouble implements DataChannelPort {
  readonly ordered: boolean;
  readonly maxRetransmits: number | null;
  readonly maxPacketLifeTime = null;
  readyState: RTCDataChannelState = 'connecting';
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  binaryType: BinaryType = 'blob';
  readonly sent: Uint8Array[] = [];
  failNextSend: Error | undefined;

  constructor(
    readonly label: string,
    readonly init: RTCDataChannelInit = {},
  ) {
    super();
    this.ordered = init.ordered ?? true;
    this.maxRetransmits = init.maxRetransmits ?? null;
  }

  send(data: Uint8Array<ArrayBuffer>): void {
    const failure = this.failNextSend;
    this.failNextSend = undefined;
    if (failure) throw failure;
    if (this.readyState !== 'open') throw new DOMException('not open', 'InvalidStateError');
    this.sent.push(data.slice());
    this.bufferedAmount += data.byteLength;
  }

  close(): void {
    this.readyState = 'closed';
  }

  open(): void {
    this.readyState = 'open';
    this.emit('open');
  }

  /** The buffer empties down to `bytes`; the event comes as it does in browsers, when the mark is crossed. */
  drainTo(bytes: number): void {
    const wasAbove = this.bufferedAmount > this.bufferedAmountLowThreshold;
    this.bufferedAmount = bytes;
    if (wasAbove && bytes <= this.bufferedAmountLowThreshold) this.emit('bufferedamountlow');
  }
}

export interface TrackDouble extends MediaStreamTrack {
  readyState: MediaStreamTrackState;
  readonly clones: TrackDouble[];
  clone(): TrackDouble & EventsDouble;
}

/** As much of a track as the adapter looks at. */
export function createTrackDouble(kind: 'audio' | 'video'): TrackDouble & EventsDouble {
  const clones: TrackDouble[] = [];
  const track = Object.assign(new EventsDouble(), {
    kind,
    id: `${kind}-track`,
    enabled: true,
    readyState: 'live',
    clones,
    getConstraints: () => ({}),
    async applyConstraints() {},
    clone() {
      const clone = createTrackDouble(kind);
      clones.push(clone);
      return clone;
    },
    stop() {
      track.readyState = 'ended';
    },
  }) as TrackDouble & EventsDouble;
  return track;
}

export interface TransceiverDouble extends TransceiverPort {
  currentDirection: RTCRtpTransceiverDirection | null;
  /** What its sender was given, the last one last. */
  readonly sent: (MediaStreamTrack | null)[];
  /** What its sender may send at most, in bits a second. */
  readonly maxBitrate: number | undefined;
}

export function createTransceiverDouble(
  kind: 'audio' | 'video',
  direction: RTCRtpTransceiverDirection = 'sendrecv',
): TransceiverDouble {
  const sent: (MediaStreamTrack | null)[] = [];
  let parameters = { encodings: [{}] } as RTCRtpSendParameters;
  return {
    direction,
    currentDirection: null,
    receiver: { track: createTrackDouble(kind) },
    sent,
    get maxBitrate() {
      return parameters.encodings[0]?.maxBitrate;
    },
    sender: {
      replaceTrack: async (track) => void sent.push(track),
      getParameters: () => structuredClone(parameters),
      async setParameters(given) {
        parameters = given;
      },
    },
  };
}

export class PeerDouble extends EventsDouble implements PeerConnectionPort {
  connectionState: RTCPeerConnectionState = 'new';
  signalingState: RTCSignalingState = 'stable';
  localDescription: RTCSessionDescriptionInit | null = null;
  remoteDescription: RTCSessionDescriptionInit | null = null;
  sctp: { maxMessageSize: number } | null = { maxMessageSize: 262_144 };
  transceivers: TransceiverPort[] = [];
  readonly channels: ChannelDouble[] = [];
  readonly candidates: (RTCIceCandidateInit | undefined)[] = [];
  readonly added: { readonly kind: string; readonly init: RTCRtpTransceiverInit }[] = [];
  /** By `addTransceiver`. */
  readonly made: TransceiverDouble[] = [];
  stats: unknown[] = [];
  restarts = 0;
  closed = false;
  /** What the next description is refused with. */
  refuse: Error | undefined;

  constructor(readonly configuration: RTCConfiguration = {}) {
    super();
  }

  addTransceiver(kind: 'audio' | 'video', init: RTCRtpTransceiverInit): TransceiverDouble {
    this.added.push({ kind, init });
    const made = createTransceiverDouble(kind, init.direction);
    this.made.push(made);
    return made;
  }

  getTransceivers(): TransceiverPort[] {
    return this.transceivers;
  }

  createDataChannel(label: string, init: RTCDataChannelInit): ChannelDouble {
    const channel = new ChannelDouble(label, init);
    this.channels.push(channel);
    return channel;
  }

  async setLocalDescription(): Promise<void> {
    if (this.closed) throw new DOMException('closed', 'InvalidStateError');
    const type = this.signalingState === 'have-remote-offer' ? 'answer' : 'offer';
    this.localDescription = {
      type,
      sdp: `v=0\r\na=ice-ufrag:local${this.restarts}\r\na=ice-pwd:local-password\r\n`,
    };
    this.signalingState = type === 'offer' ? 'have-local-offer' : 'stable';
  }

  async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    const refuse = this.refuse;
    this.refuse = undefined;
    if (refuse) throw refuse;
    if (this.closed) throw new DOMException('closed', 'InvalidStateError');
    this.remoteDescription = description;
    this.signalingState = description.type === 'offer' ? 'have-remote-offer' : 'stable';
  }

  async addIceCandidate(candidate?: RTCIceCandidateInit): Promise<void> {
    if (!this.remoteDescription) throw new DOMException('no remote description', 'InvalidStateError');
    this.candidates.push(candidate);
  }

  restartIce(): void {
    this.restarts += 1;
  }

  async getStats(): Promise<Map<string, unknown>> {
    return new Map(this.stats.map((entry, index) => [String(index), entry]));
  }

  close(): void {
    this.closed = true;
    this.connectionState = 'closed';
  }

  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.emit('connectionstatechange');
  }

  find(candidate: string | null): void {
    this.emit('icecandidate', { candidate: candidate === null ? null : { toJSON: () => ({ candidate }) } });
  }

  /** Ours and those of its channels and tracks. */
  get allListeners(): number {
    return this.listenerCount + this.channels.reduce((total, channel) => total + channel.listenerCount, 0);
  }
}

/** A description of the other end, with its own user fragment. */
export function remoteDescription(type: 'offer' | 'answer', fragment = 'far0'): RTCSessionDescriptionInit {
  return { type, sdp: `v=0\r\na=ice-ufrag:${fragment}\r\na=ice-pwd:far-password\r\n` };
}
