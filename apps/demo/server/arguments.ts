import { type Company, companies } from '../src/choice/companies';
import { accountVariables } from './accounts';
import { akoolVariables } from './akool-account';
import { keyedVariables, STORE_VARIABLE } from './service-accounts';

export interface Arguments {
  readonly port: number | undefined;
  /** Serves the page through Vite, with hot reloading, instead of built. */
  readonly dev: boolean;
  readonly help: boolean;
}

export const usage = `pnpm demo [--port NUMBER] [--dev]

  --port NUMBER  listen there and nowhere else; without it 4600 or the next free port
  --dev          for work on the page: reload it as its files change

The services are mocks on this machine. One is the real one when the environment holds a key of yours; what is in
brackets may be left out:

AKOOL
  ${akoolVariables.key}
or
${listed(akoolVariables.pair)}${listed(akoolVariables.optional.map(optional))}
${Object.entries(keyedVariables)
  .map(([company, { required, optional: more }]) => {
    const { name } = companies[company as Company];
    return `${name}\n${listed([...required, optional(more)])}`;
  })
  .join('\n')}
With any of them
${listed([optional(STORE_VARIABLE)])}
Agora and TRTC are emulated in the page. They run in a room that you opened elsewhere when the environment holds its
credentials, all of a provider's or none; what is in brackets may be left out:

${Object.values(accountVariables)
  .map(({ required, avatar }) => listed([...required, optional(avatar)]))
  .join('\n')}`;

function listed(names: readonly string[]): string {
  return names.map((name) => `  ${name}\n`).join('');
}

function optional(name: string): string {
  return `[${name}]`;
}

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
