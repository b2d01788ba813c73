import type { AvatarSessionOptions, SessionSource } from '@avatarwire/core';
import type { RoomMakers } from '@avatarwire/simulator/page-rooms';
import type { Company } from '../../choice/companies';

type Transports = AvatarSessionOptions['transports'];

/** An avatar in this page that comes by itself. Nothing of it is downloaded before the session connects. */
export interface Simulated {
  readonly transports: Transports;
  readonly source: SessionSource;
}

/** Rooms in this page, with an avatar in each, for a mock service that orders them. Downloaded when it connects, too. */
export interface RoomsHere {
  readonly transports: Transports;
  readonly makers: () => Promise<RoomMakers>;
}

/** What the page decides of the avatar's picture, while it is drawn. */
export interface Look {
  readonly isGreen: () => boolean;
}

const standard = {
  width: 720,
  height: 720,
  avatar: {
    behaviour: { sendsSpeechSigns: true },
    // Between two pieces of an answer: about as fast as a model writes.
    timings: { frameMs: 120 },
  },
} as const;

/** How the avatar looks and behaves. */
export function figureFor({ isGreen }: Look) {
  return { ...standard, background: () => (isGreen() ? ('green' as const) : ('studio' as const)) };
}

/** The same, as an avatar of that company's. */
export async function figureOf(company: Company, look: Look) {
  const { answerOf } = await import('./answers');
  return { ...figureFor(look), avatar: { ...standard.avatar, reply: answerOf(company) } };
}

/** As the services do, a session without one ends by itself. */
export const EXPIRES_IN_MS = 15 * 60_000;

/** Loads with the first call. A load that failed is tried again by the next. */
export function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
}

/** A source that comes with what has to be loaded for it. */
export function loaded(load: () => Promise<SessionSource>): SessionSource {
  return {
    open: async (wanted, options) => (await load()).open(wanted, options),
    close: async (details, options) => (await load()).close?.(details, options),
  };
}
