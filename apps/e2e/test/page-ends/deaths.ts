/** The ways in which a page ends, and when its paid session has to be closed after each. */

import { type PageStage, SHORT } from './stage';
import type { Visitor } from './visitor';

/**
 * `told`: the page's own last request closes it. `silent`: the broker hears no sign any more. `told-or-silent`: the one,
 * or at the latest the other. `hung-up`: the page goes while its session is being opened, and the broker sees that.
 */
export type Rule = 'told' | 'silent' | 'told-or-silent' | 'hung-up';

export interface Death {
  readonly what: string;
  readonly rule: Rule;
  die(visitor: Visitor): Promise<unknown>;
  /** Where it can come back. */
  comeBack?(visitor: Visitor): unknown;
}

export const deaths: readonly Death[] = [
  { what: 'its tab is closed', rule: 'told', die: ({ page }) => page.close() },
  {
    what: 'its tab is closed and may ask first',
    rule: 'told',
    die: ({ page }) => page.close({ runBeforeUnload: true }),
  },
  {
    what: 'another page is opened in its tab',
    rule: 'told',
    die: (visitor) => visitor.goElsewhere(),
    comeBack: (visitor) => visitor.goBack(),
  },
  { what: 'it is loaded anew', rule: 'told', die: ({ page }) => page.reload() },
  { what: 'its browser is quit', rule: 'told-or-silent', die: (visitor) => visitor.close() },
  { what: 'its process is killed', rule: 'silent', die: (visitor) => visitor.kill('renderer') },
  { what: 'its whole browser is killed', rule: 'silent', die: (visitor) => visitor.kill() },
  {
    what: 'its network is cut',
    rule: 'silent',
    die: ({ page }) => page.context().setOffline(true),
    comeBack: ({ page }) => page.context().setOffline(false),
  },
  {
    what: 'its machine sleeps: every process of the browser stands still',
    rule: 'silent',
    die: (visitor) => visitor.stop(),
    comeBack: (visitor) => visitor.resume(),
  },
  {
    what: 'it is frozen: its own process stands still',
    rule: 'silent',
    die: (visitor) => visitor.stop('renderer'),
    comeBack: (visitor) => visitor.resume(),
  },
  { what: 'its tab is closed while it connects', rule: 'hung-up', die: ({ page }) => page.close() },
  {
    what: 'another page is opened in its tab while it connects',
    rule: 'hung-up',
    die: (visitor) => visitor.goElsewhere(),
    comeBack: (visitor) => visitor.goBack(),
  },
  {
    what: 'its process is killed while it connects',
    rule: 'hung-up',
    die: (visitor) => visitor.kill('renderer'),
  },
];

export interface Ended {
  /**
   * Until the service counted its session as closed, in milliseconds: from the page's end, or from the service's answer
   * where that came later.
   */
  readonly tookMs: number;
  /** From the end of a silence that is too long until the same; undefined where the page was not silent. */
  readonly afterSilenceMs: number | undefined;
  /** What the broker closed it as. */
  readonly reason: string | undefined;
}

/** Lets a page connect, ends it, and waits until its session is closed. */
export function endPage(stage: PageStage, death: Death, visitor: Visitor): Promise<Ended> {
  return death.rule === 'hung-up' ? endWhileOpening(stage, death, visitor) : endLive(stage, death, visitor);
}

async function endLive(stage: PageStage, { die }: Death, visitor: Visitor): Promise<Ended> {
  const { signs } = stage;
  await visitor.connect();
  await until(() => stage.signs > signs);
  const closed = nextClosed(stage);
  const diedAt = performance.now();
  const [{ endedAt, reason }] = await Promise.all([closed, die(visitor)]);
  const afterSilenceMs = reason === 'silent' ? endedAt - (stage.lastSignAt + SHORT.silenceMs) : undefined;
  return { tookMs: endedAt - diedAt, afterSilenceMs, reason };
}

/** The service answers only when the page is gone. */
async function endWhileOpening(stage: PageStage, { die }: Death, visitor: Visitor): Promise<Ended> {
  const slow = stage.akool.fail({ name: 'slow' }, { on: 'session.create' });
  visitor.connect().catch(() => {});
  await until(() => slow.waiting === 1);
  const closed = nextClosed(stage);
  await die(visitor);
  await until(() => stage.hungUp);
  slow.release();
  const { openedAt, endedAt, reason } = await closed;
  return { tookMs: endedAt - openedAt, afterSilenceMs: undefined, reason };
}

/** The next that the broker closes, with times of the mock, which are on `performance.now()`. */
async function nextClosed({ akool, reasons }: PageStage) {
  const { length } = reasons;
  await until(() => reasons.length > length);
  const { openedAt = Number.NaN, endedAt = Number.NaN } = akool.sessions.at(-1) ?? {};
  return { openedAt, endedAt, reason: reasons[length] };
}

const LONGEST_MS = 15_000;

/** Looks again and again, until it is so. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const startedAt = performance.now();
  while (!(await isSo())) {
    if (performance.now() - startedAt > LONGEST_MS) throw new Error(`not within ${LONGEST_MS} ms: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
