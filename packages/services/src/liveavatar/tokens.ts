/** The tokens of the sessions that were opened here. The oldest goes when there are too many. */

const MOST = 10_000;

export interface Tokens {
  remember(id: string, token: string): void;
  forget(id: string): void;
  /** undefined for a session that another process opened. */
  headers(id: string): Readonly<Record<string, string>> | undefined;
}

export function createTokens(): Tokens {
  const known = new Map<string, string>();
  return {
    remember(id, token) {
      known.set(id, token);
      for (const [oldest] of known) {
        if (known.size <= MOST) break;
        known.delete(oldest);
      }
    },
    forget: (id) => void known.delete(id),
    headers(id) {
      const token = known.get(id);
      return token === undefined ? undefined : { authorization: `Bearer ${token}` };
    },
  };
}
