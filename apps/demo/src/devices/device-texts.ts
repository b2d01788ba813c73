/** How a device stands, in a word for its button and in a line for its failure. */

import type { MediaProblemReason, MediaState, PublishedSource } from '@avatarwire/core';

export interface DeviceWord {
  readonly word: string;
  /** `sends`: others hear or see it. */
  readonly tone: 'rest' | 'sends' | 'warn' | 'bad';
}

export function wordOf({ status, muted, problem }: MediaState): DeviceWord {
  if (problem !== undefined) return { word: problemWords[problem.reason], tone: 'bad' };
  if (status === 'off') return { word: 'Off', tone: 'rest' };
  if (status === 'starting') return { word: 'Starting', tone: 'rest' };
  if (status === 'interrupted') return { word: 'Paused', tone: 'warn' };
  return muted ? { word: 'Muted', tone: 'rest' } : { word: 'On', tone: 'sends' };
}

const problemWords: Readonly<Record<MediaProblemReason, string>> = {
  denied: 'Blocked',
  dismissed: 'Not allowed',
  'denied-by-system': 'Blocked',
  'denied-by-page': 'Blocked',
  'insecure-context': 'Blocked',
  unsupported: 'None',
  'not-found': 'None',
  'in-use': 'In use',
  lost: 'Gone',
  'not-sent': 'Not sent',
};

/** Above the remedy. */
export function problemTitle(source: PublishedSource, reason: MediaProblemReason): string {
  const the = source === 'screen' ? 'Sharing the screen' : `The ${source}`;
  return `${the} ${predicates[reason]}`;
}

const predicates: Readonly<Record<MediaProblemReason, string>> = {
  denied: 'is blocked for this page',
  dismissed: 'was not allowed',
  'denied-by-system': 'is blocked by the system',
  'denied-by-page': 'is not permitted in this frame',
  'insecure-context': 'needs https',
  unsupported: 'cannot be used in this browser',
  'not-found': 'was not found',
  'in-use': 'is in use elsewhere',
  lost: 'was taken away',
  'not-sent': 'is not sent over this connection',
};
