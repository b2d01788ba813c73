import { AvatarError, type Clock, type ProviderCredentials, systemClock } from '@avatarwire/core';
import { type AgoraClientConfig, type AgoraModule, importSdk } from './agora-sdk';

export interface AgoraOptions {
  /**
   * Gives the SDK, for applications that load it themselves or use another build:
   * `sdk: () => import('agora-rtc-sdk-ng/esm')`, or `sdk: async () => AgoraRTC` with the script tag. Called once, on
   * connect.
   *
   * @default an `import()` of `agora-rtc-sdk-ng`
   */
  readonly sdk?: () => Promise<AgoraModule>;
  /**
   * How long joining may take, in milliseconds, the download of the SDK included. The SDK itself has no limit: where
   * it reaches nobody it tries for ever.
   *
   * @default 15000
   */
  readonly connectTimeoutMs?: number;
  /**
   * How the channel is used: `rtc` is a call, in which everybody sends; `live` has hosts, who send, and an audience.
   * All who talk with each other use the same one. Credentials with `role: 'audience'` mean `live`, whatever stands
   * here.
   *
   * @default 'rtc'
   */
  readonly mode?: 'rtc' | 'live';
  /**
   * Whether the SDK may report events and qualities to its vendor. With `false` an undocumented parameter of the SDK
   * is set, which the vendor does not support and which holds for the whole page.
   *
   * @default true
   */
  readonly eventReports?: boolean;
  /**
   * What the SDK writes to the console; for the whole page.
   *
   * @default the SDK's own, `debug`
   */
  readonly logLevel?: AgoraLogLevel;
  /** @default the machine's */
  readonly clock?: Clock;
}

export type AgoraLogLevel = 'debug' | 'info' | 'warning' | 'error' | 'none';

/** In the SDK's order: its `setLogLevel` takes the index. */
export const LOG_LEVELS: readonly AgoraLogLevel[] = ['debug', 'info', 'warning', 'error', 'none'];

const MODES: readonly unknown[] = ['rtc', 'live'];
const ROLES: readonly unknown[] = ['host', 'audience'];

const DEFAULTS = {
  sdk: importSdk,
  connectTimeoutMs: 15_000,
  mode: 'rtc',
  eventReports: true,
  clock: systemClock,
} as const satisfies AgoraOptions;

export type CheckedOptions = Required<Omit<AgoraOptions, 'logLevel'>> & Pick<AgoraOptions, 'logLevel'>;

/** @throws AvatarError `invalid-argument`, naming the option */
export function checkOptions(options: AgoraOptions): CheckedOptions {
  const checked: CheckedOptions = { ...DEFAULTS, ...options };
  const { sdk, connectTimeoutMs, mode, eventReports, logLevel } = checked;
  demand(typeof sdk === 'function', 'sdk', 'a function that gives the SDK');
  demand(
    typeof connectTimeoutMs === 'number' && connectTimeoutMs > 0,
    'connectTimeoutMs',
    'a number of milliseconds above 0',
  );
  demand(MODES.includes(mode), 'mode', "'rtc' or 'live'");
  demand(typeof eventReports === 'boolean', 'eventReports', 'true or false');
  demand(
    logLevel === undefined || LOG_LEVELS.includes(logLevel),
    'logLevel',
    `one of ${LOG_LEVELS.join(', ')}`,
  );
  return checked;
}

function demand(condition: boolean, option: keyof AgoraOptions, wanted: string): void {
  if (!condition) {
    throw new AvatarError('invalid-argument', `options.${option} must be ${wanted}.`, { provider: 'agora' });
  }
}

type Credentials = ProviderCredentials['agora'];

/** The SDK's own lists, so that a mistake is named before the SDK is loaded (agora-rtc-sdk-ng 4.24.8). */
const CHANNEL = /^[\w !#$%&()+\-:;<=.>?@[\]^{}|~,]{1,64}$/;
const TEXT_UID = /^[\x20-\x7e]{1,255}$/;
const MAX_UID = 2 ** 32 - 1;
const MAX_TOKEN_LENGTH = 2_047;

/** @throws AvatarError `invalid-credentials`, naming the field */
export function checkCredentials(credentials: Credentials): void {
  const { appId, channel, token, uid, role }: Partial<Credentials> = credentials ?? {};
  if (typeof appId !== 'string' || appId === '') refuse('appId', 'the id of the application at Agora');
  if (typeof channel !== 'string' || !CHANNEL.test(channel)) {
    refuse(
      'channel',
      "1 to 64 of Agora's characters: letters and digits of ASCII, and signs, but no /, * or \\",
    );
  }
  if (typeof token !== 'string' || token === '' || token.length > MAX_TOKEN_LENGTH) {
    refuse('token', `the token of one participant, at most ${MAX_TOKEN_LENGTH} characters`);
  }
  if (!isUid(uid)) refuse('uid', `a whole number from 0 to ${MAX_UID}, or 1 to 255 characters of ASCII`);
  if (role !== undefined && !ROLES.includes(role)) refuse('role', "'host' or 'audience', where it is given");
}

function isUid(uid: unknown): boolean {
  if (typeof uid === 'string') return TEXT_UID.test(uid);
  return typeof uid === 'number' && Number.isInteger(uid) && uid >= 0 && uid <= MAX_UID;
}

function refuse(field: keyof Credentials, wanted: string): never {
  throw new AvatarError('invalid-credentials', `credentials.${field} must be ${wanted}.`, {
    provider: 'agora',
  });
}

/**
 * What we say to a new client. The role is always said in `live` mode, where the SDK's own is the audience, and a
 * latency level to an audience only: for a host the SDK refuses it.
 */
export function clientConfig(role: Credentials['role'], { mode }: CheckedOptions): AgoraClientConfig {
  if (role === 'audience')
    return { mode: 'live', codec: 'vp8', role, clientRoleOptions: { level: ULTRA_LOW_LATENCY } };
  return mode === 'live' ? { mode, codec: 'vp8', role: 'host' } : { mode, codec: 'vp8' };
}

/** `AudienceLatencyLevelType.AUDIENCE_LEVEL_ULTRA_LOW_LATENCY`: for who talks with whom they watch. */
const ULTRA_LOW_LATENCY = 2;
