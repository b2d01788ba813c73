import { accountVariables } from './accounts';
import { akoolVariables } from './akool-account';

export interface Arguments {
  readonly port: number | undefined;
  /** Serves the page through Vite, with hot reloading, instead of built. */
  readonly dev: boolean;
  readonly help: boolean;
}

export const usage = `pnpm demo [--port NUMBER] [--dev]

  --port NUMBER  listen there and nowhere else; without it 4600 or the next free port
  --dev          for work on the page: reload it as its files change

The service is a mock of AKOOL on this machine. It is AKOOL itself when the environment holds a key of yours:

  ${akoolVariables.key}
or
${akoolVariables.pair.map((name) => `  ${name}\n`).join('')}
${akoolVariables.optional.map((name) => `  [${name}]\n`).join('')}
Agora and TRTC are emulated in the page. They run in a room that you opened elsewhere when the environment holds its
credentials, all of a provider's or none; what is in brackets may be left out:

${Object.values(accountVariables)
  .map(({ required, avatar }) => [...required, `[${avatar}]`].map((name) => `  ${name}\n`).join(''))
  .join('\n')}`;

/** @throws Error that says what is wrong with the command line */
export function readArguments(given: readonly string[]): Arguments {
  let port: number | undefined;
  let dev = false;
  let help = false;
  const rest = given.flatMap((argument) =>
    argument.startsWith('--port=') ? ['--port', argument.slice(7)] : [argument],
  );

  for (let index = 0; index < rest.length; index += 1) {
    switch (rest[index]) {
      case '--port':
        index += 1;
        port = portFrom(rest[index]);
        break;
      case '--dev':
        dev = true;
        break;
      case '--help':
        help = true;
        break;
      case '--':
        break;
      default:
        throw new Error(`I do not know ${rest[index]}.\n\n${usage}`);
    }
  }
  return { port, dev, help };
}

function portFrom(text: string | undefined): number {
  const port = Number(text);
  if (text === undefined || !/^\d+$/.test(text) || port > 65_535) {
    throw new Error(`--port wants a number from 0 to 65535, not ${text ?? 'nothing'}.`);
  }
  return port;
}
