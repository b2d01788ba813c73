/** `pnpm network [NAME…]`: conversations over a network that is bad for real. Writes results/network.md when all were run. */

import { ratePolicies } from '@avatarwire/core';
import type { Page } from 'playwright';
import { blackOut } from './blackout';
import { createCleanUp } from './clean-up';
import { converse, type Measured } from './conversation';
import { startFarSide } from './far-side';
import { judgeWire } from './judge-wire';
import { missing, parts } from './parts';
import { type PingFigures, ping } from './ping';
import { startChromium } from './placed-chromium';
import { writeResults } from './results';
import { meetOverLivekit, meetOverWebrtc } from './rooms';
import { type Scenario, scenarios } from './scenarios';
import type { Stage } from './stage';
import { leftovers, makeTwoSides, removeStale } from './two-sides';
import { CLEAN } from './wire';

export interface Ran {
  readonly scenario: Scenario;
  readonly wire: PingFigures;
  readonly measured: Measured;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !scenarios.some((scenario) => scenario.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no ${unknown.join(', ')}. There are: ${scenarios.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}
const lacking = missing(parts);
if (lacking.length > 0) {
  console.error(`pnpm network cannot run here. It lacks\n${lacking.map((line) => `  ${line}`).join('\n')}`);
  process.exit(2);
}

const cleanUp = createCleanUp();
let stopped: NodeJS.Signals | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stopped === undefined) console.error(`\nStopped by ${signal}: cleaning up.`);
    stopped ??= signal;
    void end().finally(() => process.exit(1));
  });
}

let failed = true;
try {
  failed = !(await run());
} catch (error) {
  if (stopped === undefined) console.error(error);
} finally {
  const left = await end();
  process.exitCode = failed || left > 0 ? 1 : 0;
}

/** @returns how much is left */
async function end(): Promise<number> {
  await cleanUp.run();
  // Once more, for what a step made that was under way when the run was stopped.
  const left = [...(await cleanUp.run()), ...(await leftovers())];
  for (const line of left) console.error(`LEFT  ${line}`);
  return left.length;
}

/** @returns whether every expectation held */
async function run(): Promise<boolean> {
  const stale = await removeStale();
  if (stale.length > 0) console.log(`Removed what a killed run had left: ${stale.join(', ')}.`);
  const sides = await makeTwoSides(cleanUp);
  const { wire } = sides;
  const far = await startFarSide(sides, cleanUp);
  const near = await startChromium(sides.near, sides, far.address, cleanUp);
  const farther = await startChromium(sides.far, sides, far.address, cleanUp);
  const ran: Ran[] = [];
  for (const scenario of scenarios) {
    if (wanted.length > 0 && !wanted.includes(scenario.name)) continue;
    console.log(`\n${scenario.name}: ${scenario.title}`);
    await wire.set(scenario.wire);
    const pinged = await ping({
      namespace: sides.near.name,
      address: sides.far.address,
      count: 300,
      every: 0.01,
    });
    const limits = scenario.policy ?? ratePolicies[scenario.over];
    const measured = await withStage(scenario, async (stage) =>
      scenario.script === 'blackout' ? blackOut(stage, scenario, limits) : converse(stage, scenario, limits),
    );
    const problems = [...judgeWire(scenario.wire, pinged), ...measured.problems];
    show({ scenario, wire: pinged, measured: { ...measured, problems } });
    ran.push({ scenario, wire: pinged, measured: { ...measured, problems } });
  }
  const isGood = ran.every(({ measured }) => measured.problems.length === 0);
  if (wanted.length === 0) writeResults(ran, near.version);
  console.log(isGood ? '\nEvery expectation held.' : '\nSome expectations did not hold.');
  return isGood;

  async function withStage(scenario: Scenario, task: (stage: Stage) => Promise<Measured>): Promise<Measured> {
    // The page itself comes over a good wire: what is tried begins with joining.
    await wire.set(CLEAN);
    const meeting =
      scenario.over === 'livekit'
        ? await meetOverLivekit(near, far, scenario)
        : await meetOverWebrtc(near, farther);
    const { page, avatar } = meeting;
    try {
      await wire.set(scenario.wire);
      return await task({ page, wire, avatar, liveMs: await meeting.join() });
    } catch (error) {
      if (stopped !== undefined) throw error;
      return {
        figures: { 'where it stood': await standing(page) },
        problems: [`it came to no end: ${String(error).split('\n')[0]}`],
      };
    } finally {
      await wire.set(CLEAN);
      await meeting.end();
    }
  }
}

/** For the search after what went wrong. */
async function standing(page: Page): Promise<string> {
  const { said, commanded, states, ended } = await page.evaluate(() => visitor.report());
  const [first] = states;
  const since = (at: number) => `${((at - (first?.at ?? at)) / 1_000).toFixed(1)} s`;
  return [
    ...states.map(({ state, at }) => ({ at, what: state })),
    ...said.map(({ kind, at, outcome }) => ({
      at,
      what: `${kind} (${outcome?.is === 'failed' ? outcome.code : (outcome?.delivery.status ?? 'open')})`,
    })),
    ...commanded.map(({ kind, at, code, settledAt }) => ({
      at,
      what: `${kind} (${code ?? (settledAt === undefined ? 'open' : 'acknowledged')})`,
    })),
  ]
    .sort((one, other) => one.at - other.at)
    .map(({ at, what }) => `${since(at)} ${what}`)
    .concat(ended ? [`ended: ${ended.reason} ${ended.code ?? ''}`] : [])
    .join(', ');
}

function show({ wire, measured: { figures, problems } }: Ran): void {
  const { lostPercent, roundTripMs, outOfOrder, received } = wire;
  console.log(
    `  the wire: ${lostPercent.toFixed(1)} % lost, round trip ${roundTripMs?.mean.toFixed(1)} ms, ${outOfOrder} of ${received} out of order`,
  );
  for (const [name, value] of Object.entries(figures)) console.log(`  ${name}: ${value}`);
  for (const problem of problems) console.log(`  FAIL  ${problem}`);
}
