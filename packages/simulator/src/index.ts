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
  createSimulatedAvatar,
  optimistic,
  pessimistic,
  speakingMs,
  type AvatarBehaviour,
  type AvatarPort,
  type AvatarState,
  type AvatarTimings,
  type Heard,
  type HeardCommand,
  type HeardFrame,
  type HeardMessage,
  type Reply,
  type ReplyContext,
  type SimulatedAvatar,
  type SimulatedAvatarEvents,
  type SimulatedAvatarOptions,
  type Speech,
  type Violation,
} from './avatar';
export { friendlyAnswer } from './avatar-answers';
export {
  MemoryNetworkError,
  type EndReason,
  type MemoryClient,
  type MemoryClientEvents,
  type MemoryFaults,
} from './memory-client';
export type { LimitViolation } from './memory-limits';
export type { NetworkConditions } from './memory-link';
export { createMemoryNetwork, type MemoryNetwork, type MemoryNetworkOptions } from './memory-network';
export type { MemoryPacket, MemoryParticipant, PublishedTrack } from './memory-room';
export { memory, type MemoryTransportOptions } from './memory-transport';
export { PlaceholderTrack } from './placeholder-track';
export { seededRandom, type Random } from './random';
export { simulate, type SimulateOptions, type SimulatedNetwork, type Simulation } from './simulate';
export type { ServiceSessionRecord, SimulatedService } from './simulated-service';
export { createVirtualClock, type VirtualClock } from './virtual-clock';
