import type { Line } from './attempt';
import type { Dialect } from './dialect';
import { checkOptions, type ServerOptions } from './options';
import { Secrets } from './secrets';

/** @throws AvatarError `invalid-argument`, naming the option; `unsupported` in a browser */
export function startLine(dialect: Dialect, host: string, options: ServerOptions): Line {
  return { options: checkOptions(dialect.service, host, options), dialect, secrets: new Secrets() };
}
