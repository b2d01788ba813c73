import type { ProviderCredentials } from '@avatarwire/core';
import type { Random } from '../random';
import { madeUpOffer } from './made-up-offer';
import { alphanumeric, digits, hex } from './names';
import type { MockRoom, RoomProvider, WantedRoom } from './rooms';

type Makers = { readonly [P in RoomProvider]: (random: Random, room: string) => ProviderCredentials[P] };

const VISITOR = 'visitor';
const AVATAR = 'avatar';

/** Hosts end in `.invalid`, which RFC 2606 keeps from ever resolving: nothing leaves the machine. */
const MAKERS: Makers = {
  agora: (random, room) => ({
    appId: hex(random, 32),
    channel: room,
    token: `007e${alphanumeric(random, 132)}=`,
    uid: digits(random, 9),
  }),
  livekit: (random, room) => ({
    url: 'wss://livekit.mock.invalid',
    token: [
      base64url({ alg: 'HS256', typ: 'JWT' }),
      base64url({ iss: `API${alphanumeric(random, 12)}`, sub: VISITOR, video: { roomJoin: true, room } }),
      alphanumeric(random, 43),
    ].join('.'),
  }),
  trtc: (random, room) => ({
    sdkAppId: 1_400_000_000 + digits(random, 7),
    room,
    userId: VISITOR,
    userSig: `eJ${alphanumeric(random, 140)}_`,
  }),
  webrtc: (random) => ({
    iceServers: [
      {
        urls: ['turn:turn.mock.invalid:3478?transport=udp'],
        username: alphanumeric(random, 16),
        credential: alphanumeric(random, 24),
      },
    ],
    offer: { type: 'offer', sdp: madeUpOffer(random) },
  }),
};

/** Credentials that look like the service's own and lead nowhere. */
export function madeUpRoom({ provider, id }: WantedRoom, random: Random): MockRoom {
  const room = provider === 'agora' ? id : `room-${id}`;
  return {
    credentials: MAKERS[provider](random, room),
    avatarId: AVATAR,
    visitorId: VISITOR,
    roomName: room,
    close() {},
  };
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
