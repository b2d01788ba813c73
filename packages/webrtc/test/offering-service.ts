/**
 * A service that offers and is signalled to over REST, for tests in a browser: a real RTCPeerConnection behind a `call`.
 * Nothing of the adapter is in it. It is strict: as its peer connection does, it refuses a candidate that comes before
 * the answer.
 */

import type { ConnectOptions, ProviderCredentials } from '@avatarwire/core';

export interface OfferingService {
  readonly connection: RTCPeerConnection;
  readonly credentials: ProviderCredentials['webrtc'] & { readonly offer: RTCSessionDescriptionInit };
  readonly call: NonNullable<ConnectOptions['call']>;
  /** Candidates that it has taken. */
  readonly candidates: RTCIceCandidateInit[];
  /** What came on the channel, as text. */
  readonly heard: string[];
  /** Opens the channel that it has kept back. */
  openChannel(): RTCDataChannel;
  close(): void;
}

export interface OfferingServiceOptions {
  readonly tracks?: readonly MediaStreamTrack[];
  /** `late`: the offer speaks of channels, and none is open before `openChannel()`. @default 'at-once' */
  readonly channel?: 'at-once' | 'late' | 'never';
  /** Where the offer names no path, the visitor's candidates alone make a connection. @default true */
  readonly namesPaths?: boolean;
  /** Awaited while a call is on its way to the service. */
  outward?(action: string): Promise<unknown> | undefined;
  /** Awaited while what it answers is on its way back. */
  homeward?(action: string): Promise<unknown> | undefined;
}

export async function startOfferingService(options: OfferingServiceOptions = {}): Promise<OfferingService> {
  const { tracks = [], channel: wish = 'at-once', namesPaths = true } = options;
  const connection = new RTCPeerConnection();
  const candidates: RTCIceCandidateInit[] = [];
  const heard: string[] = [];
  const stream = new MediaStream([...tracks]);
  for (const track of tracks) connection.addTransceiver(track, { direction: 'sendonly', streams: [stream] });

  function openChannel(): RTCDataChannel {
    const channel = connection.createDataChannel('service');
    channel.binaryType = 'arraybuffer';
    channel.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      heard.push(typeof data === 'string' ? data : new TextDecoder().decode(data));
    };
    return channel;
  }
  if (wish === 'at-once') openChannel();
  // Both ends would have to make it, so that nobody hears of it; but the offer speaks of channels.
  else if (wish === 'late') connection.createDataChannel('unheard-of', { negotiated: true, id: 500 });

  const allFound = new Promise<void>((resolve) => {
    connection.onicegatheringstatechange = () => {
      if (connection.iceGatheringState === 'complete') resolve();
    };
  });
  await connection.setLocalDescription();
  await allFound;
  const sdp = connection.localDescription?.sdp ?? '';

  const actions: Record<string, (body: unknown) => Promise<void>> = {
    async answer(body) {
      const { sdp: answer } = body as { sdp: RTCSessionDescriptionInit };
      await connection.setRemoteDescription(answer);
    },
    async ice(body) {
      const { candidate } = body as { candidate: RTCIceCandidateInit };
      await connection.addIceCandidate(candidate);
      candidates.push(candidate);
    },
  };

  return {
    connection,
    credentials: {
      offer: {
        type: 'offer',
        sdp: namesPaths ? sdp : sdp.replace(/^a=(candidate:.*|end-of-candidates)\r\n/gm, ''),
      },
    },
    async call(action, body) {
      const sent: unknown = JSON.parse(JSON.stringify(body));
      await options.outward?.(action);
      await actions[action]?.(sent);
      await options.homeward?.(action);
      return {};
    },
    candidates,
    heard,
    openChannel,
    close: () => connection.close(),
  };
}
