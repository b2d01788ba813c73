/**
 * The one error class. Recognised by a marker and not by its class, so that two copies of this package in one
 * tree still understand each other.
 */

const MARKER = Symbol.for('avatarwire.error');

/**
 * What went wrong, as a value to branch on.
 *
 * | code | try again? | what to do |
 * | --- | --- | --- |
 * | `invalid-argument`, `invalid-credentials` | no | mend the field that the message names |
 * | `not-connected`, `unsupported` | no | look at `state`, at `can` |
 * | `sdk-missing`, `sdk-incompatible` | no | install the package and the range that the message names |
 * | `credentials-refused`, `session-gone` | no | open a new service session |
 * | `connect-timeout`, `avatar-timeout`, `network` | yes | try again, or the next provider |
 * | `send-unsettled`, `delivery-uncertain` | – | decide whether to say it again |
 * | `service-busy` | yes | wait `retryAfterMs` |
 * | `service-refused` | no | show `serviceCode` and its meaning |
 * | `packet-too-large`, `queue-full` | no | send less |
 * | `command-refused` | no | read `serviceCode` |
 * | `ack-timeout` | yes | try again |
 * | `permission-denied`, `device-unavailable`, `insecure-context` | no | show the remedy in the message |
 */
export type AvatarErrorCode =
  | 'invalid-argument'
  | 'invalid-credentials'
  | 'not-connected'
  | 'unsupported'
  | 'sdk-missing'
  | 'sdk-incompatible'
  | 'credentials-refused'
  | 'session-gone'
  | 'connect-timeout'
  | 'avatar-timeout'
  | 'network'
  | 'send-unsettled'
  | 'delivery-uncertain'
  | 'service-busy'
  | 'service-refused'
  | 'packet-too-large'
  | 'queue-full'
  | 'command-refused'
  | 'ack-timeout'
  | 'permission-denied'
  | 'device-unavailable'
  | 'insecure-context';

const RETRYABLE: ReadonlySet<AvatarErrorCode> = new Set([
  'connect-timeout',
  'avatar-timeout',
  'network',
  'service-busy',
  'ack-timeout',
]);

export interface AvatarErrorOptions {
  /** What was thrown below us, untouched, except that adapters redact credentials from its message. */
  readonly cause?: unknown;
  readonly provider?: string;
  readonly service?: string;
  /** The service's or vendor's own code, as given: AKOOL's 1003, TRTC's 5018, LiveKit's 401. */
  readonly serviceCode?: number | string;
  /** With `service-busy`: how long to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** With `delivery-uncertain` and a failed message: the text that was certainly not handed over. */
  readonly unsentText?: string;
}

export class AvatarError extends Error {
  override readonly name = 'AvatarError';
  readonly code: AvatarErrorCode;
  /** Whether doing the same again may succeed. */
  readonly retryable: boolean;
  declare readonly provider?: string;
  declare readonly service?: string;
  declare readonly serviceCode?: number | string;
  declare readonly retryAfterMs?: number;
  declare readonly unsentText?: string;

  constructor(code: AvatarErrorCode, message: string, options: AvatarErrorOptions = {}) {
    const { cause, ...details } = options;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryable = RETRYABLE.has(code);
    Object.assign(this, details);
    Object.defineProperty(this, MARKER, { value: true });
  }
}

/** Whether `value` is an {@link AvatarError}, also one made by another copy of this package. */
export function isAvatarError(value: unknown): value is AvatarError {
  return typeof value === 'object' && value !== null && (value as { [MARKER]?: unknown })[MARKER] === true;
}
