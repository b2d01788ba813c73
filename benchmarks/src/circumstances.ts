/** On what, and with which versions of what, something was measured. */

import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { findChromium } from '@avatarwire/tooling/chromium';
import { findLivekitServer } from '@avatarwire/tooling/livekit-server';
import { folderOf, versionOf } from './installed';

const root = fileURLToPath(new URL('../..', import.meta.url));
const here = fileURLToPath(new URL('..', import.meta.url));

/** An adapter and the SDK that it is tested with. */
const SDKS = [
  ['livekit', 'livekit-client'],
  ['agora', 'agora-rtc-sdk-ng'],
  ['trtc', 'trtc-sdk-v5'],
] as const;

/** The date, the machine, and the versions of everything that takes part. */
export function circumstances(): string {
  const processors = cpus();
  const machine = [
    `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}`,
    `${Math.round(totalmem() / 1e9)} GB`,
    `${type()} ${release()}`,
  ];
  return `${new Date().toISOString().slice(0, 10)}: ${[...machine, ...versions()].join(', ')}`;
}

function versions(): string[] {
  return [
    `Node ${process.versions.node}`,
    `V8 ${process.versions.v8}`,
    said(findChromium(), 'Chromium'),
    said(findLivekitServer(), 'livekit-server'),
    ...SDKS.map(([adapter, sdk]) => `${sdk} ${versionOf(sdk, folderOf(`@avatarwire/${adapter}`, here))}`),
    `avatarwire ${versionOf('@avatarwire/core', here)} at ${commit()}`,
  ];
}

/** The number in what a program says of its version. */
function said(program: string | undefined, name: string): string {
  if (program === undefined) return `no ${name}`;
  const words = execFileSync(program, ['--version'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return `${name} ${/\d+(?:\.\d+)+/.exec(words)?.[0] ?? 'of unknown version'}`;
}

function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  try {
    // What a run itself writes changes nothing that was measured.
    const changed = git(
      'status',
      '--porcelain',
      '--',
      '.',
      ':!benchmarks/results.md',
      ':!README.md',
      ':!trials/results',
    );
    return git('rev-parse', '--short', 'HEAD') + (changed === '' ? '' : ' with changes');
  } catch {
    return 'no commit';
  }
}
