/** A cloud on a virtual clock, and clients in it, for what only the double does. */

import {
  type AgoraClientConfig,
  type AgoraClientDouble,
  type AgoraClientEvents,
  type AgoraCloudOptions,
  type AgoraCredentialsOptions,
  type AgoraUid,
  createAgoraCloud,
} from '../../src/agora/index';
import { createVirtualClock } from '../../src/index';

const EVERYTHING: readonly (keyof AgoraClientEvents)[] = [
  'connection-state-change',
  'user-joined',
  'user-left',
  'user-published',
  'user-unpublished',
  'user-info-updated',
  'media-reconnect-end',
  'stream-message',
  'token-privilege-will-expire',
  'token-privilege-did-expire',
];

/** Every event but the ticks, a line each: its name and the values, users as their uids. */
export function tell(client: AgoraClientDouble, told: string[] = []): string[] {
  for (const event of EVERYTHING)
    client.on(event, (...payload: unknown[]) => told.push([event, ...payload.map(line)].join(' ').trim()));
  return told;
}

function line(value: unknown): string {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (typeof value === 'object' && value !== null && 'uid' in value) return String(value.uid);
  return value === undefined ? '' : String(value);
}

export async function stage(options: AgoraCloudOptions = {}) {
  const clock = createVirtualClock();
  const cloud = createAgoraCloud({ clock, ...options });
  const { default: sdk } = await cloud.sdk();
  const make = (config: Partial<AgoraClientConfig> = {}) =>
    sdk.createClient({ mode: 'rtc', codec: 'vp8', ...config });
  const join = (client: AgoraClientDouble, uid?: AgoraUid, more?: AgoraCredentialsOptions) => {
    const { appId, channel, token, uid: granted } = cloud.credentials('room', uid, more);
    return client.join(appId, channel, token, granted);
  };
  return {
    clock,
    cloud,
    sdk,
    make,
    join,
    /** A client that has joined, and everyone there was announced to it. */
    async joined(uid: AgoraUid, config: Partial<AgoraClientConfig> = {}, more: AgoraCredentialsOptions = {}) {
      const client = make(config);
      await clock.run(join(client, uid, more));
      await clock.advance(200);
      return client;
    },
  };
}
