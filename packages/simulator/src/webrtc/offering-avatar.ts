import type { ProviderCredentials } from '@avatarwire/core';
import type { SimulatedAvatar } from '../avatar';
import { checkWhole, createFigure, type FigureOptions, toFigureSettings } from '../figure';
import { createOfferingPeer, type OfferingPeer } from './offering-peer';

export interface OfferingAvatarOptions extends FigureOptions {
  /** For both ends: the avatar's own connection, and the visitor's by way of the credentials. @default [] */
  readonly iceServers?: RTCIceServer[];
  /** What the credentials advise the visitor, 0 to 4000 ms. @default nothing */
  readonly jitterBufferTargetMs?: number;
  /** Name of the data channel that the avatar opens; `false`: it opens none. @default 'avatar' */
  readonly channel?: string | false;
  /** How long the avatar waits for its own candidates before it offers without the rest, in milliseconds. @default 2000 */
  readonly gatheringMs?: number;
}

/** The avatar's side of one service session whose service makes the offer. */
export interface OfferingAvatar {
  /** For the visitor: the offer holds every candidate of the avatar, so that nothing of it comes later. */
  readonly credentials: ProviderCredentials['webrtc'] & { readonly offer: RTCSessionDescriptionInit };
  readonly avatar: SimulatedAvatar;
  /**
   * The visitor's answer: one, for good.
   *
   * @throws AvatarError `invalid-argument` for a second one, or one that the browser refuses; `session-gone` once closed
   */
  acceptAnswer(answer: { readonly type: 'answer'; readonly sdp: string }): Promise<void>;
  /**
   * A candidate of the visitor. One that comes before the answer is kept until that is there.
   *
   * @throws AvatarError `invalid-argument` where the browser refuses it, or too many came before the answer;
   * `session-gone` once closed
   */
  addCandidate(candidate: RTCIceCandidateInit): Promise<void>;
  /** Hangs up and ends everything. Any number of times. */
  close(): Promise<void>;
}

/** WebRTC knows no participants; this is the visitor's name in what the avatar hears. */
const VISITOR = 'visitor';

/**
 * An avatar that lives in the page and **offers**, as HeyGen's first service does: a real `RTCPeerConnection` with a
 * drawn face and a synthesised voice, which opens the data channel itself and sends text on it. Its offer goes out once;
 * the visitor's answer and candidates are handed in one at a time, as they come over REST.
 *
 * ```ts
 * const offering = await startOfferingAvatar({ avatar: { dialect: 'heygen' } });
 * const call = async (action: string, body: any) =>
 *   action === 'answer' ? offering.acceptAnswer(body.sdp) : offering.addCandidate(body.candidate);
 * await webrtc().connect(offering.credentials, { signal, logger, call });
 * ```
 *
 * Plain WebRTC has no room: an avatar that leaves has hung up, and does not come back.
 *
 * @throws AvatarError `invalid-argument`, naming the option; `unsupported` where the browser cannot make the tracks
 */
export async function startOfferingAvatar(options: OfferingAvatarOptions = {}): Promise<OfferingAvatar> {
  const { iceServers = [], jitterBufferTargetMs, channel = 'avatar', gatheringMs = 2_000 } = options;
  const settings = toFigureSettings(options);
  checkWhole('gatheringMs', gatheringMs, 1, 2 ** 31 - 1);
  if (jitterBufferTargetMs !== undefined) checkWhole('jitterBufferTargetMs', jitterBufferTargetMs, 0, 4_000);

  const listeners = new Set<(packet: { data: Uint8Array; from: string }) => void>();
  let peer: OfferingPeer | undefined;
  const figure = createFigure(settings, {
    send: (packet) => peer?.send(packet),
    onPacket(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    leave: () => peer?.close(),
  });

  async function close(): Promise<void> {
    peer?.close();
    listeners.clear();
    await figure.close();
  }

  try {
    const made = createOfferingPeer({
      iceServers,
      tracks: [figure.face, figure.voice],
      channel: channel === false ? undefined : channel,
      clock: settings.clock,
      onPacket(data) {
        for (const listener of [...listeners]) listener({ data, from: VISITOR });
      },
    });
    peer = made;
    const offer = await made.offer(gatheringMs);
    return {
      credentials: { iceServers, offer, ...(jitterBufferTargetMs !== undefined && { jitterBufferTargetMs }) },
      avatar: figure.avatar,
      acceptAnswer: made.acceptAnswer,
      addCandidate: made.addCandidate,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
