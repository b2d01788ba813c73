/**
 * `@avatarwire/simulator/livekit`: the simulated avatar as a participant of a real LiveKit room. Node only.
 */
export type { LivekitBotOptions } from './bot-options';
export { type LivekitBot, startLivekitBot } from './livekit-bot';
