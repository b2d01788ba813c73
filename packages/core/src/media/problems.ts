/** Why a device cannot be used, and what to do about it: from what a browser throws to what a page can show. */

import { AvatarError, type AvatarErrorCode, isAvatarError } from '../errors';
import type { MediaProblem, MediaProblemReason } from '../local-media';
import type { PublishedSource } from '../transport';

/** The code of its error, and what the visitor can do. */
const TABLE: Readonly<Record<MediaProblemReason, readonly [AvatarErrorCode, string]>> = {
  denied: ['permission-denied', "Allow it in the browser's settings for this page, then switch it on again."],
  dismissed: ['permission-denied', 'Switch it on again with a click, and allow it.'],
  'denied-by-system': [
    'permission-denied',
    "Allow it to the browser in the system's settings, then switch it on again.",
  ],
  'denied-by-page': [
    'permission-denied',
    'Open the page in a tab of its own, or have its owner allow it to the frame.',
  ],
  'insecure-context': ['insecure-context', 'Open the page over https, or on localhost.'],
  unsupported: ['unsupported', 'Use a current Chrome, Edge, Firefox or Safari.'],
  'not-found': ['device-unavailable', 'Plug one in, or choose another one, then switch it on again.'],
  'in-use': ['device-unavailable', 'Close other programs that use it, then switch it on again.'],
  lost: ['device-unavailable', 'Plug it in, or switch it on again.'],
  'not-sent': ['network', 'Switch it on again, or go on without it.'],
};

/** A failure whose reason is known. */
export class MediaFailure extends Error {
  constructor(
    readonly reason: MediaProblemReason,
    cause?: unknown,
  ) {
    super(reason, { cause });
  }
}

export function problemOf(source: PublishedSource, thrown: unknown): MediaProblem {
  const reason = reasonOf(source, thrown);
  const cause = thrown instanceof MediaFailure ? thrown.cause : thrown;
  const [code, remedy] = TABLE[reason];
  const error = isAvatarError(cause)
    ? cause
    : new AvatarError(code, `The ${source} cannot be used: ${reason}. ${remedy}`, { cause });
  return Object.freeze({ reason, remedy, error });
}

/**
 * Source: W3C Media Capture and Streams §10.2 and Screen Capture §5.1, the names of the errors. Their texts are the
 * browser's own: Chrome tells by them who said no ("Permission dismissed", "Permission denied by system").
 */
export function reasonOf(source: PublishedSource, thrown: unknown): MediaProblemReason {
  if (thrown instanceof MediaFailure) return thrown.reason;
  const { name = '', message = '' } = (thrown ?? {}) as Partial<Error>;
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      if (!isAllowedToPage(source)) return 'denied-by-page';
      if (/system/i.test(message)) return 'denied-by-system';
      // Whoever closes the choice of a screen may always open it again.
      return source === 'screen' || /dismiss/i.test(message) ? 'dismissed' : 'denied';
    // A screen that was asked for without a click.
    case 'InvalidStateError':
      return 'dismissed';
    // Of the first kind when there is none, of the second when there is not this one.
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'not-found';
    case 'TypeError':
      return noDevices();
    default:
      return 'in-use';
  }
}

/** Why a browser shows a page no devices at all. */
export function noDevices(): MediaProblemReason {
  return globalThis.isSecureContext === false ? 'insecure-context' : 'unsupported';
}

interface PagePolicy {
  allowsFeature(feature: string): boolean;
}

/** True where the browser does not tell: Firefox and Safari have no such object. */
function isAllowedToPage(source: PublishedSource): boolean {
  const { permissionsPolicy, featurePolicy } = (globalThis.document ?? {}) as {
    readonly permissionsPolicy?: PagePolicy;
    readonly featurePolicy?: PagePolicy;
  };
  const feature = source === 'screen' ? 'display-capture' : source;
  return (permissionsPolicy ?? featurePolicy)?.allowsFeature(feature) ?? true;
}
