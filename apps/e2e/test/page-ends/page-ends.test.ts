// The mock of AKOOL over HTTP, a real broker with SQLite, a real Chromium; the avatar alone is in the page's memory.
import { findChromium } from '@avatarwire/tooling/chromium';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Death, deaths, type Ended, endPage, type Rule } from './deaths';
import { type PageStage, SHORT, startPageStage } from './stage';
import type { Visitor } from './visitor';

const chromiumPath = findChromium();
/** What a machine may be busy with in between. */
const SLACK_MS = 5_000;

const meets: Readonly<Record<Rule, (ended: Ended) => void>> = {
  told({ reason, tookMs }) {
    expect(reason).toBe('requested');
    expect(tookMs).toBeLessThan(SLACK_MS);
  },
  silent({ reason, afterSilenceMs }) {
    expect(reason).toBe('silent');
    // The broker heard of the page a moment before we heard of that.
    expect(afterSilenceMs).toBeGreaterThan(-SHORT.beatMs);
    expect(afterSilenceMs).toBeLessThan(SHORT.sweepEveryMs + SLACK_MS);
  },
  'told-or-silent': (ended) => meets[ended.reason === 'silent' ? 'silent' : 'told'](ended),
  'hung-up'({ reason, tookMs }) {
    expect(reason).toBe('client-gone');
    expect(tookMs).toBeLessThan(SLACK_MS);
  },
};

const ruleIn: Readonly<Record<Rule, string>> = {
  told: 'by its last request',
  silent: 'after its silence',
  'told-or-silent': 'by its last request or after its silence',
  'hung-up': 'as soon as the service has opened it',
};

describe.skipIf(chromiumPath === undefined)(
  'with mock AKOOL, a real broker and real Chromium, the paid session of a page',
  () => {
    let stage: PageStage;
    let visitor: Visitor;
    beforeAll(async () => {
      stage = await startPageStage(chromiumPath ?? '');
    });
    afterEach(async () => {
      await visitor?.close();
      expect(stage.akool.open).toBe(0);
    });
    afterAll(() => stage?.close());

    async function end(death: Death): Promise<void> {
      visitor = await stage.visitor();
      const { opened } = stage.akool;
      meets[death.rule](await endPage(stage, death, visitor));
      expect([stage.akool.open, stage.akool.opened - opened]).toEqual([0, 1]);
      expect(stage.akool.sessions.at(-1)).toMatchObject({ ended: 'closed', closeCalls: 1 });
    }

    /** The page finds its session closed, and can connect again. */
    async function findsItClosed(as: object): Promise<void> {
      await expect.poll(() => visitor.view(), { timeout: SLACK_MS }).toEqual({ state: 'closed', ...as });
      await visitor.connect();
      expect(await visitor.view()).toMatchObject({ state: 'live' });
      expect(stage.akool.open).toBe(1);
      await visitor.page.close();
      await expect.poll(() => stage.akool.open, { timeout: SLACK_MS }).toBe(0);
    }

    for (const death of deaths) {
      const { what, rule, comeBack } = death;
      if (comeBack === undefined) {
        test(`is closed ${ruleIn[rule]} when ${what}`, () => end(death));
        continue;
      }
      test(`is closed ${ruleIn[rule]} when ${what}; the page that comes back says so and connects again`, async () => {
        await end(death);
        await comeBack(visitor);
        await findsItClosed(
          rule === 'silent' ? { reason: 'service-ended', code: 'session-gone' } : { reason: 'page-hidden' },
        );
      });
    }
  },
);
