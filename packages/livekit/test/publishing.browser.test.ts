import type { Room } from 'livekit-client';
import { describe, test } from 'vitest';
import type { LivekitSdk } from '../src/livekit-sdk';
import { freshRoom, haveServer, joinRaw, sharedServer } from './real/access';
import { receivesMedia } from './real/media-proof';
import { connectVisitor } from './real/visitor';

const versions: readonly (readonly [string, () => Promise<LivekitSdk>])[] = [
  ['2.20.2', () => import('livekit-client-oldest')],
  ['2.22.0', () => import('livekit-client')],
  ['2.23.0', () => import('livekit-client-newest')],
];

async function device(kind: 'audio' | 'video'): Promise<MediaStreamTrack> {
  const [track] = (await navigator.mediaDevices.getUserMedia({ [kind]: true })).getTracks();
  if (track === undefined) throw new Error(`no fake ${kind} device`);
  return track;
}

/** What another participant gets of the visitor: source and whether it is muted. */
function seenBy(avatar: Room): string[] {
  const publications = avatar.remoteParticipants.get('visitor')?.trackPublications.values() ?? [];
  return [...publications]
    .filter(({ track }) => track !== undefined)
    .map(({ source, isMuted }) => `${source}${isMuted ? ' muted' : ''}`)
    .sort();
}

function receivedBy(avatar: Room, source: string): MediaStreamTrack {
  const publications = avatar.remoteParticipants.get('visitor')?.trackPublications.values() ?? [];
  const found = [...publications].find((publication) => publication.source === source)?.track;
  if (found === undefined) throw new Error(`nothing arrived from the ${source}`);
  return found.mediaStreamTrack;
}

describe.skipIf(!haveServer)('over a real livekit-server in Chromium, the real livekit-client', () => {
  test.for(versions)(
    '%s sends a microphone and a camera, mutes, replaces and goes on after a full reconnect',
    { timeout: 60_000 },
    async ([, sdk], { expect }) => {
      const room = freshRoom();
      const avatar = await joinRaw(sharedServer(), room, 'avatar');
      const { transport, all } = await connectVisitor(room, { adapter: { sdk } });
      const { publishing } = transport;
      const sees = (expected: string[]) =>
        expect.poll(() => seenBy(avatar), { timeout: 10_000 }).toEqual(expected);
      const tracks = [await device('audio'), await device('video'), await device('video')] as const;
      const [sound, picture, other] = tracks;
      try {
        await publishing.publish('microphone', sound);
        await publishing.publish('camera', picture);
        await sees(['camera', 'microphone']);
        await receivesMedia(receivedBy(avatar, 'microphone'));
        await receivesMedia(receivedBy(avatar, 'camera'));
        await publishing.mute('camera', true);
        await sees(['camera muted', 'microphone']);
        await publishing.replace('camera', other);
        await sees(['camera muted', 'microphone']);

        await transport.native?.simulateScenario('full-reconnect');
        await expect.poll(() => all('reconnected').length, { timeout: 10_000 }).toBe(1);
        await sees(['camera muted', 'microphone']);
        await publishing.mute('camera', false);
        await sees(['camera', 'microphone']);
        await receivesMedia(receivedBy(avatar, 'camera'));
        await publishing.unpublish('microphone');
        await sees(['camera']);
      } finally {
        await transport.close();
        await avatar.disconnect();
      }
      expect(tracks.map(({ readyState, enabled }) => [readyState, enabled])).toEqual([
        ['live', true],
        ['live', true],
        ['live', true],
      ]);
      for (const track of tracks) track.stop();
    },
  );

  test.for(versions)(
    '%s stops what it sends when the page is frozen, and the tracks live on all the same',
    { timeout: 30_000 },
    async ([, sdk], { expect }) => {
      const { transport, all } = await connectVisitor(freshRoom(), { adapter: { sdk } });
      const track = await device('audio');
      await transport.publishing.publish('microphone', track);
      window.dispatchEvent(new Event('freeze'));

      await expect.poll(() => all('closed')).toEqual([{ reason: 'page-frozen' }]);
      expect([track.readyState, track.enabled]).toEqual(['live', true]);
      track.stop();
    },
  );
});
