/** What the mock counts, for the page to show. */

import type { BrokerStore } from '@avatarwire/broker';
import type { Clock } from '@avatarwire/core';
import { MOCK_AKOOL, type MockAkool } from './mock-akool';

export interface CostsOptions {
  readonly account: MockAkool['account'];
  readonly store: BrokerStore;
  readonly clock: Clock;
}

export interface Costs {
  /** Sessions that stand open at the mock, whoever opened them. */
  readonly open: number;
  /** The one that was asked about. */
  readonly session?: {
    readonly open: boolean;
    readonly usedSeconds: number;
    readonly chargedSeconds: number;
    readonly lengthSeconds: number;
  };
}

/** @param id the broker's, of a session; another caller's counts as unknown */
export async function costsOf(
  { account, store, clock }: CostsOptions,
  caller: string | undefined,
  id: string | null,
): Promise<Costs> {
  const { open } = account;
  const record = id === null ? undefined : await store.find(id);
  if (record === undefined || record.caller !== caller || record.service !== MOCK_AKOOL) return { open };
  const session = account.sessions.find((each) => each.id === record.serviceSessionId);
  if (session === undefined) return { open };
  const { openedAt, endedAt, ended, durationSeconds, costSeconds } = session;
  return {
    open,
    session: {
      open: ended === undefined,
      usedSeconds: Math.min(durationSeconds, ((endedAt ?? clock.now()) - openedAt) / 1_000),
      chargedSeconds: costSeconds,
      lengthSeconds: durationSeconds,
    },
  };
}
