/**
 * `@avatarwire/simulator/page-rooms`: a page that gives rooms, and the avatars in them, to mock services in Node. For
 * browsers. Its other half is `createPageRooms` of `@avatarwire/simulator/services`.
 *
 * ```ts
 * const cloud = createAgoraCloud();
 * const host = await hostRooms(pagesUrl, {
 *   agora: transportRoom({
 *     provider: 'agora',
 *     transport: () => agora({ sdk: cloud.sdk }),
 *     credentials: (room, who) => cloud.credentials(room, who),
 *   }),
 *   webrtc: offeringRoom(),
 * });
 * ```
 */

export type { MockRoom as PageRoom, RoomEnd, RoomProvider, WantedRoom } from '../mock-room';
export {
  type HostRoomsOptions,
  hostRooms,
  type RoomHost,
  type RoomHostEnd,
  type RoomMaker,
  type RoomMakers,
} from './host-rooms';
export { type OfferingRoomOptions, offeringRoom } from './offering-room';
export { type TransportRoomOptions, transportRoom } from './transport-room';
