import { type Clock, type ProviderCredentials, systemClock } from '@avatarwire/core';
import { failure } from './trtc-errors';
import { importSdk, type TrtcModule, type TrtcRoom } from './trtc-sdk';

export interface TrtcOptions {
  /**
   * Gives the SDK, for applications that load it themselves: `sdk: () => import('trtc-sdk-v5')`, or
   * `sdk: async () => TRTC` where a script tag made it global. Called once, on connect.
   *
   * @default an `import()` of `trtc-sdk-v5`
   */
  readonly sdk?: () => Promise<TrtcModule>;
  /**
   * How long joining may take, in milliseconds, the download of the SDK included. The SDK itself has no limit: 20 ms to
   * 240 s, or for ever (5.17.1), depending on how the network is broken.
   *
   * @default 15000
   */
  readonly connectTimeoutMs?: number;
  /**
   * What the SDK writes to the console. It holds for the whole page and for every instance there, also those of others.
   * At every level but `none` it writes the `userSig` there when it cannot enter (5.14.1 and 5.17.1).
   *
   * @default 'none'
   */
  readonly logLevel?: TrtcLogLevel;
  /**
   * Whether the SDK sends its log lines to the vendor, for the whole page. `false` lessens what is reported and does not
   * end it: figures about each session still go to `yun.tim.qq.com`, the `userSig` among them (5.14.1 and 5.17.1).
   *
   * @default untouched: the SDK sends them
   */
  readonly uploadLogs?: boolean;
  /** @default the machine's */
  readonly clock?: Clock;
}

/** In the order of the SDK's numbers, 0 to 5. */
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'none'] as const;
export type TrtcLogLevel = (typeof LOG_LEVELS)[number];

const DEFAULTS = {
  sdk: importSdk,
  connectTimeoutMs: 15_000,
  logLevel: 'none' as TrtcLogLevel,
  clock: systemClock,
};

export type CheckedOptions = Required<Pick<TrtcOptions, 'sdk' | 'connectTimeoutMs' | 'clock'>> & {
  /** What to call `setLogLevel` with. */
  readonly logging: readonly [level: number, upload?: boolean];
};

/** @throws AvatarError `invalid-argument`, naming the option */
export function checkOptions(options: TrtcOptions): CheckedOptions {
  const { sdk, connectTimeoutMs, clock, logLevel, uploadLogs } = { ...DEFAULTS, ...options };
  if (typeof connectTimeoutMs !== 'number' || !(connectTimeoutMs > 0)) {
    refuseOption('connectTimeoutMs', 'a number of milliseconds above 0');
  }
  if (typeof sdk !== 'function') refuseOption('sdk', 'a function that gives the SDK');
  // The SDK takes any wrong level without a word.
  if (!LOG_LEVELS.includes(logLevel)) refuseOption('logLevel', LOG_LEVELS.join(', '));
  if (uploadLogs !== undefined && typeof uploadLogs !== 'boolean') refuseOption('uploadLogs', 'a boolean');
  const level = LOG_LEVELS.indexOf(logLevel);
  return { sdk, connectTimeoutMs, clock, logging: uploadLogs === undefined ? [level] : [level, uploadLogs] };
}

function refuseOption(option: keyof TrtcOptions, wanted: string): never {
  throw failure('invalid-argument', `options.${option} must be ${wanted}.`);
}

/** trtc-sdk-v5 5.17.1 refuses everything else with 5012, in the browser. */
const STRING_ROOM = /^[\w !#$%&()+\-:;<=.>?@[\]^{}|~,]{1,64}$/;
const LARGEST_NUMERIC_ROOM = 4_294_967_294;
const DEFAULT_CMD_ID = 1;

/** What to enter, and the channel of messages. */
export interface CheckedCredentials {
  readonly room: TrtcRoom;
  readonly cmdId: number;
}

/**
 * The kind of room is the type of `room`, and is never guessed from its digits: `"123"` and `123` are different rooms.
 * The SDK would let a `userId` of any length and script pass, so we do, too.
 *
 * @throws AvatarError `invalid-credentials`, naming the field
 */
export function checkCredentials(credentials: ProviderCredentials['trtc']): CheckedCredentials {
  const { sdkAppId, room, userId, userSig, cmdId }: Partial<ProviderCredentials['trtc']> = credentials ?? {};
  if (!isWhole(sdkAppId, 1, Number.MAX_SAFE_INTEGER)) refuse('sdkAppId', 'a whole number above 0');
  if (typeof userId !== 'string' || userId.trim() === '') refuse('userId', 'a string with content');
  if (typeof userSig !== 'string' || userSig === '') refuse('userSig', 'the signature of one user');
  if (cmdId !== undefined && !isWhole(cmdId, 1, 10)) refuse('cmdId', 'a whole number from 1 to 10');
  return {
    room: {
      sdkAppId,
      userId,
      userSig,
      ...roomOf(room),
      // Everybody may send here; in `live` an audience may not, and hears of nobody but anchors.
      scene: 'rtc',
      role: 'anchor',
      autoReceiveAudio: true,
      // Each picture is asked for, without an element of the SDK's own.
      autoReceiveVideo: false,
      enableAutoPlayDialog: false,
    },
    cmdId: cmdId ?? DEFAULT_CMD_ID,
  };
}

function roomOf(room: unknown): Pick<TrtcRoom, 'roomId' | 'strRoomId'> {
  if (typeof room === 'string') {
    if (!STRING_ROOM.test(room)) {
      refuse(
        'room',
        'as a string 1 to 64 letters, digits, spaces and !#$%&()+-:;<=.>?@[]^_{}|~, (no slash, no quotes)',
      );
    }
    return { strRoomId: room };
  }
  if (!isWhole(room, 1, LARGEST_NUMERIC_ROOM)) {
    refuse('room', `a string, or a whole number from 1 to ${LARGEST_NUMERIC_ROOM}`);
  }
  return { roomId: room };
}

function isWhole(value: unknown, smallest: number, largest: number): value is number {
  return Number.isInteger(value) && Number(value) >= smallest && Number(value) <= largest;
}

function refuse(field: keyof ProviderCredentials['trtc'], wanted: string): never {
  throw failure('invalid-credentials', `credentials.${field} must be ${wanted}.`);
}
