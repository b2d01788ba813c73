/** What pages send, looked at before anything believes it. */

import type { ProviderCredentials } from '@avatarwire/core';
import type { RoomProvider } from '../../mock-room';
import {
  DEEDS,
  type HostRequest,
  LONGEST_TEXT,
  type OrderAnswer,
  PROVIDERS,
  type RoomDescription,
} from '../../page-rooms/wire';
import { type Fields, isFields, isText, ServiceRefusal } from '../call';

/** @throws ServiceRefusal naming the field */
export function readHostRequest({ name, providers }: Fields): HostRequest {
  if (name !== undefined && !isName(name)) throw refusal('name', `a text of 1 to ${LONGEST_TEXT} characters`);
  const known = Array.isArray(providers) ? PROVIDERS.filter((provider) => providers.includes(provider)) : [];
  if (!Array.isArray(providers) || known.length === 0 || known.length !== providers.length)
    throw refusal('providers', `a list of ${PROVIDERS.join(', ')}`);
  return { providers: known, ...(name !== undefined && { name }) };
}

/** @throws ServiceRefusal naming the field */
export function readOrderAnswer({
  host,
  call,
  room,
  error,
}: Fields): Omit<OrderAnswer, 'room'> & { readonly room?: unknown } {
  if (!isText(host)) throw refusal('host', 'the name that hello gave');
  if (typeof call !== 'number') throw refusal('call', 'the number of the order');
  return {
    host,
    call,
    ...(room !== undefined && { room }),
    ...(isText(error) && { error: error.slice(0, LONGEST_TEXT) }),
  };
}

/** Undefined when it is no room of that provider. */
export function readRoom(provider: RoomProvider, room: unknown): RoomDescription | undefined {
  if (!isFields(room)) return undefined;
  const credentials = readCredentials(provider, room['credentials']);
  if (credentials === undefined) return undefined;
  const { deeds } = room;
  const named = (name: 'avatarId' | 'visitorId' | 'roomName' | 'agentToken') => {
    const value = room[name];
    return isText(value) ? { [name]: value } : {};
  };
  return {
    credentials,
    ...named('avatarId'),
    ...named('visitorId'),
    ...named('roomName'),
    ...named('agentToken'),
    deeds: Array.isArray(deeds) ? DEEDS.filter((deed) => deeds.includes(deed)) : [],
  };
}

type Readers = { readonly [P in RoomProvider]: (value: Fields) => ProviderCredentials[P] | undefined };

const READERS: Readers = {
  agora: ({ appId, channel, token, uid }) =>
    isText(appId) && isText(channel) && isText(token) && isId(uid)
      ? { appId, channel, token, uid }
      : undefined,
  livekit: ({ url, token }) => (isText(url) && isText(token) ? { url, token } : undefined),
  trtc: ({ sdkAppId, room, userId, userSig }) =>
    typeof sdkAppId === 'number' && isId(room) && isText(userId) && isText(userSig)
      ? { sdkAppId, room, userId, userSig }
      : undefined,
  webrtc({ offer, iceServers = [] }) {
    if (!isFields(offer) || offer['type'] !== 'offer' || !isText(offer['sdp'])) return undefined;
    if (!Array.isArray(iceServers)) return undefined;
    const servers = iceServers.map(readIceServer);
    if (!servers.every((server) => server !== undefined)) return undefined;
    return { iceServers: servers, offer: { type: 'offer', sdp: offer['sdp'] } };
  },
};

function readCredentials(
  provider: RoomProvider,
  value: unknown,
): ProviderCredentials[RoomProvider] | undefined {
  return isFields(value) ? READERS[provider](value) : undefined;
}

function readIceServer(value: unknown): RTCIceServer | undefined {
  if (!isFields(value)) return undefined;
  const { urls, username, credential } = value;
  if (!isText(urls) && !(Array.isArray(urls) && urls.every(isText))) return undefined;
  return {
    urls,
    ...(isText(username) && { username }),
    ...(isText(credential) && { credential }),
  };
}

function isName(value: unknown): value is string {
  return isText(value) && value.length <= LONGEST_TEXT;
}

function isId(value: unknown): value is string | number {
  return isText(value) || typeof value === 'number';
}

export function refusal(field: string, expected: string): ServiceRefusal {
  return new ServiceRefusal('invalid', `${field} has to be ${expected}.`, 400);
}
