import type { AvatarSession, WireRecord } from '@avatarwire/core';

/** Everything that a session hands to its transport from now on. */
export function recordHandOvers(session: AvatarSession): readonly WireRecord[] {
  const all: WireRecord[] = [];
  session.tap((record) => {
    if (record.direction === 'out') all.push(record);
  });
  return all;
}
