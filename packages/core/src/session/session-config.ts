/** The options of a session, checked and with their defaults. */

import { type Clock, systemClock } from '../clock';
import type { Provider } from '../credentials';
import { AvatarError } from '../errors';
import { calmLogger, type Logger, silentLogger } from '../logger';
import { isSource } from './service-sessions';
import { DEFAULT_MAX_MESSAGES, resolveTimeouts } from './session-defaults';
import type { AvatarSessionOptions, SessionTimeouts } from './session-types';

export interface SessionConfig
  extends Pick<AvatarSessionOptions, 'transports' | 'source' | 'services' | 'policy' | 'media'> {
  /** In the order in which they are tried. */
  readonly providers: readonly Provider[];
  readonly timeouts: SessionTimeouts;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => string;
  readonly resendUncertain: boolean;
  readonly finishAbandoned: boolean;
  readonly closeOnPageHide: boolean;
  readonly maxMessages: number;
}

/** @throws AvatarError `invalid-argument`, naming the option */
export function resolveConfig(options: AvatarSessionOptions): SessionConfig {
  const { transports, source, services, media, prefer, policy, maxMessages = DEFAULT_MAX_MESSAGES } = options;
  demand(typeof transports === 'object' && transports !== null, 'transports', 'an object of adapters');
  demand(typeof source === 'object' && source !== null, 'source', 'connection details or a SessionSource');
  demand(Number.isInteger(maxMessages) && maxMessages > 0, 'maxMessages', 'a whole number above 0');

  demand(media === undefined || typeof media === 'function', 'media', 'a function: localMedia()');
  for (const [name, make] of Object.entries(services ?? {})) {
    demand(typeof make === 'function', `services.${name}`, 'a function that makes an AvatarService');
  }

  const available = Object.keys(transports) as Provider[];
  const providers = isSource(source) ? (prefer ?? available) : [source.provider];
  demand(providers.length > 0, 'transports', 'at least one adapter');
  for (const provider of providers) {
    demand(
      typeof transports[provider] === 'function',
      `transports.${provider}`,
      'a function that makes a transport',
    );
  }
  if (!isSource(source)) {
    demand(typeof source.credentials === 'object', 'source.credentials', 'the credentials to join with');
  }
  const clock = options.clock ?? systemClock;
  return {
    transports,
    source,
    providers,
    ...(services && { services }),
    ...(policy && { policy }),
    ...(media && { media }),
    maxMessages,
    timeouts: resolveTimeouts(options.timeouts),
    clock,
    logger: calmLogger(options.logger ?? silentLogger, clock),
    newId: options.randomId ?? randomIds(),
    resendUncertain: options.resendUncertain ?? false,
    finishAbandoned: options.finishAbandoned ?? false,
    closeOnPageHide: options.closeOnPageHide ?? true,
  };
}

function demand(condition: boolean, option: string, wanted: string): asserts condition {
  if (!condition) throw new AvatarError('invalid-argument', `${option} must be ${wanted}.`);
}

const ID_BYTES = 9;
const ID_CHARACTERS = 12;
const IDS_AT_ONCE = 32;

/**
 * 72 random bits in 12 characters: each is paid in every packet. Drawn for many at once: in a browser each question for
 * random bytes takes as long as the whole encoding of a command.
 */
function randomIds(): () => string {
  let drawn = '';
  return () => {
    drawn ||= btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(ID_BYTES * IDS_AT_ONCE))))
      .replaceAll('+', '-')
      .replaceAll('/', '_');
    const id = drawn.slice(0, ID_CHARACTERS);
    drawn = drawn.slice(ID_CHARACTERS);
    return id;
  };
}
