import { AvatarError } from '@avatarwire/core';

/** What pages and their workers have; servers, also those built like browsers (Workers, Deno), have not all of it. */
interface Surroundings {
  readonly window?: { readonly document?: unknown };
  readonly DedicatedWorkerGlobalScope?: unknown;
  readonly SharedWorkerGlobalScope?: unknown;
  readonly Deno?: unknown;
  readonly Bun?: unknown;
}

/** @throws AvatarError `unsupported`, where a visitor could read the key */
export function refuseInBrowser(service: string, allowed: boolean): void {
  if (allowed || !isBrowser(globalThis as Surroundings)) return;
  throw new AvatarError(
    'unsupported',
    `${service}: this holds your key, and in a browser every visitor could read it. Use it on a server; if you know ` +
      'what you do, set dangerouslyAllowBrowser.',
    { service },
  );
}

function isBrowser(here: Surroundings): boolean {
  if (here.Deno !== undefined || here.Bun !== undefined) return false;
  return (
    here.window?.document !== undefined ||
    here.DedicatedWorkerGlobalScope !== undefined ||
    here.SharedWorkerGlobalScope !== undefined
  );
}
