import { globSync } from 'tinyglobby';
import { tsImport } from 'tsx/esm/api';
import type { BrowserCommand } from 'vitest/node';

type Commands = Record<string, BrowserCommand<never[]>>;

/** Files of all packages that match, relative to the root, in a stable order. */
export function filesOf(pattern: string): string[] {
  return globSync(pattern, { ignore: '**/node_modules/**' }).sort();
}

/** Every package and app may add commands that its browser tests call in Node: `test/browser-commands.ts`. */
export async function browserCommands(): Promise<Commands> {
  const found: Commands = {};
  for (const file of filesOf('{packages,apps}/*/test/browser-commands.ts')) {
    const module = (await tsImport(`./${file}`, `file://${process.cwd()}/`)) as { default: Commands };
    for (const [name, command] of Object.entries(module.default)) {
      if (name in found)
        throw new Error(`browser command "${name}" is defined twice; the second time in ${file}`);
      found[name] = command;
    }
  }
  return found;
}
