/** Another tab, as it would be written by somebody who knows the channel's messages and nothing of the adapter. */

/** Whose channel and whose peer connections: those of Node, of a page, of another document. */
export interface Realm {
  readonly BroadcastChannel: typeof BroadcastChannel;
  readonly RTCPeerConnection?: typeof RTCPeerConnection;
}

export interface SeenLeg {
  readonly from: string;
  readonly leg: string;
  readonly source: 'microphone' | 'camera' | 'screen';
  readonly peer: RTCPeerConnection;
}

interface RawMessage {
  readonly avatarwire?: unknown;
  readonly from: string;
  readonly tab: string;
  readonly since: number;
  readonly type: string;
  readonly asks?: boolean;
  readonly to?: string;
  readonly data: Uint8Array;
  readonly leg: string;
  readonly source: SeenLeg['source'];
  readonly sdp: string;
}

export class RawTab {
  readonly received: Uint8Array[] = [];
  /** What it gets, by the sender's id and leg. */
  readonly seen = new Map<string, SeenLeg>();
  /** Everything else that was posted while it was there. */
  readonly heard: RawMessage[] = [];
  readonly name: string;
  readonly #realm: Realm;
  readonly #channel: BroadcastChannel;
  readonly #own: object;
  readonly #given = new Map<string, { readonly leg: string; readonly peer: RTCPeerConnection }[]>();
  readonly #tracks = new Map<'microphone' | 'camera', MediaStreamTrack>();
  readonly #others = new Set<string>();
  #legs = 0;
  #isGone = false;

  constructor(realm: Realm, room: string, name: string, tab = `tab of ${name}`) {
    this.name = name;
    this.#realm = realm;
    this.#own = { avatarwire: 1, from: name, tab, since: Date.now() };
    this.#channel = new realm.BroadcastChannel(`avatarwire:${room}`);
    this.#channel.onmessage = ({ data }) => {
      this.#hear(data as RawMessage).catch((error: unknown) => {
        // What was negotiated when it went is nobody's business.
        if (!this.#isGone) throw error;
      });
    };
    this.post({ type: 'here', asks: true });
  }

  /** Anything, under its name. */
  post(said: object): void {
    this.#channel.postMessage({ ...this.#own, ...said });
  }

  send(data: Uint8Array, to?: string): void {
    this.post({ type: 'packet', data, ...(to !== undefined && { to }) });
  }

  async publish(source: 'microphone' | 'camera', track: MediaStreamTrack): Promise<void> {
    this.#tracks.set(source, track);
    await Promise.all([...this.#others].map((id) => this.#offer(id, source, track)));
  }

  unpublish(source: 'microphone' | 'camera'): void {
    this.#tracks.delete(source);
    for (const [to, legs] of this.#given)
      for (const { leg, peer } of legs.filter((each) => each.leg.startsWith(source))) {
        peer.close();
        this.post({ type: 'end', to, leg });
      }
  }

  leave(): void {
    this.post({ type: 'bye' });
    this.die();
  }

  /** Without a word. */
  die(): void {
    this.#isGone = true;
    this.#channel.close();
    for (const legs of this.#given.values()) for (const { peer } of legs) peer.close();
    for (const { peer } of this.seen.values()) peer.close();
  }

  async #hear(message: RawMessage): Promise<void> {
    const { from, type, to } = message;
    if (message.avatarwire !== 1 || from === this.name) return;
    if (type === 'bye') {
      this.#others.delete(from);
      for (const [key, { peer }] of this.seen)
        if (key.startsWith(`${from} `)) {
          peer.close();
          this.seen.delete(key);
        }
      return;
    }
    const isNew = !this.#others.has(from);
    this.#others.add(from);
    if (type === 'here') {
      if (message.asks) this.post({ type: 'here', asks: false });
      if (isNew) for (const [source, track] of this.#tracks) await this.#offer(from, source, track);
      return;
    }
    if (to !== undefined && to !== this.name) return;
    this.heard.push(message);
    if (type === 'packet') this.received.push(message.data);
    else if (type === 'offer') await this.#answer(message);
    else if (type === 'answer') {
      const given = this.#given.get(from)?.find(({ leg }) => leg === message.leg);
      await given?.peer.setRemoteDescription({ type: 'answer', sdp: message.sdp });
    } else if (type === 'end') {
      this.seen.get(`${from} ${message.leg}`)?.peer.close();
      this.seen.delete(`${from} ${message.leg}`);
    }
  }

  async #offer(to: string, source: 'microphone' | 'camera', track: MediaStreamTrack): Promise<void> {
    this.#legs += 1;
    const leg = `${source} ${this.#legs}`;
    const peer = this.#makePeer();
    this.#given.set(to, [...(this.#given.get(to) ?? []), { leg, peer }]);
    peer.addTransceiver(track, { direction: 'sendonly' });
    await peer.setLocalDescription();
    await untilGathered(peer);
    if (peer.localDescription) this.post({ type: 'offer', to, leg, source, sdp: peer.localDescription.sdp });
  }

  async #answer({ from, leg, source, sdp }: RawMessage): Promise<void> {
    const peer = this.#makePeer();
    this.seen.set(`${from} ${leg}`, { from, leg, source, peer });
    await peer.setRemoteDescription({ type: 'offer', sdp });
    await peer.setLocalDescription();
    await untilGathered(peer);
    if (peer.localDescription) this.post({ type: 'answer', to: from, leg, sdp: peer.localDescription.sdp });
  }

  #makePeer(): RTCPeerConnection {
    const { RTCPeerConnection: Peer } = this.#realm;
    if (Peer === undefined) throw new Error('There is no WebRTC here.');
    return new Peer();
  }
}

async function untilGathered(peer: RTCPeerConnection): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = () => {
      if (peer.iceGatheringState === 'complete') resolve();
    };
    peer.addEventListener('icegatheringstatechange', look);
    look();
  });
}
