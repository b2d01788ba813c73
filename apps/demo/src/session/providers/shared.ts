import type { AvatarSessionOptions, SessionSource } from '@avatarwire/core';

/** What a session with an avatar in this page is made of. Nothing of it is downloaded before the session connects. */
export type ProviderSetup = Pick<AvatarSessionOptions, 'transports'> & { readonly source: SessionSource };

/** The avatar in the page. */
export const figure = {
  width: 720,
  height: 720,
  avatar: {
    behaviour: { sendsSpeechSigns: true },
    // Between two pieces of an answer: about as fast as a model writes.
    timings: { frameMs: 120 },
  },
  // As the services do, a session ends by itself.
  expiresInMs: 15 * 60_000,
} as const;

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
