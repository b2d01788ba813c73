/** The far end of these tests: a real RTCPeerConnection driven by hand. Nothing of the adapter is in it. */

import type { Signalling } from '../src/index';

export interface RawPeer {
  readonly connection: RTCPeerConnection;
  /** Set once there is one. */
  readonly channel: RTCDataChannel | undefined;
  /** What arrived, in order. */
  readonly received: Uint8Array[];
  /** Resolves when the channel is open. */
  readonly open: Promise<RTCDataChannel>;
  /** The other end said goodbye, or its channel closed. */
  readonly left: boolean;
  readonly gone: Promise<void>;
  /** Offers, once any earlier description is settled. Resolves when answered. */
  offer(): Promise<void>;
  /** Stops listening and closes. */
  close(): void;
}

export interface RawPeerOptions {
  readonly offers?: boolean;
  /** Opens the channel itself, instead of waiting for the other end's. */
  readonly channel?: { readonly label: string; readonly init?: RTCDataChannelInit };
  readonly tracks?: readonly MediaStreamTrack[];
  /** Said before anything else, as soon as the channel is open. */
  readonly greeting?: readonly Uint8Array<ArrayBuffer>[];
  /** Asked before each offer of the other end is answered: whether its tracks are taken. */
  takesTracks?(): boolean;
  /** Awaited before each description of its own. */
  gate?(): Promise<void> | undefined;
}

/** Connects the peer to one end of a signalling. */
export function createRawPeer(signalling: Signalling, options: RawPeerOptions = {}): RawPeer {
  const connection = new RTCPeerConnection();
  const abort = new AbortController();
  const { signal } = abort;
  const received: Uint8Array[] = [];
  let channel: RTCDataChannel | undefined;
  let left = false;
  let leave = () => {};
  const gone = new Promise<void>((resolve) => {
    leave = () => {
      left = true;
      resolve();
    };
  });
  let incoming: Promise<unknown> = Promise.resolve();

  const open = new Promise<RTCDataChannel>((resolve) => {
    const use = (used: RTCDataChannel) => {
      channel = used;
      used.binaryType = 'arraybuffer';
      used.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => {
        received.push(typeof data === 'string' ? new TextEncoder().encode(data) : new Uint8Array(data));
      };
      used.onclose = leave;
      const opened = () => {
        used.onopen = null;
        for (const word of options.greeting ?? []) used.send(word);
        resolve(used);
      };
      if (used.readyState === 'open') opened();
      else used.onopen = opened;
    };
    if (options.channel) use(connection.createDataChannel(options.channel.label, options.channel.init));
    else connection.ondatachannel = (event) => use(event.channel);
  });
  for (const track of options.tracks ?? []) connection.addTrack(track, new MediaStream([track]));

  connection.onicecandidate = ({ candidate }) => {
    void signalling.sendCandidate(candidate?.toJSON() ?? null, { signal });
  };

  const say = async () => {
    await options.gate?.();
    if (signal.aborted) return;
    await connection.setLocalDescription();
    const { type, sdp } = connection.localDescription as RTCSessionDescription;
    if (type === 'offer' || type === 'answer') await signalling.sendDescription({ type, sdp }, { signal });
  };

  void signalling.open(
    {
      description(description) {
        incoming = incoming.then(async () => {
          if (signal.aborted) return;
          await connection.setRemoteDescription(description);
          if (description.type !== 'offer') return;
          if (options.takesTracks?.() === false) refuseTracks(connection);
          await say();
        });
      },
      candidate(candidate) {
        incoming = incoming.then(() => connection.addIceCandidate(candidate ?? undefined).catch(() => {}));
      },
      ended: leave,
      failed() {},
    },
    { signal },
  );
  if (options.offers) void say();

  return {
    connection,
    get channel() {
      return channel;
    },
    received,
    open,
    get left() {
      return left;
    },
    gone,
    async offer() {
      await stable(connection);
      await say();
      await stable(connection);
    },
    close() {
      abort.abort();
      connection.onicecandidate = null;
      connection.ondatachannel = null;
      connection.close();
    },
  };
}

function refuseTracks(connection: RTCPeerConnection): void {
  for (const transceiver of connection.getTransceivers()) {
    if (transceiver.direction === 'recvonly') transceiver.direction = 'inactive';
  }
}

async function stable(connection: RTCPeerConnection): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = () => {
      if (connection.signalingState !== 'stable' && connection.signalingState !== 'closed') return;
      connection.removeEventListener('signalingstatechange', look);
      resolve();
    };
    connection.addEventListener('signalingstatechange', look);
    look();
  });
}
