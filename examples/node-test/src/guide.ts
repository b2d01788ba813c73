/** A guide through an exhibition: says one stop after the other, and knows where it was when the link was lost. */

import type { AvatarSession } from '@avatarwire/core';

export interface Tour {
  /** Stops that were said to the end, as far as anybody knows. */
  readonly told: readonly string[];
  /** Resolves when the last stop was handed over, or the visitor has had enough. */
  readonly finished: Promise<void>;
  /** The visitor has had enough. */
  stop(): Promise<void>;
}

export function guide(session: AvatarSession, stops: readonly string[]): Tour {
  const told: string[] = [];

  async function walk(): Promise<void> {
    for (const stop of stops) {
      const { status } = await session.speak(stop);
      if (status !== 'sent') return;
      told.push(stop);
    }
  }

  return { told, finished: walk(), stop: () => session.interrupt() };
}
