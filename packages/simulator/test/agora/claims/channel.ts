/** reference/agora.md §3: users, tracks and endings, as the SDK tells what its gateway says. */

import { expect } from 'vitest';
import { listen, outcome } from '../subject';
import type { Claim } from './claim';

const USERS = [
  'user-joined',
  'user-left',
  'user-published',
  'user-unpublished',
  'user-info-updated',
] as const;
const ENDS = [
  'connection-state-change',
  'token-privilege-will-expire',
  'token-privilege-did-expire',
] as const;

export const channelClaims: readonly Claim[] = [
  {
    name: 'a user joins, and then audio and video are published one by one',
    async run({ inChannel, settle }) {
      const { client, userOnline, show } = await inChannel();
      const told = listen(client, USERS);
      userOnline(7);
      show(7, 'video');
      show(7, 'audio');
      await settle();
      expect(told).toEqual(['user-joined 7', 'user-published 7 video', 'user-published 7 audio']);
      expect(client.remoteUsers).toMatchObject([{ uid: 7, hasAudio: true, hasVideo: true }]);
    },
  },
  {
    name: 'a track is undefined before it is subscribed',
    async run({ inChannel, settle }) {
      const { client, userOnline, show } = await inChannel();
      userOnline(7);
      show(7, 'audio');
      await settle();
      const [user] = client.remoteUsers;
      expect([Reflect.get(user ?? {}, 'audioTrack'), Reflect.get(user ?? {}, 'videoTrack')]).toEqual([
        undefined,
        undefined,
      ]);
    },
  },
  {
    name: 'a mute shows as unpublished, the end of it as published again, each behind a note',
    async run({ inChannel, settle }) {
      const { client, userOnline, show, mute } = await inChannel();
      userOnline(7);
      show(7, 'audio');
      await settle();
      const told = listen(client, USERS);
      mute(7, 'audio', true);
      mute(7, 'audio', false);
      await settle();
      expect(told).toEqual([
        'user-info-updated 7 mute-audio',
        'user-unpublished 7 audio',
        'user-info-updated 7 unmute-audio',
        'user-published 7 audio',
      ]);
    },
  },
  {
    name: 'what is unpublished is told, and who leaves is unpublished first',
    async run({ inChannel, settle }) {
      const { client, userOnline, show, hide, userOffline } = await inChannel();
      userOnline(7);
      show(7, 'audio');
      await settle();
      const told = listen(client, USERS);
      hide(7, 'audio');
      show(7, 'audio');
      userOffline(7);
      await settle();
      expect(told).toEqual([
        'user-unpublished 7 audio',
        'user-published 7 audio',
        'user-unpublished 7 audio',
        'user-left 7 Quit',
      ]);
      expect(client.remoteUsers).toEqual([]);
    },
  },
  {
    name: 'subscribe of a user who shows nothing is INVALID_REMOTE_USER, of a track that is not shown REMOTE_USER_IS_NOT_PUBLISHED',
    async run({ inChannel, settle }) {
      const { client, userOnline, show } = await inChannel();
      userOnline(7);
      await settle();
      const [user] = client.remoteUsers;
      expect(await outcome(client.subscribe(user, 'audio'))).toBe('INVALID_REMOTE_USER');
      show(7, 'video');
      await settle();
      expect(await outcome(client.subscribe(user, 'audio'))).toBe('REMOTE_USER_IS_NOT_PUBLISHED');
      expect(await outcome(client.subscribe(user, 'smell'))).toBe('INVALID_PARAMS');
    },
  },
  {
    name: 'subscribe of a user who has left is INVALID_REMOTE_USER',
    async run({ inChannel, settle }) {
      const { client, userOnline, show, userOffline } = await inChannel();
      userOnline(7);
      show(7, 'audio');
      await settle();
      const [user] = client.remoteUsers;
      userOffline(7);
      await settle();
      expect(await outcome(client.subscribe(user, 'audio'))).toBe('INVALID_REMOTE_USER');
      expect(await outcome(client.unsubscribe(user, 'audio'))).toBe('INVALID_REMOTE_USER');
    },
  },
  {
    name: 'a cut shows as RECONNECTING and CONNECTED, and whom the SDK knows it does not announce again',
    async run({ inChannel, settle }) {
      const { client, userOnline, show, cut, restore } = await inChannel();
      userOnline(7);
      show(7, 'audio');
      await settle();
      const told = listen(client, [...USERS, ...ENDS]);
      cut();
      await settle();
      restore();
      userOnline(7);
      show(7, 'audio');
      await settle();
      expect(told).toEqual([
        'connection-state-change RECONNECTING CONNECTED -',
        'connection-state-change CONNECTED RECONNECTING -',
      ]);
    },
  },
  {
    name: 'a reconnect given up is DISCONNECTED NETWORK_ERROR, straight from RECONNECTING',
    async run({ inChannel, settle }) {
      const { client, cut, giveUp } = await inChannel();
      const told = listen(client, ENDS);
      cut();
      await settle();
      giveUp();
      await settle();
      expect(told).toEqual([
        'connection-state-change RECONNECTING CONNECTED -',
        'connection-state-change DISCONNECTED RECONNECTING NETWORK_ERROR',
      ]);
    },
  },
  {
    name: 'a connected client leaves with the reason LEAVE, after the turn of the call',
    async run({ inChannel }) {
      const { client } = await inChannel();
      const told = listen(client, ENDS);
      const leaving = client.leave();
      expect(told).toEqual([]);
      await leaving;
      expect(told).toEqual([
        'connection-state-change DISCONNECTING CONNECTED -',
        'connection-state-change DISCONNECTED DISCONNECTING LEAVE',
      ]);
      expect([client.uid, client.channelName, client.remoteUsers]).toEqual([undefined, undefined, []]);
    },
  },
  {
    name: 'when it is told DISCONNECTED, the uid and the users are gone',
    async run({ inChannel, settle }) {
      const { client, userOnline, ban } = await inChannel();
      userOnline(7);
      await settle();
      const seen: unknown[] = [];
      client.on('connection-state-change', () => seen.push(client.uid, client.remoteUsers.length));
      ban();
      await settle();
      expect(seen).toEqual([undefined, 0]);
    },
  },
  {
    name: 'a ban of the uid or of the channel is DISCONNECTED with that reason',
    async run({ inChannel, settle }) {
      const one = await inChannel();
      const told = listen(one.client, ENDS);
      one.ban();
      const other = await inChannel();
      const toldOther = listen(other.client, ENDS);
      other.banChannel();
      await settle();
      expect(told).toEqual(['connection-state-change DISCONNECTED CONNECTED UID_BANNED']);
      expect(toldOther).toEqual(['connection-state-change DISCONNECTED CONNECTED CHANNEL_BANNED']);
    },
  },
  {
    name: 'the same uid from elsewhere looks like a ban of the uid',
    async run({ inChannel, settle }) {
      const { client, joinElsewhere } = await inChannel();
      const told = listen(client, ENDS);
      joinElsewhere();
      await settle();
      expect(told).toEqual(['connection-state-change DISCONNECTED CONNECTED UID_BANNED']);
    },
  },
  {
    name: 'a token that expires is told, and when it has expired the SDK leaves first and says so afterwards',
    async run({ inChannel, settle }) {
      const { client, expiring, expired } = await inChannel();
      const told = listen(client, ENDS);
      expiring();
      expired();
      await settle();
      expect(told).toEqual([
        'token-privilege-will-expire',
        'connection-state-change DISCONNECTING CONNECTED -',
        'connection-state-change DISCONNECTED DISCONNECTING TOKEN_EXPIRE',
        'token-privilege-did-expire',
      ]);
    },
  },
];
