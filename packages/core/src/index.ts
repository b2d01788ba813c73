export { type BrokerSource, type BrokerSourceOptions, broker, type ChatBody } from './broker/broker';
export { type Clock, systemClock } from './clock';
export type { ConnectionDetails, Provider, ProviderCredentials, SessionSource } from './credentials';
export type { BudgetUse, Lane, WireRecord } from './delivery/outgoing';
export { checkRatePolicy, type RatePolicy, ratePolicies } from './delivery/rate-policies';
export { createEmitter, type Emitter } from './emitter';
export { AvatarError, type AvatarErrorCode, type AvatarErrorOptions, isAvatarError } from './errors';
export type {
  CameraFacing,
  DeviceInfo,
  DevicePermission,
  LocalCamera,
  LocalMedia,
  LocalMicrophone,
  LocalScreen,
  MediaDriver,
  MediaFactory,
  MediaHost,
  MediaProblem,
  MediaProblemReason,
  MediaState,
  ProcessedMedia,
  ProcessedTrack,
  Speaker,
  SpeakerState,
  TrackProcessor,
  VideoQuality,
} from './local-media';
export { type Logger, silentLogger } from './logger';
export {
  type AvatarAction,
  type AvatarMode,
  type AvatarParams,
  type Command,
  EXPRESSIONS,
  GESTURES,
  type Incoming,
  type TurnDetection,
} from './protocol/messages';
export { type JsonObject, readJsonObject } from './protocol/read-json';
export { serviceCodeMeaning } from './protocol/service-codes';
export type {
  AvatarService,
  ServiceCapabilities,
  ServiceDialogue,
  ServiceHost,
  TextFrames,
} from './service';
export { parseAkoolSession } from './services/akool-session';
export type { CloseReason } from './session/close-reason';
export { createAvatarSession } from './session/session';
export { idleSnapshot } from './session/session-state';
export type {
  AvatarSession,
  AvatarSessionOptions,
  Delivery,
  Message,
  MessageDelivery,
  SendOptions,
  SessionCapabilities,
  SessionEvents,
  SessionSnapshot,
  SessionState,
  SessionTimeouts,
  TextInput,
  Timings,
} from './session/session-types';
export type {
  AvatarTransport,
  ConnectOptions,
  NetworkQuality,
  PublishedSource,
  Publishing,
  Quality,
  RemoteTrack,
  Statistics,
  TrackSource,
  TransportCapabilities,
  TransportCloseReason,
  TransportConnection,
  TransportEvents,
} from './transport';
