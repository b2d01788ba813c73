/** How one service says yes and no. */

import type { AvatarErrorCode } from '@avatarwire/core';

export interface CodeRow {
  readonly error: AvatarErrorCode;
  /** What the code says, in a few words. */
  readonly meaning: string;
  /** What to do about it, as a sentence. */
  readonly advice?: string;
}

/** The body of an answer, as the service means it. */
export type Envelope =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly code?: number | string; readonly said?: string; readonly trace?: string };

export interface Dialect {
  /** As in `error.service`. */
  readonly service: string;
  /** As in messages. */
  readonly title: string;
  /** Documented codes that are not success. */
  readonly codes: Readonly<Record<string, CodeRow>>;
  /** undefined for a body that is none of the service's. Never throws. */
  envelope(body: unknown): Envelope | undefined;
}

/** What a status says where the body says nothing that is documented. */
export function statusRow(status: number, concernsSession: boolean): CodeRow {
  if (status >= 300 && status < 400) {
    return {
      error: 'service-refused',
      meaning: 'a redirect, which is not followed: the key would go along',
      advice: 'Check options.baseUrl.',
    };
  }
  if (concernsSession && (status === 404 || status === 410)) {
    return { error: 'session-gone', meaning: 'the session does not exist', advice: 'Open a new one.' };
  }
  switch (status) {
    case 401:
    case 403:
      return {
        error: 'credentials-refused',
        meaning: 'the key is wrong, or may not do this',
        advice: 'Check it.',
      };
    case 402:
      return { error: 'service-refused', meaning: 'a payment is needed', advice: 'Look at the account.' };
    case 408:
    case 504:
      return { error: 'connect-timeout', meaning: 'the service was too slow', advice: 'Try again.' };
    case 429:
    case 503:
      return { error: 'service-busy', meaning: 'the service is busy', advice: 'Try again later.' };
    default:
      return status >= 500
        ? { error: 'network', meaning: 'the service failed', advice: 'Try again.' }
        : { error: 'service-refused', meaning: 'the service refused' };
  }
}
