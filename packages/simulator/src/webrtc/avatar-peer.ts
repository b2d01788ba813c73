import type { Signalling } from '@avatarwire/webrtc';

/** What the room wants to know of its peer. */
export interface AvatarPeerEvents {
  onPacket(data: Uint8Array): void;
  /** The visitor said goodbye or its connection is gone. */
  onGone(): void;
  onFailed(error: unknown): void;
}

export interface AvatarPeer {
  send(packet: Uint8Array<ArrayBuffer>): void;
  /** Whether media flows. Without it the visitor keeps the last picture. */
  showTracks(show: boolean): Promise<void>;
  /** What the visitor sends, as it arrives. */
  readonly received: readonly MediaStreamTrack[];
  close(): void;
}

/**
 * The avatar's end of one connection: a bare `RTCPeerConnection` that answers, sends its tracks and takes the
 * visitor's data channel. It shares no code with the adapter, so that two implementations meet.
 */
export function createAvatarPeer(
  signalling: Signalling,
  tracks: readonly MediaStreamTrack[],
  events: AvatarPeerEvents,
): AvatarPeer {
  const connection = new RTCPeerConnection();
  const senders = new Map<RTCRtpSender, MediaStreamTrack>();
  const { signal, abort } = closing();
  let channel: RTCDataChannel | undefined;
  let closed = false;

  /** Descriptions and candidates one after another, as they came. */
  let line: Promise<void> = Promise.resolve();
  const inLine = (step: () => Promise<void>): void => {
    line = line
      .then(() => (closed ? undefined : step()))
      .catch((error: unknown) => {
        if (!closed) events.onFailed(error);
      });
  };

  async function answer(offer: RTCSessionDescriptionInit): Promise<void> {
    await connection.setRemoteDescription(offer);
    if (senders.size === 0) {
      const stream = new MediaStream([...tracks]);
      // Each takes the place that the offer keeps for its kind.
      for (const track of tracks) senders.set(connection.addTrack(track, stream), track);
    }
    await connection.setLocalDescription();
    const local = connection.localDescription;
    if (local?.type === 'answer')
      await signalling.sendDescription({ type: 'answer', sdp: local.sdp }, { signal });
  }

  connection.onicecandidate = ({ candidate }) => {
    if (!closed) void signalling.sendCandidate(candidate?.toJSON() ?? null, { signal });
  };
  connection.onconnectionstatechange = () => {
    if (connection.connectionState === 'failed') events.onGone();
  };
  connection.ondatachannel = (opened) => {
    channel = opened.channel;
    channel.binaryType = 'arraybuffer';
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) events.onPacket(new Uint8Array(data));
      else if (typeof data === 'string') events.onPacket(new TextEncoder().encode(data));
    };
    channel.onclose = () => {
      if (!closed) events.onGone();
    };
  };
  void signalling.open(
    {
      description: (description) => inLine(() => answer(description)),
      candidate: (candidate) => inLine(() => connection.addIceCandidate(candidate ?? undefined)),
      ended: () => {
        if (!closed) events.onGone();
      },
      failed: (error) => events.onFailed(error),
    },
    { signal },
  );

  return {
    send(packet) {
      if (channel?.readyState === 'open') channel.send(packet);
    },
    get received() {
      return connection
        .getTransceivers()
        .filter(({ currentDirection }) => currentDirection === 'recvonly' || currentDirection === 'sendrecv')
        .map(({ receiver }) => receiver.track);
    },
    async showTracks(show) {
      await Promise.all([...senders].map(([sender, track]) => sender.replaceTrack(show ? track : null)));
    },
    close() {
      if (closed) return;
      closed = true;
      abort();
      connection.onicecandidate = null;
      connection.onconnectionstatechange = null;
      connection.ondatachannel = null;
      if (channel) {
        channel.onmessage = null;
        channel.onclose = null;
        channel.close();
      }
      connection.close();
      void signalling.close();
    },
  };
}

function closing(): { signal: AbortSignal; abort(): void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
