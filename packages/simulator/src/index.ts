/**
 * A simulated avatar, and a network and a clock to meet it on, with no dependency but core. Runs in Node and in
 * browsers.
 *
 * ```ts
 * const sim = simulate({ policy: 'agora' });
 * const session = createAvatarSession(sim.options);
 * await sim.run(session.connect());
 * await sim.run(session.ask('Hello!'));
 * ```
 */

export {
  type AvatarBehaviour,
  type AvatarPort,
  type AvatarState,
  type AvatarTimings,
  createSimulatedAvatar,
  type Heard,
  type HeardCommand,
  type HeardFrame,
  type HeardMessage,
  optimistic,
  pessimistic,
  type Reply,
  type ReplyContext,
  type SimulatedAvatar,
  type SimulatedAvatarEvents,
  type SimulatedAvatarOptions,
  type Speech,
  speakingMs,
  type Violation,
} from './avatar';
export { friendlyAnswer } from './avatar-answers';
export {
  type A2eDialectOptions,
  type About,
  type AvatarDialect,
  a2eDialect,
  akoolDialect,
  type ClientFrame,
  type DialectName,
  type HeygenDialectOptions,
  heygenDialect,
  type LiveavatarDialectOptions,
  liveavatarDialect,
  type Reading,
  type Said,
  type WriteContext,
} from './dialects';
export {
  type EndReason,
  type MemoryClient,
  type MemoryClientEvents,
  type MemoryFaults,
  MemoryNetworkError,
} from './memory-client';
export type { LimitViolation } from './memory-limits';
export type { NetworkConditions } from './memory-link';
export { createMemoryNetwork, type MemoryNetwork, type MemoryNetworkOptions } from './memory-network';
export type { MemoryPacket, MemoryParticipant, PublishedTrack } from './memory-room';
export { type MemoryTransportOptions, memory } from './memory-transport';
export { PlaceholderTrack } from './placeholder-track';
export { type Random, seededRandom } from './random';
export { type SimulatedNetwork, type SimulateOptions, type Simulation, simulate } from './simulate';
export type { ServiceSessionRecord, SimulatedService } from './simulated-service';
export { createVirtualClock, type VirtualClock } from './virtual-clock';
