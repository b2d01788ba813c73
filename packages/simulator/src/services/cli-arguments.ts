import { parseArgs } from 'node:util';
import { AvatarError } from '@avatarwire/core';
import { HOST } from './http-server';

export const DEFAULT_PORT = 4_010;

export const HELP = `avatarwire-simulator: mock avatar services on this machine

  --port NUMBER       where they listen; 0 for any that is free (default ${DEFAULT_PORT})
  --host ADDRESS      127.0.0.1 or localhost, and nothing else
  --avatar ID         a further avatar that sessions may name; any number of times
  --livekit-url URL   puts a simulated avatar into a room of that LiveKit server for each LiveKit session,
                      with LIVEKIT_API_KEY and LIVEKIT_API_SECRET from the environment
  --help              this text`;

export interface Wanted {
  readonly port: number;
  readonly avatars: readonly string[];
  readonly livekit?: { readonly url: string; readonly apiKey: string; readonly apiSecret: string };
}

/** @throws AvatarError `invalid-argument`, saying which */
export function readArguments(
  given: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Wanted | 'help' {
  const values = parse(given);
  if (values.help) return 'help';
  const { host = HOST, port = String(DEFAULT_PORT), avatar: avatars = [] } = values;
  if (host !== HOST && host !== 'localhost')
    throw invalid(
      '--host has to be 127.0.0.1: the mock services are for this machine, with keys that all know.',
    );
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw invalid('--port has to be a whole number from 0 to 65535.');
  const url = values['livekit-url'];
  if (url === undefined) return { port: Number(port), avatars };
  const { LIVEKIT_API_KEY: apiKey, LIVEKIT_API_SECRET: apiSecret } = environment;
  if (!apiKey || !apiSecret)
    throw invalid('--livekit-url needs LIVEKIT_API_KEY and LIVEKIT_API_SECRET in the environment.');
  return { port: Number(port), avatars, livekit: { url, apiKey, apiSecret } };
}

function parse(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        avatar: { type: 'string', multiple: true },
        'livekit-url': { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (cause) {
    throw invalid(`${(cause as Error).message}\n\n${HELP}`, cause);
  }
}

function invalid(message: string, cause?: unknown): AvatarError {
  return new AvatarError('invalid-argument', message, cause === undefined ? {} : { cause });
}
