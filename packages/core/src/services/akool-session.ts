/** AKOOL's answer to "create session" as connection details: the one place that knows its spellings. */

import type { ConnectionDetails, ProviderCredentials } from '../credentials';
import { AvatarError } from '../errors';
import { SUCCESS_CODE } from '../protocol/messages';
import { serviceCodeClass, serviceCodeMeaning } from '../protocol/service-codes';

const SERVICE = 'akool';

type Fields = Readonly<Record<string, unknown>>;
type Parsed = { [P in 'agora' | 'livekit' | 'trtc']: (credentials: Fields) => ProviderCredentials[P] };

const PARSERS: Parsed = {
  agora: (credentials) => ({
    appId: textOf(credentials, 'agora_app_id'),
    channel: textOf(credentials, 'agora_channel'),
    token: textOf(credentials, 'agora_token'),
    uid: wholeNumberOf(credentials, 'agora_uid'),
  }),
  livekit: (credentials) => ({
    url: textOf(credentials, 'livekit_url'),
    token: textOf(credentials, 'livekit_token'),
  }),
  // One documentation page writes `trtc_sdk_…`, the vendor's own demo `trtc_…`.
  trtc: (credentials) => ({
    sdkAppId: wholeNumberOf(credentials, 'trtc_sdk_app_id', 'trtc_app_id'),
    room: roomOf(credentials),
    userId: textOf(credentials, 'trtc_sdk_user_id', 'trtc_user_id'),
    userSig: textOf(credentials, 'trtc_sdk_user_sig', 'trtc_user_sig'),
  }),
};

/**
 * Reads what AKOOL's "create session" answered, whole (`{ code, msg, data }`) or only its `data`, in every spelling
 * that is documented: `agora_…`, `livekit_…`, `trtc_…` or `trtc_sdk_…` credentials, under `credentials` or the older
 * `stream_urls`. Source: AKOOL, live avatar session pages and react demo, 2025.
 *
 * @throws AvatarError `invalid-credentials`, naming the field; `service-busy`, `credentials-refused`, `session-gone`
 * or `service-refused` with `serviceCode` when the answer is a refusal. No message holds a value of the answer that
 * could be a secret.
 */
export function parseAkoolSession(createResponse: unknown): ConnectionDetails {
  const session = sessionOf(createResponse);
  if (session.status === 3) throw failure('session-gone', 'The session is completed already (status 3).');
  if (session.status === 4)
    throw failure('service-refused', 'The service could not start the session (status 4).');

  const label =
    session.credentials === undefined || session.credentials === null ? 'stream_urls' : 'credentials';
  const credentials = session[label];
  if (!isObject(credentials)) throw invalid('credentials', 'an object');
  const common = {
    service: SERVICE,
    ...(isText(session._id) && { sessionId: session._id }),
    ...expiryOf(session.duration),
  };
  switch (providerOf(session, credentials)) {
    case 'agora':
      return { ...common, provider: 'agora', credentials: PARSERS.agora(credentials) };
    case 'livekit': {
      const avatarId = credentials.livekit_server_identity;
      const named = isText(avatarId) ? { avatarId } : {};
      return { ...common, ...named, provider: 'livekit', credentials: PARSERS.livekit(credentials) };
    }
    case 'trtc':
      return { ...common, provider: 'trtc', credentials: PARSERS.trtc(credentials) };
  }
}

/** The envelope's content, or what was given if it is the content already. */
function sessionOf(response: unknown): Fields {
  if (!isObject(response)) throw invalid('createResponse', "an object: the service's answer or its data");
  const isEnvelope = response.code !== undefined && response.credentials === undefined;
  if (!isEnvelope)
    return isObject(response.data) && response.credentials === undefined ? response.data : response;
  const code = codeOf(response.code);
  if (code !== SUCCESS_CODE) throw refusal(code, response.msg);
  if (!isObject(response.data)) throw invalid('data', 'an object');
  return response.data;
}

/** NaN for what is neither a number nor a text: an object may even refuse to become one. */
function codeOf(code: unknown): number {
  return typeof code === 'number' || typeof code === 'string' ? Number(code) : Number.NaN;
}

function refusal(number: number, message: unknown): AvatarError {
  const said = isText(message) ? ` The service says: ${withoutSecrets(message)}` : '';
  const meaning = serviceCodeMeaning(number) ?? 'a code that is not documented';
  return failure(
    serviceCodeClass(number),
    `AKOOL refused the session: ${meaning} (${number}).${said}`,
    number,
  );
}

/** The service's own words, short, and without anything as long as a key or token. */
function withoutSecrets(message: string): string {
  return message.slice(0, 200).replace(/[^\s]{20,}/gu, '…');
}

/** What the answer says it is for, else whose fields there are. */
function providerOf(session: Fields, credentials: Fields): keyof Parsed {
  const said = session.stream_type;
  if (said === 'agora' || said === 'livekit' || said === 'trtc') return said;
  const names = Object.keys(credentials);
  for (const provider of ['agora', 'livekit', 'trtc'] as const) {
    if (names.some((name) => name.startsWith(`${provider}_`))) return provider;
  }
  throw invalid('credentials', 'those of agora, livekit or trtc');
}

function expiryOf(duration: unknown): { expiresInMs?: number } {
  return typeof duration === 'number' && Number.isFinite(duration) && duration > 0
    ? { expiresInMs: duration * 1_000 }
    : {};
}

/** The first of `names` that is there. */
function fieldOf(credentials: Fields, names: readonly string[]): unknown {
  const found = names.find((name) => credentials[name] !== undefined && credentials[name] !== null);
  return found === undefined ? undefined : credentials[found];
}

function textOf(credentials: Fields, ...names: readonly string[]): string {
  const value = fieldOf(credentials, names);
  if (!isText(value)) throw invalid(`credentials.${names.join(' or ')}`, 'a string that is not empty');
  return value;
}

/** Documented as a number; a back end in between may have made it a string of digits. */
function wholeNumberOf(credentials: Fields, ...names: readonly string[]): number {
  const value = fieldOf(credentials, names);
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) {
    throw invalid(`credentials.${names.join(' or ')}`, 'a whole number, not negative');
  }
  return number;
}

/** To TRTC a room named by a string and one named by a number differ: the type that was given stays. */
function roomOf(credentials: Fields): string | number {
  const names = ['trtc_sdk_room_id', 'trtc_room_id'];
  return typeof fieldOf(credentials, names) === 'number'
    ? wholeNumberOf(credentials, ...names)
    : textOf(credentials, ...names);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(field: string, wanted: string): AvatarError {
  return new AvatarError('invalid-credentials', `${field} must be ${wanted}.`, { service: SERVICE });
}

function failure(code: AvatarError['code'], message: string, serviceCode?: number): AvatarError {
  return new AvatarError(code, message, {
    service: SERVICE,
    ...(serviceCode !== undefined && { serviceCode }),
  });
}
