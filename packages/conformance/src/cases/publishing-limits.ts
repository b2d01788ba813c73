/** A bit rate that a picture must not exceed. */

import type { Provider, PublishedSource } from '@avatarwire/core';
import { checkError, checkSame } from '../check';
import { type Rule, rule } from '../define';
import type { Need } from '../harness';
import type { Stage } from '../stage-types';
import { limitless, others, refuses, whilePublishing } from './publishing-stage';
import { comesBack } from './reconnecting';

const LIMITING: readonly Need[] = ['localTrack', 'sentAtMost'];
/** Bits a second; whole kilobits, which is what some SDKs count in. */
const LIMIT = 400_000;
const LOWER = 150_000;

export const publishingLimits: readonly Rule[] = [
  rule('a limit that cannot be kept is refused', ['localTrack'], (stage) =>
    whilePublishing(stage, async ({ publish, limit }) => {
      if (!limit) return limitless;
      const refused = async (what: string, call: Promise<void>) =>
        refuses(stage, call, 'invalid-argument', what);
      await refused('limit() of nothing', limit('camera', LIMIT));
      await stage.resolves(publish('microphone', stage.localTrack('audio')), 'publish()', 20_000);
      await refused('limit() of sound', limit('microphone', LIMIT));
      await stage.resolves(publish('camera', stage.localTrack('video')), 'publish()', 20_000);
      for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '1' as never])
        await refused(`limit(${wrong})`, limit('camera', wrong));
      return undefined;
    }),
  ),

  rule('a limit is in force at once, survives a replace, and goes with unpublish', LIMITING, (stage) =>
    whilePublishing(stage, async ({ publish, replace, unpublish, mute, limit }) => {
      if (!limit) return limitless;
      await stage.resolves(publish('camera', stage.localTrack('video')), 'publish()', 20_000);
      await stage.resolves(limit('camera', LIMIT), 'limit()', 20_000);
      await limited(stage, LIMIT, 'after limit()');
      await stage.resolves(replace('camera', stage.localTrack('video')), 'replace()', 20_000);
      await limited(stage, LIMIT, 'after replace()');
      await stage.resolves(mute('camera', true), 'mute(true)');
      await stage.resolves(limit('camera', LOWER), 'limit() of what is muted', 20_000);
      await limited(stage, LOWER, 'after another limit()');
      await stage.resolves(unpublish('camera'), 'unpublish()', 20_000);
      await stage.resolves(publish('camera', stage.localTrack('video')), 'publish() again', 20_000);
      await stage.until(
        () => stage.far.sentAtMost('camera') !== LOWER,
        'A limit must not outlive what it was set for',
      );
      return undefined;
    }),
  ),

  rule(
    'a limit is in force after a full reconnect',
    [...LIMITING, 'published', 'joinAsAvatar', 'cut', 'reconnectFully'],
    (stage) =>
      whilePublishing(stage, async ({ publish, limit }, watched) => {
        if (!limit) return limitless;
        await stage.resolves(publish('camera', stage.localTrack('video')), 'publish()', 20_000);
        await stage.resolves(limit('camera', LIMIT), 'limit()', 20_000);
        await comesBack(stage, watched, () => stage.far.reconnectFully());
        await others(stage, [{ source: 'camera' }]);
        await limited(stage, LIMIT, 'after a full reconnect');
        return undefined;
      }),
  ),

  rule('a screen is limited, or the limit is refused as unsupported', LIMITING, (stage) =>
    whilePublishing(stage, async ({ publish, limit }) => {
      if (!limit) return limitless;
      await stage.resolves(publish('screen', stage.localTrack('video')), 'publish()', 20_000);
      const outcome = await stage.settles(limit('screen', LIMIT), 'limit() of a screen', 20_000);
      if (outcome.status === 'rejected') {
        checkError(outcome.reason, 'unsupported', 'limit() of a screen');
        return { unsupported: 'it limits no screen, and says so' };
      }
      await limited(stage, LIMIT, 'after limit()', 'screen');
      return undefined;
    }),
  ),
];

/** That it comes into force, and stays so: what a call has set off may still be under way. */
async function limited<P extends Provider>(
  stage: Stage<P>,
  bitsPerSecond: number,
  when: string,
  source: PublishedSource = 'camera',
): Promise<void> {
  const isInForce = () => stage.far.sentAtMost(source) === bitsPerSecond;
  await stage.until(isInForce, `The limit must be in force ${when}`).catch(() => {});
  await stage.quiet();
  checkSame(stage.far.sentAtMost(source), bitsPerSecond, `The limit ${when}`);
}
