/**
 * `@avatarwire/simulator/services`: mock services over HTTP, for Node, on this machine only.
 *
 * ```ts
 * const mock = await startMockServices();
 * // point the application at mock.urls.akool, with the key mock.keys.akool.apiKey
 * mock.akool.fail({ name: 'code', code: 1215 }, { on: 'session.create' });
 * await mock.close();
 * ```
 */

export type { A2eControls, A2eOptions, A2eSettings } from './a2e/a2e-service';
export type { AkoolKeys } from './akool/akool-access';
export type { AkoolControls, AkoolOptions } from './akool/akool-service';
export type { AkoolSettings } from './akool/akool-settings';
export type { Call, Fields, ServiceName } from './call';
export type { FailOptions, Failure, FailureName, PlannedFailure } from './failures';
export type { HeygenControls, HeygenOptions, HeygenSettings } from './heygen/heygen-service';
export type {
  LiveavatarControls,
  LiveavatarOptions,
  LiveavatarSettings,
} from './liveavatar/liveavatar-service';
export { type LivekitRoomsOptions, livekitRooms } from './livekit-rooms';
export type { MockKeys } from './mock-keys';
export type { ModelMessage, ModelRequest, ModelSettings, ModelView } from './model/model-service';
export type { CallRecord, MockService } from './mount-service';
export { createPageRooms, type PageRooms, type PageRoomsOptions } from './page-rooms/create-page-rooms';
export type { MockRoom, MockRooms, RoomEnd, RoomProvider, WantedRoom } from './rooms';
export type { SessionEnd, SessionRecord, SessionsView } from './sessions';
export { type MockServices, type MockServicesOptions, startMockServices } from './start-mock-services';
