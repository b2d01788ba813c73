/** What the broker answers when it does not do what was asked: a status, one of core's codes, and a sentence. */

import type { AvatarErrorCode } from '@avatarwire/core';

export interface RefusalDetails {
  /** The field, header or path part to change. */
  readonly field?: string;
  readonly retryAfterMs?: number;
  readonly service?: string;
  readonly serviceCode?: number | string;
  /** With 405: the methods there are. */
  readonly allow?: string;
  readonly cause?: unknown;
}

/** 405: another method. 408: the body took too long. 499: the client went before the answer, and nobody reads it. */
export type RefusalStatus =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 408
  | 409
  | 413
  | 415
  | 429
  | 499
  | 500
  | 502
  | 503
  | 504;

/** Its message is written by us and may be shown; `cause` is for the log alone. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly field?: string;
  readonly retryAfterMs?: number;
  readonly service?: string;
  readonly serviceCode?: number | string;
  readonly allow?: string;

  constructor(
    readonly status: RefusalStatus,
    readonly code: AvatarErrorCode,
    message: string,
    { cause, ...details }: RefusalDetails = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    Object.assign(this, details);
  }
}
