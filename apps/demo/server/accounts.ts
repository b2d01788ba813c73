/** Rooms that the user opened elsewhere: their credentials stand in the environment of this server. */

import type { ConnectionDetails } from '@avatarwire/core';

export type AccountProvider = 'agora' | 'trtc';

/** Connection details by provider. A provider without an account is not in it. */
export type Accounts = ReadonlyMap<AccountProvider, ConnectionDetails>;

type Environment = Readonly<Record<string, string | undefined>>;

interface Variables {
  readonly required: readonly string[];
  /** Who the avatar is, where the service says so. */
  readonly avatar: string;
}

/** The names, as `--help` shows them. */
export const accountVariables: Readonly<Record<AccountProvider, Variables>> = {
  agora: {
    required: [
      'AVATARWIRE_AGORA_APP_ID',
      'AVATARWIRE_AGORA_CHANNEL',
      'AVATARWIRE_AGORA_TOKEN',
      'AVATARWIRE_AGORA_UID',
    ],
    avatar: 'AVATARWIRE_AGORA_AVATAR_UID',
  },
  trtc: {
    required: [
      'AVATARWIRE_TRTC_SDK_APP_ID',
      'AVATARWIRE_TRTC_ROOM',
      'AVATARWIRE_TRTC_ROOM_KIND',
      'AVATARWIRE_TRTC_USER_ID',
      'AVATARWIRE_TRTC_USER_SIG',
    ],
    avatar: 'AVATARWIRE_TRTC_AVATAR_ID',
  },
};

/**
 * All variables of a provider, or none: half an account is a mistake, and is told at once.
 *
 * @throws Error that names the variable, and never its value
 */
export function readAccounts(environment: Environment): Accounts {
  const accounts = new Map<AccountProvider, ConnectionDetails>();
  const agora = valuesOf(environment, accountVariables.agora);
  if (agora !== undefined) {
    const [appId = '', channel = '', token = '', uid = ''] = agora;
    accounts.set('agora', {
      provider: 'agora',
      credentials: { appId, channel, token, uid: /^\d+$/.test(uid) ? Number(uid) : uid },
      ...avatarIn(environment, accountVariables.agora),
    });
  }
  const trtc = valuesOf(environment, accountVariables.trtc);
  if (trtc !== undefined) {
    const [sdkAppId = '', room = '', kind = '', userId = '', userSig = ''] = trtc;
    accounts.set('trtc', {
      provider: 'trtc',
      credentials: {
        sdkAppId: wholeNumber('AVATARWIRE_TRTC_SDK_APP_ID', sdkAppId),
        room: roomOf(kind, room),
        userId,
        userSig,
      },
      ...avatarIn(environment, accountVariables.trtc),
    });
  }
  return accounts;
}

/** To TRTC the room "123" and the room 123 are two rooms, so the kind is never guessed from the digits. */
function roomOf(kind: string, room: string): string | number {
  switch (kind) {
    case 'string':
      return room;
    case 'number':
      return wholeNumber('AVATARWIRE_TRTC_ROOM', room);
    default:
      throw new Error('AVATARWIRE_TRTC_ROOM_KIND must be "string" or "number".');
  }
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value === 0) {
    throw new Error(`${name} must be a whole number above 0.`);
  }
  return value;
}

function valuesOf(environment: Environment, { required, avatar }: Variables): string[] | undefined {
  const given = [...required, avatar].filter((name) => environment[name]);
  const missing = required.find((name) => !environment[name]);
  if (given.length === 0) return undefined;
  if (missing !== undefined) {
    throw new Error(`${given[0]} is set and ${missing} is not: all of ${required.join(', ')}, or none.`);
  }
  return required.map((name) => environment[name] ?? '');
}

function avatarIn(environment: Environment, { avatar }: Variables): { avatarId?: string } {
  const avatarId = environment[avatar];
  return avatarId ? { avatarId } : {};
}
