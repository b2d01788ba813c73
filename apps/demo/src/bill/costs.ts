import type { DemoService } from '../choice/choice';

/** What a mock service counts, as the demo's server says. */
export interface Costs {
  /** Sessions that stand open at it: this page's and others'. */
  readonly open: number;
  /** This page's, once there is one. */
  readonly session?: SessionCosts;
}

export interface SessionCosts {
  readonly open: boolean;
  /** How long it has stood open. */
  readonly usedSeconds: number;
  /** `up-front`: all of the length at once, and what was not used comes back at the close. `as-used`: as time goes by. */
  readonly charge: 'up-front' | 'as-used';
  readonly chargedSeconds: number;
  /** The longest that it may stand open. */
  readonly lengthSeconds: number;
}

/** Undefined without an answer. */
export async function readCosts(
  service: DemoService,
  sessionId: string | undefined,
  signal: AbortSignal,
): Promise<Costs | undefined> {
  const query = new URLSearchParams({ service, ...(sessionId !== undefined && { session: sessionId }) });
  try {
    const answer = await fetch(`/api/costs?${query.toString()}`, { signal });
    return answer.ok ? ((await answer.json()) as Costs) : undefined;
  } catch {
    return undefined;
  }
}
