/**
 * A command and its acknowledgement over a real livekit-server, in a real Chromium: by a session, by the adapter alone and
 * by the bare SDK. The avatar lives in the same page, so that there is no network, and all that is added counts.
 */

import { haveLivekit, type LivekitStage, notMeasured, withLivekitPage } from '../livekit-stage';
import { type ModuleCost, profiled } from '../page-profile';
import { type Result, type Row, ratio } from '../report';
import type { measure, RoundTrips, Way } from '../round-trip/page';

const PLAN = { batches: 120, warmUp: 20, batchSize: 25 };
const PROFILED = { batches: 80, warmUp: 0, batchSize: 25 };
const TARGET = 1.05;

interface InPage {
  readonly roundTrip: { readonly measure: typeof measure };
}

export const livekitRoundTrip: Row = {
  name: 'livekit-round-trip',
  async run() {
    const what = 'round trip of a command over LiveKit, session against bare SDK, median';
    if (!haveLivekit) return [notMeasured(what, `≤ ${TARGET}×`)];
    return withLivekitPage('round-trip/page.ts', 'roundTrip', async (stage) => {
      const times = await measureIn(stage, PLAN, ['bare', 'adapter', 'session']);
      const costs = await profiled(stage.page, stage.code, () => measureIn(stage, PROFILED, ['session']));
      return [...summary(what, times), composition(costs)];
    });
  },
};

async function measureIn(
  { page, url, tokens }: LivekitStage,
  plan: typeof PLAN,
  ways: readonly Way[],
): Promise<RoundTrips> {
  return page.evaluate(
    ([server, visitors, how, wanted]) =>
      (globalThis as unknown as InPage).roundTrip.measure(server, visitors, how, wanted),
    [url, await tokens('echo', 'bare', 'adapter', 'session'), plan, ways] as const,
  );
}

function summary(what: string, { session, adapter, bare }: RoundTrips): readonly Result[] {
  const compare = (times: readonly number[], share: number) => {
    const [own, other] = [percentile(times, share), percentile(bare, share)];
    return {
      ratio: own / other,
      value: ratio(own / other),
      comparison: `${shown(own)} against ${shown(other)}`,
    };
  };
  const [whole, late, alone] = [compare(session, 0.5), compare(session, 0.95), compare(adapter, 0.5)];
  const how = `${PLAN.batches} batches of ${PLAN.batchSize} each, in turn`;
  return [
    {
      what,
      target: `≤ ${TARGET}×`,
      value: whole.value,
      comparison: `${whole.comparison}, ${how}`,
      pass: whole.ratio <= TARGET,
    },
    {
      what: 'of it, the adapter without a session',
      target: '–',
      value: alone.value,
      comparison: alone.comparison,
    },
    {
      what: 'the same, 95th percentile of the batches',
      target: '–',
      value: late.value,
      comparison: late.comparison,
    },
  ];
}

/** What a session's round trip takes of the processor, module by module. The sampling itself costs something. */
function composition(costs: readonly ModuleCost[]): Result {
  const trips = PROFILED.batches * PROFILED.batchSize;
  const inGroup = (pattern: RegExp) =>
    costs
      .filter(({ module }) => pattern.test(module))
      .reduce((sum, { microseconds }) => sum + microseconds, 0);
  const each = (pattern: RegExp) => `${(inGroup(pattern) / trips).toFixed(1)} µs`;
  return {
    what: `where a session's processor time goes: own time in each module, a round trip, of ${trips} sampled`,
    target: '–',
    value:
      `session ${each(/core\/src\/session\//)}, outbox ${each(/core\/src\/delivery\//)}, ` +
      `protocol ${each(/core\/src\/protocol\//)}, clock and events ${each(/core\/src\/(clock|emitter)\.ts/)}, ` +
      `adapter ${each(/core\/src\/adapter\/|packages\/livekit\/src\//)}`,
    comparison: `the SDK, for this side and the avatar's ${each(/livekit-client|node_modules/)}`,
  };
}

const shown = (milliseconds: number) => `${milliseconds.toFixed(3)} ms`;

function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}
