/** Options, their defaults, and the checks on what comes from outside. */

import { type Clock, type ProviderCredentials, systemClock } from '@avatarwire/core';
import { failure } from './broadcast-channel-errors';
import { type BroadcastChannelClient, openChannel } from './broadcast-channel-sdk';

declare module '@avatarwire/core' {
  interface ProviderCredentials {
    /** What is needed to join one room. Both at most 64 characters. */
    'broadcast-channel': {
      /** Every tab of this origin that gives the same name is in it. */
      readonly room: string;
      /** Our participant id. A tab that joins under a name that is taken takes its place. */
      readonly name: string;
    };
  }
}

export interface BroadcastChannelOptions {
  /**
   * From one question who is there to the next, in milliseconds. A tab that leaves three in a row unanswered is gone.
   *
   * @default 1000
   */
  readonly heartbeatMs?: number;
  /** @default the machine's */
  readonly clock?: Clock;
  /** Opens the channel of that name. @default the browser's own `BroadcastChannel` */
  readonly open?: (name: string) => BroadcastChannelClient;
}

export const DEFAULTS = {
  heartbeatMs: 1_000,
  clock: systemClock,
  open: openChannel,
} as const satisfies BroadcastChannelOptions;

export type BroadcastChannelSettings = Required<BroadcastChannelOptions>;

/** @throws AvatarError `invalid-argument`, naming the option */
export function toSettings(options: BroadcastChannelOptions): BroadcastChannelSettings {
  const settings = { ...DEFAULTS, ...options };
  if (!(settings.heartbeatMs > 0)) throw failure('invalid-argument', 'heartbeatMs must be above 0.');
  return settings;
}

/** Of a room and of a participant, in characters. */
export const MAX_NAME_LENGTH = 64;

/** @throws AvatarError `invalid-credentials`, naming the field */
export function checkCredentials(credentials: ProviderCredentials['broadcast-channel']): void {
  for (const field of ['room', 'name'] as const) {
    const value: unknown = credentials?.[field];
    if (!isName(value))
      throw failure(
        'invalid-credentials',
        `credentials.${field} must be text of 1 to ${MAX_NAME_LENGTH} characters.`,
      );
  }
}

export const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= MAX_NAME_LENGTH;
