/**
 * `pnpm soak [--messages N] [--sessions N] [--livekit N] [--leak] [--results FILE]`: a million messages, ten thousand
 * sessions, a thousand over LiveKit in a real Chromium, and whether anything is left of them; 0 leaves a part out. A full
 * run writes results/soak.md. Ends with 1 where something is, with 2 where it cannot run.
 */

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isAvatarError } from '@avatarwire/core';
import { type Wanted, wantedBy } from './arguments';
import { soakMessages } from './messages';
import type { Part } from './part';
import { markdownOf, verdictOf } from './report';
import { soakSessions } from './sessions';

/** Sessions at once for the second half of the messages. */
const SEVERAL = 4;

const say = (line: string) => console.log(line);

try {
  process.exitCode = await soak(
    wantedBy(process.argv.slice(2), fileURLToPath(new URL('../../results/soak.md', import.meta.url))),
  );
} catch (error) {
  if (!isAvatarError(error) || error.code !== 'invalid-argument') throw error;
  console.error(error.message);
  process.exitCode = 2;
}

/** @returns the exit code */
async function soak(wanted: Wanted): Promise<number> {
  const { livekit, leak } = wanted;
  // What it needs is large: the heap is small where it is not wanted.
  const overLivekit = livekit > 0 ? await import('./livekit/index') : undefined;
  const lacking = overLivekit?.lacking() ?? [];
  if (lacking.length > 0) {
    console.error(
      `pnpm soak cannot run here. It lacks ${lacking.join(' and ')}: \`pnpm setup:tests\` gets both.`,
    );
    return 2;
  }
  const parts: Part[] = [];
  const ran = (part: Part) => {
    parts.push(part);
    for (const check of part.checks)
      say(`  ${verdictOf(check).padEnd(4)}  ${check.what}: ${check.found} (${check.wanted})`);
  };
  if (wanted.messages > 0) {
    const messages = wanted.messages / 2;
    for (const sessions of [1, SEVERAL]) ran(await soakMessages({ messages, sessions, leak }, say));
  }
  if (wanted.sessions > 0) ran(await soakSessions({ sessions: wanted.sessions, leak }, say));
  if (overLivekit) ran(await overLivekit.soakLivekit({ sessions: livekit, leak }, say));

  if (wanted.results !== undefined) {
    const versions = {
      Node: process.versions.node,
      V8: process.versions.v8,
      ...(await overLivekit?.versions()),
    };
    writeFileSync(wanted.results, markdownOf(parts, new Date(), versions));
    say(`Written to ${wanted.results}.`);
  }
  const failed = parts.flatMap(({ checks }) => checks).filter(({ pass }) => pass === false);
  say(failed.length === 0 ? 'Nothing is left.' : `${failed.length} criteria are not met.`);
  return failed.length === 0 ? 0 : 1;
}
