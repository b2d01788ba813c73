/** What the mock service counts, as the demo's server says. */
export interface Costs {
  /** Sessions that stand open at the mock: this page's and others'. */
  readonly open: number;
  /** This page's, once there is one. */
  readonly session?: SessionCosts;
}

export interface SessionCosts {
  readonly open: boolean;
  /** How long it has stood open. */
  readonly usedSeconds: number;
  /** AKOOL charges all of a session's length at once, and gives back at the close what was not used. */
  readonly chargedSeconds: number;
  /** The longest that it may stand open. */
  readonly lengthSeconds: number;
}

/** Undefined without an answer. */
export async function readCosts(
  sessionId: string | undefined,
  signal: AbortSignal,
): Promise<Costs | undefined> {
  const query = sessionId === undefined ? '' : `?session=${encodeURIComponent(sessionId)}`;
  try {
    const answer = await fetch(`/api/costs${query}`, { signal });
    return answer.ok ? ((await answer.json()) as Costs) : undefined;
  } catch {
    return undefined;
  }
}
