import { parseArgs } from 'node:util';
import { AvatarError } from '@avatarwire/core';

export const DEFAULT_PORT = 4_010;

export const HELP = `avatarwire-simulator: mock avatar services on this machine

  --port NUMBER       where they listen on 127.0.0.1; 0 for any that is free (default ${DEFAULT_PORT})
  --avatar ID         a further avatar that sessions may name; any number of times
  --sessions NUMBER   how many sessions may stand open at each service
                      (default AKOOL 1000, A2E 10, HeyGen 3, LiveAvatar 100)
  --livekit-url URL   puts a simulated avatar into a room of that LiveKit server for each LiveKit session,
                      with LIVEKIT_API_KEY and LIVEKIT_API_SECRET from the environment
  --page-rooms        sessions get the rooms, and avatars, of pages that call hostRooms
                      (@avatarwire/simulator/page-rooms); without such a page they are refused
  --help              this text`;

export interface Wanted {
  readonly port: number;
  readonly avatars: readonly string[];
  readonly sessions?: number;
  /** Rooms are made by pages. */
  readonly pageRooms: boolean;
  readonly livekit?: { readonly url: string; readonly apiKey: string; readonly apiSecret: string };
}

/** @throws AvatarError `invalid-argument`, saying which */
export function readArguments(
  given: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Wanted | 'help' {
  const values = parse(given);
  if (values.help) return 'help';
  const { port = String(DEFAULT_PORT), avatar: avatars = [], sessions } = values;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw invalid('--port has to be a whole number from 0 to 65535.');
  if (sessions !== undefined && !/^\d{1,9}$/.test(sessions))
    throw invalid('--sessions has to be a whole number from 0.');
  const wanted = {
    port: Number(port),
    avatars,
    pageRooms: values['page-rooms'] ?? false,
    ...(sessions !== undefined && { sessions: Number(sessions) }),
  };
  const url = values['livekit-url'];
  if (url === undefined) return wanted;
  const { LIVEKIT_API_KEY: apiKey, LIVEKIT_API_SECRET: apiSecret } = environment;
  if (!apiKey || !apiSecret)
    throw invalid('--livekit-url needs LIVEKIT_API_KEY and LIVEKIT_API_SECRET in the environment.');
  return { ...wanted, livekit: { url, apiKey, apiSecret } };
}

function parse(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      options: {
        port: { type: 'string' },
        avatar: { type: 'string', multiple: true },
        sessions: { type: 'string' },
        'livekit-url': { type: 'string' },
        'page-rooms': { type: 'boolean' },
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
