import { AvatarError, type Clock } from '@avatarwire/core';

export interface OfferingPeerOptions {
  readonly iceServers: RTCIceServer[];
  readonly tracks: readonly MediaStreamTrack[];
  /** Name of the data channel that it opens. Undefined: none. */
  readonly channel: string | undefined;
  readonly clock: Clock;
  onPacket(data: Uint8Array): void;
}

export interface OfferingPeer {
  /** Resolves with an offer that holds all candidates, or those found within `gatheringMs`. */
  offer(gatheringMs: number): Promise<RTCSessionDescriptionInit>;
  acceptAnswer(answer: RTCSessionDescriptionInit): Promise<void>;
  addCandidate(candidate: RTCIceCandidateInit): Promise<void>;
  /** As text. Dropped while the channel is not open. */
  send(packet: Uint8Array): void;
  close(): void;
}

/** Far more than a browser finds. */
const MOST_EARLY_CANDIDATES = 100;

/**
 * The avatar's end of one connection: a bare `RTCPeerConnection` that offers once. It shares no code with the adapter,
 * so that two implementations meet.
 */
export function createOfferingPeer({
  iceServers,
  tracks,
  channel: label,
  clock,
  onPacket,
}: OfferingPeerOptions): OfferingPeer {
  const connection = createConnection(iceServers);
  const stream = new MediaStream([...tracks]);
  for (const track of tracks) connection.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
  const channel = label === undefined ? undefined : connection.createDataChannel(label);
  if (channel) {
    channel.binaryType = 'arraybuffer';
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) onPacket(new Uint8Array(data));
      else if (typeof data === 'string') onPacket(new TextEncoder().encode(data));
    };
  }
  const early: RTCIceCandidateInit[] = [];
  let answered = false;
  let closed = false;

  const checkOpen = (): void => {
    if (closed) throw new AvatarError('session-gone', 'This avatar has hung up.', { provider: 'webrtc' });
  };
  const refused = (message: string, cause?: unknown) =>
    new AvatarError('invalid-argument', message, {
      provider: 'webrtc',
      ...(cause !== undefined && { cause }),
    });

  return {
    async offer(gatheringMs) {
      await connection.setLocalDescription();
      await gathered(connection, clock, gatheringMs);
      checkOpen();
      return { type: 'offer', sdp: connection.localDescription?.sdp ?? '' };
    },
    async acceptAnswer(answer) {
      checkOpen();
      if (answered) throw refused('The offer has been answered already.');
      answered = true;
      try {
        await connection.setRemoteDescription(answer);
      } catch (cause) {
        answered = false;
        throw refused('The browser refuses this answer: see `cause`.', cause);
      }
      // Whoever sent them has been told that they are taken; the browser does without one that it does not like.
      for (const candidate of early.splice(0)) await connection.addIceCandidate(candidate).catch(() => {});
    },
    async addCandidate(candidate) {
      checkOpen();
      if (!connection.remoteDescription) {
        if (early.length >= MOST_EARLY_CANDIDATES) throw refused('Too many candidates before the answer.');
        early.push({ ...candidate });
        return;
      }
      try {
        await connection.addIceCandidate(candidate);
      } catch (cause) {
        throw refused('The browser refuses this candidate: see `cause`.', cause);
      }
    },
    send(packet) {
      if (channel?.readyState === 'open') channel.send(new TextDecoder().decode(packet));
    },
    close() {
      if (closed) return;
      closed = true;
      if (channel) {
        channel.onmessage = null;
        channel.close();
      }
      connection.close();
    },
  };
}

function createConnection(iceServers: RTCIceServer[]): RTCPeerConnection {
  try {
    return new RTCPeerConnection({ iceServers });
  } catch (cause) {
    throw new AvatarError(
      'invalid-argument',
      'iceServers must be what RTCPeerConnection takes: see `cause`.',
      {
        provider: 'webrtc',
        cause,
      },
    );
  }
}

/** Resolves when all candidates are found, and after `ms` at the latest. */
async function gathered(connection: RTCPeerConnection, clock: Clock, ms: number): Promise<void> {
  if (connection.iceGatheringState === 'complete') return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      cancel();
      connection.onicegatheringstatechange = null;
      resolve();
    };
    const cancel = clock.schedule(done, ms);
    connection.onicegatheringstatechange = () => {
      if (connection.iceGatheringState === 'complete') done();
    };
  });
}
