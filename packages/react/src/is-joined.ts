import type { SessionState } from '@avatarwire/core';

export function isJoined(state: SessionState): boolean {
  return state === 'waiting' || state === 'live' || state === 'reconnecting';
}
