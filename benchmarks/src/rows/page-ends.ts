/**
 * How long a paid session stands open after its page has ended: a real Chromium, a real broker with SQLite and the mock
 * of AKOOL over HTTP. The broker's rules are shortened, so that silence can be waited for; each row says what the defaults
 * make of it.
 */

import { type Death, deaths, type Ended, endPage, SHORT, startPageStage } from '@avatarwire/e2e/page-ends';
import { findChromium } from '@avatarwire/tooling/chromium';
import { milliseconds, type Result, type Row } from '../report';

/** The defaults of `@avatarwire/broker`. */
const DEFAULT = { silenceMs: 150_000, sweepEveryMs: 5_000 };
/** What a request or two on one machine may take. */
const REQUEST_MS = 1_000;

export const pageEnds: Row = {
  name: 'page-ends',
  async run() {
    const executablePath = findChromium();
    if (!executablePath) {
      const value = 'not measured: it needs a Chromium (`pnpm test` gets one)';
      return [{ what: 'a page that ends', target: '–', value, comparison: '–' }];
    }
    const stage = await startPageStage(executablePath);
    const results: Result[] = [];
    try {
      for (const death of deaths) {
        const visitor = await stage.visitor();
        results.push(resultOf(death, await endPage(stage, death, visitor)));
        await visitor.close();
      }
    } finally {
      await stage.close();
    }
    return results;
  },
};

function resultOf({ what, rule }: Death, { tookMs, afterSilenceMs, reason }: Ended): Result {
  const label = `paid session closed when ${what}`;
  if (afterSilenceMs === undefined) {
    return {
      what: label,
      target: `≤ ${milliseconds(REQUEST_MS)} after ${rule === 'hung-up' ? "the service's answer" : 'that'}`,
      value: milliseconds(tookMs),
      comparison: `${reason}; the defaults change nothing`,
      pass: tookMs <= REQUEST_MS && reason === (rule === 'hung-up' ? 'client-gone' : 'requested'),
    };
  }
  const longest = DEFAULT.silenceMs + DEFAULT.sweepEveryMs + Math.max(0, afterSilenceMs);
  return {
    what: label,
    target: `≤ ${milliseconds(SHORT.sweepEveryMs + REQUEST_MS)} after ${milliseconds(SHORT.silenceMs)} of silence`,
    value: milliseconds(afterSilenceMs),
    comparison: `${reason}, ${milliseconds(tookMs)} after that; with the defaults at most ${milliseconds(longest)}`,
    pass: afterSilenceMs <= SHORT.sweepEveryMs + REQUEST_MS && reason === 'silent' && rule !== 'told',
  };
}
