/**
 * What the mock services in Node and a page that gives rooms say to each other. Orders go to the page as lines of JSON in
 * one long answer to `POST host`; what came of each goes back by `POST answer`.
 */

import type { MockRoom, RoomEnd, RoomProvider, WantedRoom } from '../mock-room';

export const PROVIDERS: readonly RoomProvider[] = ['agora', 'livekit', 'trtc', 'webrtc'];

/** What a room may be told, besides to end. */
export const DEEDS = ['speak', 'answer', 'acceptAnswer', 'addCandidate'] as const;
export type Deed = (typeof DEEDS)[number];

/** The first body of a page. */
export interface HostRequest {
  readonly name?: string;
  readonly providers: readonly RoomProvider[];
}

/** A room is named by Node; ids of services may meet. */
export type Order =
  | { readonly kind: 'hello'; readonly host: string }
  | { readonly kind: 'make'; readonly call: number; readonly room: string; readonly wanted: WantedRoom }
  | {
      readonly kind: 'do';
      readonly call: number;
      readonly room: string;
      readonly deed: Deed;
      /** As the deed takes it. */
      readonly value: unknown;
    }
  | { readonly kind: 'leave'; readonly call: number; readonly room: string; readonly why: RoomEnd }
  /** Another page has taken this one's name. */
  | { readonly kind: 'replaced' };

/** What came of an order. */
export interface OrderAnswer {
  readonly host: string;
  readonly call: number;
  /** Of a `make`. */
  readonly room?: RoomDescription;
  /** Why it could not be done. */
  readonly error?: string;
}

/** A room as it crosses over. */
export interface RoomDescription
  extends Pick<MockRoom, 'credentials' | 'avatarId' | 'visitorId' | 'roomName' | 'agentToken'> {
  readonly deeds: readonly Deed[];
}

export const LONGEST_TEXT = 500;
