import type { Clock } from '@avatarwire/core';
import type { Random } from '../random';
import type { MockRooms } from './rooms';

/** What every mock service is built from. */
export interface ServiceParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly rooms: MockRooms | undefined;
  /** Receives what the caller's `rooms` threw. */
  readonly onRoomFault: (error: unknown) => void;
}
