/** What the mocks count, for the page to show. */

import type { BrokerStore } from '@avatarwire/broker';
import type { Clock } from '@avatarwire/core';
import type { Account } from './mock-services';

export interface CostsOptions {
  /** By the name of the service. */
  readonly accounts: ReadonlyMap<string, Account>;
  readonly store: BrokerStore;
  readonly clock: Clock;
}

export interface Costs {
  /** Sessions that stand open, whoever opened them: at the mock that was asked about, or at all of them. */
  readonly open: number;
  /** The one that was asked about. */
  readonly session?: {
    readonly open: boolean;
    readonly usedSeconds: number;
    readonly charge: Account['charge'];
    readonly chargedSeconds: number;
    readonly lengthSeconds: number;
  };
}

export interface CostsWanted {
  /** The caller. */
  readonly visitor: string | undefined;
  /** @default all of them */
  readonly service: string | undefined;
  /** The broker's id of a session; another caller's counts as unknown. */
  readonly session: string | undefined;
}

export async function costsOf(
  { accounts, store, clock }: CostsOptions,
  { visitor, service, session: id }: CostsWanted,
): Promise<Costs> {
  const counted = [...accounts].filter(([name]) => service === undefined || name === service);
  const open = counted.reduce((sum, [, { view }]) => sum + view.open, 0);
  const record = id === undefined ? undefined : await store.find(id);
  if (record === undefined || record.caller !== visitor) return { open };
  const account = accounts.get(record.service);
  if (account === undefined) return { open };
  const session = account.view.sessions.find((each) => each.id === record.serviceSessionId);
  if (session === undefined) return { open };
  const { openedAt, endedAt, ended, durationSeconds, costSeconds } = session;
  return {
    open,
    session: {
      open: ended === undefined,
      usedSeconds: Math.min(durationSeconds, ((endedAt ?? clock.now()) - openedAt) / 1_000),
      charge: account.charge,
      chargedSeconds: costSeconds,
      lengthSeconds: durationSeconds,
    },
  };
}
