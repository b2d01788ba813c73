/** The room behind a service session: where the avatar is, and what lets the visitor in. Known in Node and in a page. */

import type { ProviderCredentials } from '@avatarwire/core';

export type RoomProvider = 'agora' | 'livekit' | 'trtc' | 'webrtc';

/** What was ordered. */
export interface WantedRoom {
  readonly service: 'akool' | 'a2e' | 'heygen' | 'liveavatar';
  /** The service's id of the session. */
  readonly id: string;
  readonly provider: RoomProvider;
  readonly avatarId: string;
  /** How long the session lives at most, in seconds. */
  readonly durationSeconds: number;
  /** The body of the create request, as it came. */
  readonly request: Readonly<Record<string, unknown>>;
  /** Bring your own room: its credentials as the request spells them. */
  readonly ownRoom?: Readonly<Record<string, unknown>>;
}

/** Why a room is left. */
export type RoomEnd = 'closed' | 'expired' | 'failed' | 'shut-down';

export interface MockRoom {
  /** For the visitor, of the provider that was ordered. */
  readonly credentials: ProviderCredentials[RoomProvider];
  /** The avatar's participant id, where the service names it. */
  readonly avatarId?: string;
  /** The visitor's own identity, where the service names it. */
  readonly visitorId?: string;
  readonly roomName?: string;
  /** For an agent of the caller's own, where the service lets one in (LiveAvatar LITE). */
  readonly agentToken?: string;
  /** The session is over: the avatar leaves. Called once. */
  close(why: RoomEnd): void | Promise<void>;
  /** Says the text as it is: for services that take it over REST. */
  speak?(text: string): void | Promise<void>;
  /** Answers the text. */
  answer?(text: string): void | Promise<void>;
  /** The visitor's answer to the offer among `credentials`. */
  acceptAnswer?(answer: { readonly type: 'answer'; readonly sdp: string }): void | Promise<void>;
  addCandidate?(candidate: RTCIceCandidateInit): void | Promise<void>;
}
