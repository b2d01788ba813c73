import type { Provider, RemoteTrack } from '@avatarwire/core';
import { check, checkError, checkSame } from '../check';
import { type Rule, rule } from '../define';
import type { Stage, Watched } from '../stage-types';
import { withAvatar } from './sending';

export const media: readonly Rule[] = [
  ...(['audio', 'video'] as const).flatMap((kind) => [
    rule(
      `the avatar's ${kind} track is added, and removed as the same track`,
      ['joinAsAvatar', 'addTrack', 'removeTrack'],
      async (stage) => {
        const avatar = await stage.far.joinAsAvatar();
        const watched = await stage.connect();
        await stage.far.addTrack(kind);
        const added = await nextTrack(stage, watched, 'track-added', 1, 10_000);
        checkSame(added.kind, kind, 'kind');
        checkSame(added.track.kind, kind, 'kind of the MediaStreamTrack');
        checkSame(added.from, avatar, 'from');
        checkSame(
          added.playedBySdk,
          watched.transport.capabilities.playsAudio && kind === 'audio',
          'playedBySdk',
        );
        await stage.far.removeTrack(kind);
        const removed = await nextTrack(stage, watched, 'track-removed', 1, 10_000);
        checkSame(removed.track.id, added.track.id, 'The track that was removed');
        checkSame(removed.from, avatar, 'from');
      },
    ),

    rule(
      `the ${kind} track of an avatar that was there before us is added`,
      ['joinAsAvatar', 'addTrack'],
      async (stage) => {
        await stage.far.joinAsAvatar();
        await stage.far.addTrack(kind);
        const watched = await stage.connect();
        const added = await nextTrack(stage, watched, 'track-added', 1, 10_000);
        checkSame(added.kind, kind, 'kind');
      },
    ),

    rule(
      `the avatar's ${kind} track, when replaced, is removed, then added`,
      ['joinAsAvatar', 'addTrack', 'replaceTrack'],
      async (stage) => {
        await stage.far.joinAsAvatar();
        const watched = await stage.connect();
        await stage.far.addTrack(kind);
        const first = await nextTrack(stage, watched, 'track-added', 1, 10_000);
        await stage.far.replaceTrack(kind);
        // Not "another MediaStreamTrack": where an SDK reuses its receiver, the browser hands out the same object again.
        await nextTrack(stage, watched, 'track-added', 2, 10_000);
        const order = watched.events.flatMap(({ event }) =>
          event === 'track-added' || event === 'track-removed' ? [event] : [],
        );
        checkSame(order.join(), 'track-added,track-removed,track-added', 'The order of track events');
        checkSame(watched.all('track-removed')[0]?.track.id, first.track.id, 'The track that was removed');
      },
    ),
  ]),

  rule(
    'the tracks of an avatar that left are removed',
    ['joinAsAvatar', 'addTrack', 'leave'],
    async (stage) => {
      await stage.far.joinAsAvatar();
      const watched = await stage.connect();
      await stage.far.addTrack('video');
      await nextTrack(stage, watched, 'track-added', 1, 10_000);
      await stage.far.leave();
      await nextTrack(stage, watched, 'track-removed', 1, 10_000);
    },
  ),

  rule('a speaker is chosen only where the SDK plays, and only one that is there', [], async (stage) => {
    const { transport } = await stage.connect();
    if (!transport.setOutput) return { unsupported: 'it chooses no speaker' };
    check(transport.capabilities.playsAudio, 'setOutput() is for an SDK that plays sound itself.');
    const refused = await stage.rejects(transport.setOutput('no such speaker'), 'setOutput()');
    // Where there are no speakers at all it cannot know them.
    checkError(refused, ['device-unavailable', 'unsupported'], 'setOutput() of a speaker that is not there');
    return undefined;
  }),

  rule('claiming to carry media, it carries audio and video', ['joinAsAvatar', 'addTrack'], async (stage) => {
    const watched = await withAvatar(stage);
    if (!watched.transport.capabilities.media) return { unsupported: 'it does not claim to carry media' };
    await stage.far.addTrack('audio');
    await stage.far.addTrack('video');
    await nextTrack(stage, watched, 'track-added', 2, 10_000);
    const tracks = watched.all('track-added');
    checkSame(
      tracks
        .map(({ kind }) => kind)
        .sort()
        .join(),
      'audio,video',
      'The kinds of tracks',
    );
    for (const { track } of tracks) await stage.proveMedia(track);
    return undefined;
  }),
];

export async function nextTrack<P extends Provider>(
  stage: Stage<P>,
  watched: Watched<P>,
  event: 'track-added' | 'track-removed',
  count: number,
  ms: number,
): Promise<RemoteTrack> {
  await stage.until(() => watched.all(event).length >= count, `${event} must come`, ms);
  const track = watched.all(event)[count - 1];
  check(track !== undefined, `${event} must come.`);
  return track;
}
