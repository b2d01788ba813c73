/** The caller's tracks while they are published and after: never stopped, `enabled` as it was found, nothing held. */

import type { Provider } from '@avatarwire/core';
import { check, checkError, checkSame } from '../check';
import { type Rule, rule } from '../define';
import type { Stage } from '../stage-types';
import { whilePublishing } from './publishing-stage';

const SETTLES_MS = 20_000;

export const publishedTracks: readonly Rule[] = [
  rule('unpublish leaves a track live and enabled, also a muted one', ['localTrack'], (stage) =>
    whilePublishing(stage, async ({ publish, unpublish, mute }) => {
      const [sound, picture] = [stage.localTrack('audio'), stage.localTrack('video')];
      await stage.resolves(publish('microphone', sound), 'publish()', SETTLES_MS);
      await stage.resolves(publish('camera', picture), 'publish()', SETTLES_MS);
      await stage.resolves(mute('camera', true), 'mute(true)');
      await stage.resolves(unpublish('microphone'), 'unpublish()', SETTLES_MS);
      await stage.resolves(unpublish('camera'), 'unpublish() of what is muted', SETTLES_MS);
      await untouched(stage, [sound, picture]);
    }),
  ),

  rule('replace leaves the track before live and enabled, also a muted one', ['localTrack'], (stage) =>
    whilePublishing(stage, async ({ publish, unpublish, replace, mute }) => {
      const [first, second, third] = [0, 1, 2].map(() => stage.localTrack('audio'));
      if (!first || !second || !third) return;
      await stage.resolves(publish('microphone', first), 'publish()', SETTLES_MS);
      await stage.resolves(replace('microphone', second), 'replace()', SETTLES_MS);
      check(first.readyState === 'live' && first.enabled, 'The track before must be live and enabled.');
      await stage.resolves(mute('microphone', true), 'mute(true)');
      await stage.resolves(replace('microphone', third), 'replace() of what is muted', SETTLES_MS);
      check(second.readyState === 'live' && second.enabled, 'The track before must be live and enabled.');
      await stage.resolves(unpublish('microphone'), 'unpublish()', SETTLES_MS);
      await untouched(stage, [first, second, third]);
    }),
  ),

  rule('close leaves tracks live and enabled, holds no clone, also of muted ones', ['localTrack'], (stage) =>
    whilePublishing(stage, async ({ publish, unpublish, replace, mute }, { transport }) => {
      const [sound, before, picture] = [
        stage.localTrack('audio'),
        stage.localTrack('video'),
        stage.localTrack('video'),
      ];
      await stage.resolves(publish('camera', before), 'publish()', SETTLES_MS);
      await stage.resolves(publish('microphone', sound), 'publish()', SETTLES_MS);
      await stage.resolves(unpublish('microphone'), 'unpublish() in the middle', SETTLES_MS);
      await stage.resolves(publish('microphone', sound), 'publish()', SETTLES_MS);
      await stage.resolves(replace('camera', picture), 'replace()', SETTLES_MS);
      await stage.resolves(mute('microphone', true), 'mute(true)');
      await stage.resolves(transport.close(), 'close()', 3_500);
      await untouched(stage, [sound, before, picture]);
    }),
  ),

  rule('close that meets open calls of publishing settles them and holds nothing', ['localTrack'], (stage) =>
    whilePublishing(stage, async ({ publish, unpublish, mute }, { transport }) => {
      const [sound, picture] = [stage.localTrack('audio'), stage.localTrack('video')];
      const calls = [
        publish('microphone', sound),
        publish('camera', picture),
        mute('microphone', true),
        unpublish('microphone'),
      ];
      const closing = transport.close();
      await stage.resolves(closing, 'close()', 3_500);
      for (const call of calls) {
        const outcome = await stage.settles(call, 'a call of publishing after close()', 500);
        if (outcome.status === 'rejected')
          checkError(outcome.reason, ['not-connected', 'network'], 'a call of publishing after close()');
      }
      await untouched(stage, [sound, picture]);
    }),
  ),

  rule('the end from the far side leaves tracks as close does', ['localTrack', 'anyEnd'], (stage) =>
    whilePublishing(stage, async ({ publish, mute }, watched) => {
      const [sound, picture] = [stage.localTrack('audio'), stage.localTrack('video')];
      await stage.resolves(publish('microphone', sound), 'publish()', SETTLES_MS);
      await stage.resolves(publish('camera', picture), 'publish()', SETTLES_MS);
      await stage.resolves(mute('camera', true), 'mute(true)');
      await stage.endFromFar();
      await stage.until(() => watched.all('closed').length > 0, 'closed must come', 20_000);
      await untouched(stage, [sound, picture]);
    }),
  ),

  rule('a track that its owner has disabled is never enabled', ['localTrack'], (stage) =>
    whilePublishing(stage, async ({ publish, unpublish, replace, mute }) => {
      const [first, second] = [stage.localTrack('audio'), stage.localTrack('audio')];
      first.enabled = second.enabled = false;
      const stillDisabled = (when: string) =>
        check(!first.enabled && !second.enabled, `A track that was disabled must be so after ${when}.`);
      await stage.resolves(publish('microphone', first), 'publish()', SETTLES_MS);
      stillDisabled('publish()');
      await stage.resolves(mute('microphone', true), 'mute(true)');
      await stage.resolves(mute('microphone', false), 'mute(false)');
      stillDisabled('mute()');
      await stage.resolves(replace('microphone', second), 'replace()', SETTLES_MS);
      stillDisabled('replace()');
      await stage.resolves(unpublish('microphone'), 'unpublish()', SETTLES_MS);
      await stage.quiet();
      stillDisabled('unpublish()');
    }),
  ),
];

async function untouched<P extends Provider>(
  stage: Stage<P>,
  tracks: readonly MediaStreamTrack[],
): Promise<void> {
  await stage.quiet();
  for (const { kind, readyState, enabled } of tracks) {
    checkSame(readyState, 'live', `readyState of the ${kind} track`);
    checkSame(enabled, true, `enabled of the ${kind} track`);
  }
  checkSame(stage.liveClones(), 0, 'The number of live clones of our tracks');
}
