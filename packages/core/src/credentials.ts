/** What is needed to join, and where it comes from. Plain data, owned by core; adapters check what they are given. */

import type { CloseReason } from './session/close-reason';

/** Credentials by provider. An adapter from outside this repository adds its row by declaration merging. */
export interface ProviderCredentials {
  agora: {
    readonly appId: string;
    readonly channel: string;
    readonly token: string;
    readonly uid: number | string;
    readonly role?: 'host' | 'audience';
  };
  livekit: {
    /** `wss://…`, or `ws://…` on a loopback address. */
    readonly url: string;
    readonly token: string;
    /** Topic of packets to the avatar. Without one, packets carry no topic. */
    readonly sendTopic?: string;
    /** When given, packets of other topics are not delivered. */
    readonly receiveTopic?: string;
  };
  trtc: {
    readonly sdkAppId: number;
    readonly room: string | number;
    readonly userId: string;
    readonly userSig: string;
    /** 1 to 10. @default 1 */
    readonly cmdId?: number;
  };
  webrtc: {
    readonly iceServers?: RTCIceServer[];
    /** A remote offer, where the avatar's side offers first. */
    readonly offer?: RTCSessionDescriptionInit;
    /** Wanted length of the jitter buffer, 0 to 4000 ms, where the service advises one. */
    readonly jitterBufferTargetMs?: number;
  };
  memory: { readonly room: string };
}

export type Provider = keyof ProviderCredentials;

interface CommonDetails {
  /** Name of the avatar service, for example `akool`. */
  readonly service?: string;
  /** The service's id of the paid session, with which it is closed. */
  readonly sessionId?: string;
  /** The avatar's participant id. Without it, the first participant that shows video or sends a valid frame is taken. */
  readonly avatarId?: string;
  /** How long the service session lives, counted in milliseconds from the arrival of these details. */
  readonly expiresInMs?: number;
}

/** What is needed to join one service session over one provider. */
export type ConnectionDetails = {
  [P in Provider]: CommonDetails & { readonly provider: P; readonly credentials: ProviderCredentials[P] };
}[Provider];

/** Opens and closes service sessions: three calls to one's own backend, or a broker. */
export interface SessionSource {
  /**
   * Opens a service session for `provider`. After an {@link AvatarError} `network`, `connect-timeout` or
   * `credentials-refused`, and after what is no `AvatarError`, the next provider is tried; any other ends `connect()`.
   */
  open(
    wanted: { readonly provider: Provider },
    options: {
      readonly signal: AbortSignal;
      /**
       * For a source that hears of it: the service session has ended, and nobody here closed it. The session then ends
       * with `service-ended`, whatever its connection looks like, and closes it as any other.
       */
      readonly onGone?: () => void;
    },
  ): Promise<ConnectionDetails>;
  /**
   * Ends the paid session. Called exactly once for each details that `open` gave. With `keepalive` the page is going
   * away and the request must outlive it (`fetch(…, { keepalive: true })`).
   */
  close?(
    details: ConnectionDetails,
    options: { readonly reason: CloseReason; readonly keepalive: boolean },
  ): Promise<void>;
  /** What a service takes over REST. */
  call?(
    details: ConnectionDetails,
    action: string,
    body: unknown,
    options: { readonly signal: AbortSignal },
  ): Promise<unknown>;
}
