/**
 * What taking the green out of 720p video costs, in a real Chromium, beside what the vendor's demo page does. Frames are
 * in the format of a decoder. Measured is the main thread alone: WebGL runs in the GPU process, on a machine without a
 * GPU by SwiftShader on the processor.
 */

import { fileURLToPath } from 'node:url';
import { findChromium } from '@avatarwire/tooling/chromium';
import { chromiumFlags } from '@avatarwire/tooling/chromium-flags';
import { build } from 'esbuild';
import { chromium, type Page } from 'playwright';
import type { Cost, cost, quality, Way } from '../background/page';
import { type Result, type Row, ratio } from '../report';

const PICTURES = 150;
const WARM_UP = 15;
const TARGET_MS = 4;
/** Of the threshold's error. */
const TARGETS = { alpha: 0.5, colour: 0.55 };

interface InPage {
  readonly background: { readonly cost: typeof cost; readonly quality: typeof quality };
}

export const background: Row = {
  name: 'background',
  async run() {
    const executablePath = findChromium();
    if (!executablePath) {
      const value = 'not measured: it needs a Chromium (`pnpm test` gets one)';
      return [
        { what: 'a frame without its background', target: `≤ ${TARGET_MS} ms`, value, comparison: '–' },
      ];
    }
    const browser = await chromium.launch({ executablePath, args: [...chromiumFlags] });
    try {
      const page = await browser.newPage();
      await page.addScriptTag({ content: await bundle() });
      return [...(await costs(page)), ...(await qualities(page))];
    } finally {
      await browser.close();
    }
  },
};

async function costs(page: Page): Promise<readonly Result[]> {
  const costOf = async (way: Way) =>
    page.evaluate(
      ([wanted, pictures, warmUp]) =>
        (globalThis as unknown as InPage).background.cost(wanted, pictures, warmUp),
      [way, PICTURES, WARM_UP] as const,
    );
  const vendor = await costOf('vendor');
  const result = (what: string, measured: Cost): Result => ({
    what: `main thread for a 720p frame: ${what}`,
    target: '–',
    value: shown(measured),
    comparison: `vendor's loop: ${shown(vendor)}`,
  });
  const ours = await costOf('webgl2');
  return [
    {
      ...result('WebGL2', ours),
      target: `mean ≤ ${TARGET_MS} ms at 30 frames a second`,
      pass: mean(ours.times) <= TARGET_MS && rate(ours) > 25,
    },
    result('WebGL2, threshold', await costOf('webgl2, threshold')),
    result('WebGL2, and waiting for it by reading it back', await costOf('webgl2 and reading back')),
    result('canvas 2D, for browsers without WebGL2', await costOf('2d')),
  ];
}

async function qualities(page: Page): Promise<readonly Result[]> {
  const qualityOf = (mode: 'chroma' | 'threshold') =>
    page.evaluate((wanted) => (globalThis as unknown as InPage).background.quality(wanted), mode);
  const [ours, threshold] = [await qualityOf('chroma'), await qualityOf('threshold')];
  return (['alpha', 'colour'] as const).map((figure) => ({
    what: `mean error of ${figure} on a frame with spill and a shaded screen, against the threshold's`,
    target: `≤ ${TARGETS[figure]}×`,
    value: ratio(ours[figure] / threshold[figure]),
    comparison: `${ours[figure].toFixed(2)} against ${threshold[figure].toFixed(2)} of 255`,
    pass: ours[figure] / threshold[figure] <= TARGETS[figure],
  }));
}

const mean = (times: readonly number[]) => times.reduce((sum, time) => sum + time, 0) / times.length;
const rate = ({ times, seconds }: Cost) => (times.length - 1) / seconds;

function shown(measured: Cost): string {
  const sorted = [...measured.times].sort((one, other) => one - other);
  const late = sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN;
  return `mean ${mean(sorted).toFixed(2)}, 95 % ≤ ${late.toFixed(1)} ms, ${rate(measured).toFixed(0)} a second`;
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../background/page.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'background',
    target: 'es2022',
    platform: 'browser',
    conditions: ['@avatarwire/source'],
    logLevel: 'silent',
  });
  return `${outputFiles[0]?.text ?? ''};globalThis.background = background;`;
}
