/** A command and its acknowledgement over a real livekit-server, in a real Chromium, beside the bare SDK. */

import { fileURLToPath } from 'node:url';
import { findChromium } from '@avatarwire/tooling/chromium';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import { findLivekitServer, startLivekitServer } from '@avatarwire/tooling/livekit-server';
import { build } from 'esbuild';
import { chromium } from 'playwright';
import { type Result, type Row, ratio } from '../report';
import type { measure, RoundTrips } from '../round-trip/page';

const PLAN = { batches: 100, warmUp: 10, batchSize: 25 };
const TARGET = 1.05;

export const livekitRoundTrip: Row = {
  name: 'livekit-round-trip',
  async run() {
    const what = 'round trip of a command over LiveKit, session against bare SDK, median';
    const executablePath = findChromium();
    if (!executablePath || !findLivekitServer()) {
      const value = 'not measured: it needs a Chromium and a livekit-server (`pnpm test` gets both)';
      return [{ what, target: `≤ ${TARGET}×`, value, comparison: '–' }];
    }
    return summary(what, await measureInChromium(executablePath));
  },
};

async function measureInChromium(executablePath: string): Promise<RoundTrips> {
  const server = await startLivekitServer();
  const browser = await chromium.launch({ executablePath, args: [...chromiumFlags] });
  try {
    const grant = {
      roomJoin: true,
      room: 'round trip',
      canPublish: true,
      canSubscribe: true,
      canPublishData: true,
    };
    const [echo, session, bare] = await Promise.all(
      ['echo', 'session', 'bare'].map((identity) => server.token(identity, grant)),
    );
    const page = await browser.newPage();
    // The server's own sign of life serves as the page: only a page from loopback may talk to loopback.
    await page.goto(server.httpUrl);
    await page.addScriptTag({ content: await bundle() });
    return await page.evaluate(
      ([url, tokens, plan]) =>
        (globalThis as unknown as { roundTrip: { measure: typeof measure } }).roundTrip.measure(
          url,
          tokens,
          plan,
        ),
      [server.url, { echo: echo ?? '', session: session ?? '', bare: bare ?? '' }, PLAN] as const,
    );
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../round-trip/page.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'roundTrip',
    target: 'es2022',
    platform: 'browser',
    conditions: ['@avatarwire/source'],
    logLevel: 'silent',
  });
  return `${outputFiles[0]?.text ?? ''};globalThis.roundTrip = roundTrip;`;
}

function summary(what: string, { session, bare }: RoundTrips): readonly Result[] {
  const [median, bareMedian] = [percentile(session, 0.5), percentile(bare, 0.5)];
  const [late, bareLate] = [percentile(session, 0.95), percentile(bare, 0.95)];
  return [
    {
      what,
      target: `≤ ${TARGET}×`,
      value: ratio(median / bareMedian),
      comparison: `${shown(median)} against ${shown(bareMedian)}, ${PLAN.batches} batches of ${PLAN.batchSize} each, in turn`,
      pass: median / bareMedian <= TARGET,
    },
    {
      what: 'the same, 95th percentile of the batches',
      target: '–',
      value: ratio(late / bareLate),
      comparison: `${shown(late)} against ${shown(bareLate)}`,
    },
  ];
}

const shown = (milliseconds: number) => `${milliseconds.toFixed(3)} ms`;

function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}
