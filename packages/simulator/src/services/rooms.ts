/** The room behind a service session: where the avatar is, and what lets the visitor in. */

import type { ProviderCredentials } from '@avatarwire/core';
import type { Fields, ServiceName, ServiceRefusal } from './call';

export type RoomProvider = 'agora' | 'livekit' | 'trtc' | 'webrtc';

/** What was ordered. */
export interface WantedRoom {
  readonly service: Exclude<ServiceName, 'model'>;
  /** The service's id of the session. */
  readonly id: string;
  readonly provider: RoomProvider;
  readonly avatarId: string;
  /** How long the session lives at most, in seconds. */
  readonly durationSeconds: number;
  /** The body of the create request, as it came. */
  readonly request: Fields;
  /** Bring your own room: its credentials as the request spells them. */
  readonly ownRoom?: Fields;
}

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
  close(why: 'closed' | 'expired' | 'failed' | 'shut-down'): void | Promise<void>;
  /** Says the text as it is: for services that take it over REST. */
  speak?(text: string): void | Promise<void>;
  /** Answers the text. */
  answer?(text: string): void | Promise<void>;
  /** The visitor's answer to the offer among `credentials`. */
  acceptAnswer?(answer: { readonly type: 'answer'; readonly sdp: string }): void | Promise<void>;
  addCandidate?(candidate: RTCIceCandidateInit): void | Promise<void>;
}

/**
 * Makes a room for each session. Undefined leaves the room to the mock: credentials that look right and lead nowhere.
 * When it rejects, the service fails to create the session, and charges nothing.
 */
export type MockRooms = (wanted: WantedRoom) => MockRoom | undefined | Promise<MockRoom | undefined>;

/**
 * Work in a room, or the making of one. Rooms are the caller's: what fails there is told to `onRoomFault`, and the
 * service refuses.
 */
export async function inRoom<T>(
  work: () => T | Promise<T>,
  refusal: () => ServiceRefusal,
  onRoomFault: (error: unknown) => void,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    onRoomFault(error);
    throw refusal();
  }
}
