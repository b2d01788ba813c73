/** The life of paid sessions, without any HTTP: from the intent to the close, whatever happens between. */

import type { ConnectionDetails } from '@avatarwire/core';
import type { Caller, Opening, SweepReport } from '../options';
import type { SessionRecord } from '../store';

export interface OpenOrder {
  readonly caller: Caller;
  readonly provider: ConnectionDetails['provider'];
  readonly opening: Opening;
  readonly idempotencyKey: string;
  /** Of the request as the page sent it. */
  readonly fingerprint: string;
  readonly closeSecret: string;
  /** Aborted when nobody waits for the answer any more: what was opened is closed at once. */
  readonly gone: AbortSignal;
}

export interface OpenedSession {
  readonly record: SessionRecord;
  /** The service's; `sessionId` in it is the service's own and does not go to the page. */
  readonly details: ConnectionDetails;
}

/** Rejects with a {@link Refusal} where the page may know why, else with what was thrown. */
export interface SessionKeeper {
  open(order: OpenOrder): Promise<OpenedSession>;
  /**
   * With the close secret and nothing else. `closing`: it goes on behind this call's back, and is tried again.
   *
   * @param admit refuses by throwing; asked only where the secret is right
   */
  close(id: string, closeSecret: string, admit?: () => Promise<void>): Promise<'closed' | 'closing'>;
  /**
   * The page's sign.
   *
   * @param admit refuses by throwing; asked only for a session of this caller that stands open
   */
  beat(caller: Caller, id: string, admit?: (session: SessionRecord) => Promise<void>): Promise<void>;
  /** A session of this caller that stands open. Rejects with 404 for every other. */
  owned(caller: Caller, id: string): Promise<SessionRecord>;
  /** What a service takes over REST. */
  call(session: SessionRecord, action: string, body: unknown, signal: AbortSignal): Promise<unknown>;
  sweep(): Promise<SweepReport>;
  /** Resolves when nothing is under way, in the services neither. */
  settled(): Promise<void>;
  /** Opens nothing any more. */
  stop(): void;
  /** Closes all sessions of the store that stand open. */
  closeAll(): Promise<void>;
}
