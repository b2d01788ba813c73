/** Where the broker keeps what it must not forget: which paid sessions there are, and how much was used. */

/**
 * | state | meaning |
 * | --- | --- |
 * | `opening` | the intent: written before the service is asked |
 * | `open` | the service session is paid for, and its id is known |
 * | `closing` | somebody is closing it, or will try again |
 * | `unresolved` | it may exist at the service, under an id that nobody here knows |
 * | `closed` | over |
 * | `failed` | came to nothing |
 */
export type SessionState = 'opening' | 'open' | 'closing' | 'unresolved' | 'closed' | 'failed';

/** States in which money may be spent. They count against the limits. */
export const LIVE_STATES = ['opening', 'open', 'closing', 'unresolved'] as const satisfies SessionState[];

/** Why a session was closed, or came to nothing. */
export type EndReason =
  | 'requested'
  | 'client-gone'
  | 'silent'
  | 'expired'
  | 'shut-down'
  | 'open-failed'
  | 'orphaned'
  | 'not-found';

/** One session from its intent to its end. Holds no credentials and no secret: only the digest of one. */
export interface SessionRecord {
  /** Ours, of 128 random bits. The page knows the session by it. */
  readonly id: string;
  /** As `authenticate` named it. */
  readonly caller: string;
  /** The page's; one session for each caller and key. */
  readonly idempotencyKey: string;
  /** SHA-256, base64url, of what was asked for: the same key with another request is a mistake. */
  readonly fingerprint: string;
  /** SHA-256, base64url, of the close secret. */
  readonly closeSecretDigest: string;
  readonly service: string;
  readonly provider: string;
  readonly state: SessionState;
  /** The service's own id. */
  readonly serviceSessionId?: string;
  /** All times in milliseconds since 1970, on the broker's clock. */
  readonly createdAt: number;
  readonly openedAt?: number;
  /** When the service ends it by itself, or when it is closed at the latest. */
  readonly endsAt: number;
  /** The page's last sign. */
  readonly heardAt?: number;
  /**
   * When a sweep looks at it next. While one does, or while a request closes it, it stands at the end of that lease:
   * should the holder die, the record is due again.
   */
  readonly dueAt: number;
  /** Closes that failed; while unresolved, looks at what the service lists. */
  readonly attempts: number;
  readonly endedAt?: number;
  readonly endReason?: EndReason;
  /** The longest that it may stand open, in milliseconds: counted against its caller's day from the beginning. */
  readonly reservedMs: number;
  /** How long it stood open. With it, what is left of `reservedMs` goes back to the caller. */
  readonly usedMs?: number;
}

export type SessionIntent = Omit<
  SessionRecord,
  'state' | 'serviceSessionId' | 'openedAt' | 'heardAt' | 'attempts' | 'endedAt' | 'endReason' | 'usedMs'
>;

export type SessionChanges = Partial<
  Pick<
    SessionRecord,
    | 'state'
    | 'serviceSessionId'
    | 'openedAt'
    | 'endsAt'
    | 'heardAt'
    | 'dueAt'
    | 'attempts'
    | 'endedAt'
    | 'endReason'
    | 'usedMs'
  >
>;

/** How much may stand open. Checked together with the writing of the intent, so that two requests cannot share a place. */
export interface OpeningBounds {
  readonly perCaller: number;
  readonly total: number;
  /**
   * Session time a caller has on one day (UTC, of `createdAt`), in milliseconds. It is remembered for a week at least,
   * also of sessions that were forgotten.
   */
  readonly msPerDay: number;
}

export type Begun =
  | { readonly outcome: 'begun' }
  /** The caller has used this key before. Nothing was written. */
  | { readonly outcome: 'known'; readonly record: SessionRecord }
  /** Nothing was written. `bound` is the first that is reached, in the order of {@link OpeningBounds}. */
  | { readonly outcome: 'full'; readonly bound: keyof OpeningBounds };

/**
 * Every method may be called by many requests, and by many brokers, at one time, and takes effect as a whole or not at
 * all. None keeps a clock: times come from the caller. Whatever fails rejects; nothing is retried inside, and a call
 * that was rejected may still have taken effect (its answer may be what was lost). What is written are the fields
 * named above and no others.
 *
 * A text that no database keeps as it is (one with a NUL character or half a surrogate pair) is not written, and
 * matches nothing.
 *
 * Errors are `AvatarError`s without a `service`: `invalid-argument` names an option or a field, `network` is
 * a database that cannot be reached or does not do what it is asked, `not-connected` a store that was closed.
 */
export interface BrokerStore {
  /**
   * Writes an intent in state `opening`, with `attempts` 0, unless its key is known or a bound is reached. Rejects when
   * there is a record of that id.
   */
  begin(intent: SessionIntent, bounds: OpeningBounds): Promise<Begun>;
  find(id: string): Promise<SessionRecord | undefined>;
  /**
   * Changes a session that is in one of the states `from`. The first change that sets `usedMs` gives what is left of
   * `reservedMs`, if anything, back to the caller's day.
   *
   * @returns the record as it stands now; undefined when there is none in such a state, and nothing was changed
   */
  update(
    id: string,
    from: readonly SessionState[],
    changes: SessionChanges,
  ): Promise<SessionRecord | undefined>;
  /**
   * Takes records whose `dueAt` has come, in whatever state, the earliest first, and leases each: its `dueAt` becomes
   * `leaseUntil`, and one that was `open` becomes `closing`. No two callers get the same record before its lease is
   * over.
   *
   * @returns the records as they stand now, with the state they had before in `was`
   */
  takeDue(options: {
    readonly now: number;
    readonly leaseUntil: number;
    readonly limit: number;
  }): Promise<readonly (SessionRecord & { readonly was: SessionState })[]>;
  /** Sessions in one of the states, the oldest (`createdAt`) first, and by `id` where that is the same. */
  list(states: readonly SessionState[], limit: number): Promise<readonly SessionRecord[]>;
  /** Which of a service's ids belong to a record here, whatever its state. */
  known(service: string, serviceSessionIds: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Forgets a record in state `closed` or `failed`; its key may be used again. Others stay, and what it used of its
   * caller's day stays used.
   */
  forget(id: string): Promise<void>;
  /** How many records are in each state. */
  tally(): Promise<Readonly<Record<SessionState, number>>>;
  /**
   * Adds to a counter that has windows of its own: one begins with the first call after the last is over. `amount` 0
   * looks only; less than 0 gives back, down to 0 at most. A window that ends more than two windows from `now` comes
   * of a clock that was set back, and is over. Counters are forgotten a minute after their window.
   */
  count(
    key: string,
    options: { readonly amount: number; readonly windowMs: number; readonly now: number },
  ): Promise<{
    /** The sum in this window, this amount included. */
    readonly used: number;
    /** When this window is over. */
    readonly resetsAt: number;
  }>;
  /** Resolves when it can be used, and rejects when it cannot be: within a few seconds. */
  ready(): Promise<void>;
  /** Lets go of the database. Any number of times; every call after it rejects. */
  close(): Promise<void>;
}
