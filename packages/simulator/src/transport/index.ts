/**
 * `@avatarwire/simulator/transport`: an avatar that lives in the page and joins over any transport that can publish,
 * and a service that opens rooms with such an avatar in them.
 */
export type { FigureOptions } from '../figure';
export { type SimulatedServiceOver, type SimulateServiceOptions, simulateService } from './simulate-service';
export { startTransportAvatar, type TransportAvatar, type TransportAvatarOptions } from './transport-avatar';
