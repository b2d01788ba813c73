import { type DemoProvider, PROVIDERS } from './provider';

/** Providers that run on an account of the user's. */
export type Accounts = ReadonlySet<DemoProvider>;

/** As the server says. Without an answer, none: nothing is called real that may not be. */
export async function readAccounts(address = '/api/providers'): Promise<Accounts> {
  try {
    const answer = await fetch(address);
    const { accounts } = (await answer.json()) as { accounts?: unknown };
    return new Set(PROVIDERS.filter((each) => Array.isArray(accounts) && accounts.includes(each)));
  } catch {
    return new Set();
  }
}
