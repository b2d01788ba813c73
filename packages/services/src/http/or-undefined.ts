import { type AvatarError, isAvatarError } from '@avatarwire/core';

/** What `promise` comes to; undefined where it was refused because there is none. */
export async function orUndefined<T>(
  promise: Promise<T>,
  isNone: (error: AvatarError) => boolean,
): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (isAvatarError(error) && isNone(error)) return undefined;
    throw error;
  }
}
