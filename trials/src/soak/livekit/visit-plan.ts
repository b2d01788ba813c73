/** What a visit needs, and who makes it. */

export interface VisitPlan {
  /** A session of ours, or the SDK alone. */
  readonly by: 'session' | 'sdk';
  readonly url: string;
  readonly token: string;
  readonly avatarId: string;
  /** Speaks, too. */
  readonly microphone: boolean;
  /** Holds on to the session: to see that it is found. */
  readonly leak: boolean;
}

export interface Visits {
  visit(plan: VisitPlan): Promise<void>;
  /** Service sessions opened and closed, and sessions that are still somewhere in memory. */
  count(): { readonly opened: number; readonly closed: number; readonly inMemory: number };
}

declare global {
  var visits: Visits;
}

export const QUESTION = 'Is anybody there?';
