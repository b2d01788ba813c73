import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What the command printed. */
export interface MockCommand {
  readonly a2e: string;
  readonly a2eKey: string;
  readonly heygen: string;
  readonly heygenKey: string;
  readonly pages: string;
  readonly control: string;
}

/** The command from its source, as a child process, with rooms that live in pages. */
export async function startMockCommand(): Promise<MockCommand & { stop(): Promise<void> }> {
  const cli = fileURLToPath(new URL('../../src/services/cli.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--conditions=@avatarwire/source', '--import', 'tsx', cli, '--port', '0', '--page-rooms'],
    { cwd: fileURLToPath(new URL('../..', import.meta.url)), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'close');
  let said = '';
  for await (const text of child.stdout.iterator({ destroyOnReturn: false })) {
    said += text;
    if (said.includes('Ctrl+C')) break;
  }
  child.stdout.resume();
  const found = (pattern: RegExp) => {
    const [, text] = pattern.exec(said) ?? [];
    if (text === undefined) throw new Error(`the command did not print ${pattern}: ${said}`);
    return text;
  };
  return {
    a2e: found(/(http:\S+\/a2e)/),
    a2eKey: found(/Bearer (\S+)/),
    heygen: found(/(http:\S+\/heygen)/),
    heygenKey: found(/X-Api-Key: (\S+)/),
    pages: found(/(http:[^\s']+\/_pages)/),
    control: found(/(http:\S+\/_mock)\//),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
