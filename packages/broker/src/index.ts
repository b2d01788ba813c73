/**
 * `@avatarwire/broker`: keeps the keys of avatar services, opens and closes their paid sessions. Web standards only;
 * what needs Node is in `./node`, `./sqlite` and `./redis`.
 */

export { createBroker } from './create-broker';
export type { ModelProxyOptions } from './model/options';
export type { LimitLane, Observation, Observe } from './observation';
export type {
  Broker,
  BrokerLimits,
  BrokerOptions,
  BrokerTimings,
  Caller,
  Opening,
  SweepReport,
  UnresolvedIntent,
  Wanted,
} from './options';
export { type Preset, type PresetOptions, presets } from './presets';
export { Refusal, type RefusalDetails, type RefusalStatus } from './refusal';
export {
  type Begun,
  type BrokerStore,
  type EndReason,
  LIVE_STATES,
  type OpeningBounds,
  type SessionChanges,
  type SessionIntent,
  type SessionRecord,
  type SessionState,
} from './store';
