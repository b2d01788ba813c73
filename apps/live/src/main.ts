// `pnpm test:live [agora] [trtc] [livekit] [--emulated]`: see README.md.
// Exit codes: 0 all well, 1 something failed, 2 nothing could be run as it was asked for.

import { redact } from '@avatarwire/core/adapter';
import { missingVariables, type Values, VariableError } from './live-provider';
import { isProviderName, type ProviderName, providerNames, providers } from './providers/index';
import { hasFailed, markdownOf } from './report';
import type { Results } from './results';
import { runProvider } from './run-provider';

const EMULATED = '--emulated';
const secrets: string[] = [];

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof VariableError) return refuse(error.message);
  console.error(redact(error instanceof Error ? (error.stack ?? error.message) : String(error), secrets));
  return 1;
});

async function main(args: readonly string[]): Promise<number> {
  const emulated = args.includes(EMULATED);
  const named = args.filter((argument) => argument !== EMULATED);
  const wanted = named.filter(isProviderName);
  if (wanted.length < named.length)
    return refuse(`Providers are ${providerNames.join(', ')}; the only option is ${EMULATED}.`);
  const chosen = emulated ? emulable(wanted) : configured(wanted);
  if (typeof chosen === 'string') return refuse(chosen);
  let failed = false;
  for (const name of chosen) {
    const results = await run(name, emulated);
    failed ||= hasFailed(results);
    say(markdownOf(`${name}: ${emulated ? "our double in the SDK's place" : providers[name].real}`, results));
  }
  return failed ? 1 : 0;
}

function run(name: ProviderName, emulated: boolean): Promise<Results> {
  const values: Values = Object.fromEntries(
    providers[name].variables.map((variable) => [variable.name, process.env[variable.name] ?? '']),
  );
  for (const { name: variable, secret } of providers[name].variables)
    if (secret) secrets.push(values[variable] ?? '');
  const options = { values, emulated, onSecret: (secret: string) => secrets.push(secret) };
  switch (name) {
    case 'agora':
      return runProvider({ ...options, provider: providers.agora });
    case 'trtc':
      return runProvider({ ...options, provider: providers.trtc });
    case 'livekit':
      return runProvider({ ...options, provider: providers.livekit });
  }
}

function emulable(wanted: readonly ProviderName[]): readonly ProviderName[] | string {
  const has = (name: ProviderName) => providers[name].emulate !== undefined;
  const without = wanted.filter((name) => !has(name));
  if (without.length > 0) return `There is no double of ${without.join(', ')}.`;
  return wanted.length > 0 ? wanted : providerNames.filter(has);
}

/** Those that were named, or all that have their variables. A provider with only some of them is a mistake. */
function configured(wanted: readonly ProviderName[]): readonly ProviderName[] | string {
  const missing = providerNames.map((name) => ({
    name,
    names: missingVariables(providers[name], process.env),
    isBegun: missingVariables(providers[name], process.env).length < providers[name].variables.length,
  }));
  const asked = missing.filter(({ name, isBegun }) => (wanted.length > 0 ? wanted.includes(name) : isBegun));
  const incomplete = (asked.length > 0 ? asked : missing).filter(({ names }) => names.length > 0);
  if (incomplete.length === 0) return asked.map(({ name }) => name);
  const lines = incomplete.map(({ name, names }) => `${name} needs ${names.join(', ')}`);
  return `These variables are missing: ${lines.join('; ')}. apps/live/README.md says where to get them.`;
}

function refuse(reason: string): number {
  console.error(redact(reason, secrets));
  return 2;
}

function say(text: string): void {
  console.log(redact(text, secrets));
}
