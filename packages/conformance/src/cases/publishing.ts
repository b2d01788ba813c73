/** Sending tracks of ours: what others get of them. What becomes of the tracks themselves: published-tracks.ts. */

import { checkError, checkSame } from '../check';
import { type Rule, rule } from '../define';
import { kindOf, others, refuses, SEEING, SOURCES, whilePublishing } from './publishing-stage';
import { comesBack } from './reconnecting';

export const publishing: readonly Rule[] = [
  ...SOURCES.map(([source, kind]) =>
    rule(`a published ${source} arrives with its kind and source, and goes with unpublish`, SEEING, (stage) =>
      whilePublishing(stage, async ({ publish, unpublish }) => {
        await stage.resolves(publish(source, stage.localTrack(kind)), 'publish()', 20_000);
        const [seen] = await others(stage, [{ source }]);
        if (seen?.track) await stage.proveMedia(seen.track);
        await stage.resolves(unpublish(source), 'unpublish()', 20_000);
        await others(stage, []);
      }),
    ),
  ),

  rule('microphone and camera are published at once, and one goes without the other', SEEING, (stage) =>
    whilePublishing(stage, async ({ publish, unpublish }) => {
      const both = [
        publish('microphone', stage.localTrack('audio')),
        publish('camera', stage.localTrack('video')),
      ];
      for (const each of both) await stage.resolves(each, 'publish()', 20_000);
      await others(stage, [{ source: 'microphone' }, { source: 'camera' }]);
      await stage.resolves(unpublish('microphone'), 'unpublish()', 20_000);
      await others(stage, [{ source: 'camera' }]);
    }),
  ),

  rule('camera and screen are published at once', SEEING, (stage) =>
    whilePublishing(stage, async ({ publish, unpublish }) => {
      await stage.resolves(publish('camera', stage.localTrack('video')), 'publish() of a camera', 20_000);
      const second = await stage.settles(publish('screen', stage.localTrack('video')), 'publish()', 20_000);
      // Some networks take one picture of a participant: that has to be said, and to do no harm.
      if (second.status === 'rejected') {
        checkError(second.reason, 'unsupported', 'publish() of a screen beside a camera');
        await others(stage, [{ source: 'camera' }]);
        await stage.resolves(unpublish('camera'), 'unpublish()', 20_000);
        await stage.resolves(publish('screen', stage.localTrack('video')), 'publish() of a screen', 20_000);
        await others(stage, [{ source: 'screen' }]);
        return { unsupported: 'it sends one picture at a time, and says so' };
      }
      await others(stage, [{ source: 'camera' }, { source: 'screen' }]);
      return undefined;
    }),
  ),

  rule('what was unpublished can be published again', SEEING, (stage) =>
    whilePublishing(stage, async ({ publish, unpublish }) => {
      const track = stage.localTrack('audio');
      await stage.resolves(unpublish('microphone'), 'unpublish() of nothing');
      for (let round = 0; round < 2; round += 1) {
        await stage.resolves(publish('microphone', track), 'publish()', 20_000);
        await others(stage, [{ source: 'microphone' }]);
        await stage.resolves(unpublish('microphone'), 'unpublish()', 20_000);
        await others(stage, []);
      }
    }),
  ),

  ...(['microphone', 'camera'] as const).map((source) =>
    rule(`the far end sees a ${source} muted and unmuted`, SEEING, (stage) =>
      whilePublishing(stage, async ({ publish, mute }) => {
        await stage.resolves(publish(source, stage.localTrack(kindOf(source))), 'publish()', 20_000);
        // Asked for twice, it is as if asked once.
        for (const muted of [true, true, false, false, true, false]) {
          await stage.resolves(mute(source, muted), `mute(${muted})`);
          await others(stage, [{ source, muted }]);
        }
      }),
    ),
  ),

  rule('replace sends another track as the same source', SEEING, (stage) =>
    whilePublishing(stage, async ({ publish, replace }) => {
      const [first, second] = [stage.localTrack('video'), stage.localTrack('video')];
      await stage.resolves(publish('camera', first), 'publish()', 20_000);
      await others(stage, [{ source: 'camera' }]);
      await stage.resolves(replace('camera', second), 'replace()', 20_000);
      // What was sent may end now, and nobody misses it.
      first.stop();
      await stage.quiet();
      const [seen] = await others(stage, [{ source: 'camera' }]);
      if (seen?.track === undefined) return;
      checkSame(seen.track.readyState, 'live', 'readyState of what the far end sees');
      await stage.proveMedia(seen.track);
    }),
  ),

  rule('replace keeps a mute, and the other track is heard after it', SEEING, (stage) =>
    whilePublishing(stage, async ({ publish, replace, mute }) => {
      await stage.resolves(publish('microphone', stage.localTrack('audio')), 'publish()', 20_000);
      await stage.resolves(mute('microphone', true), 'mute(true)');
      await others(stage, [{ source: 'microphone', muted: true }]);
      await stage.resolves(replace('microphone', stage.localTrack('audio')), 'replace()', 20_000);
      await stage.quiet();
      await others(stage, [{ source: 'microphone', muted: true }]);
      await stage.resolves(mute('microphone', false), 'mute(false)');
      await others(stage, [{ source: 'microphone', muted: false }]);
    }),
  ),

  rule('overlapping calls take effect in the order of the calls', SEEING, (stage) =>
    whilePublishing(stage, async ({ publish, unpublish, replace, mute }) => {
      const track = stage.localTrack('audio');
      const calls = [
        publish('microphone', track),
        mute('microphone', true),
        unpublish('microphone'),
        publish('microphone', track),
        replace('microphone', stage.localTrack('audio')),
        mute('microphone', true),
        publish('camera', stage.localTrack('video')),
        unpublish('camera'),
      ];
      const second = publish('microphone', stage.localTrack('audio'));
      for (const call of calls) await stage.resolves(call, 'an overlapping call', 30_000);
      await refuses(stage, second, 'invalid-argument', 'publish() of what a call before it has published');
      await others(stage, [{ source: 'microphone', muted: true }]);
    }),
  ),

  ...(
    [
      ['resume', 'a resume'],
      ['reconnectFully', 'a full reconnect'],
    ] as const
  ).map(([operation, what]) =>
    rule(
      `what is published is there after ${what}, and muted as it was`,
      [...SEEING, 'cut', operation],
      (stage) =>
        whilePublishing(stage, async ({ publish, mute }, watched) => {
          await stage.resolves(publish('microphone', stage.localTrack('audio')), 'publish()', 20_000);
          await stage.resolves(publish('camera', stage.localTrack('video')), 'publish()', 20_000);
          await stage.resolves(mute('microphone', true), 'mute(true)');
          const expected = [{ source: 'microphone', muted: true }, { source: 'camera' }] as const;
          await others(stage, expected);
          await comesBack(stage, watched, () => stage.far[operation]());
          await others(stage, expected);
          await stage.resolves(mute('microphone', false), `mute(false) after ${what}`, 20_000);
          await others(stage, [{ source: 'microphone' }, { source: 'camera' }]);
        }),
    ),
  ),

  rule('once we have left, nothing of ours is published', SEEING, (stage) =>
    whilePublishing(stage, async ({ publish }, { transport }) => {
      await stage.resolves(publish('microphone', stage.localTrack('audio')), 'publish()', 20_000);
      await others(stage, [{ source: 'microphone' }]);
      await stage.resolves(transport.close(), 'close()', 3_500);
      await others(stage, []);
    }),
  ),
];
