/**
 * What every adapter needs beside its vendor's SDK: for authors of adapters, and for nobody else.
 *
 * ```ts
 * import { Departures, guardSends, loadSdk, redactError, startAttempt } from '@avatarwire/core/adapter';
 * ```
 */

export { type Attempt, type AttemptOptions, startAttempt } from './attempt';
export { type Deferred, deferred } from './deferred';
export { Departures } from './departures';
export { guardSends, type SendGuard } from './guard-sends';
export { loadSdk, requireMembers, type SdkPackage } from './load-sdk';
export { createPublishing, type LocalPublishing, type PublishingPort } from './publishing';
export { redact, redactError, type Secret } from './redact';
export { settledWithin } from './settled-within';
