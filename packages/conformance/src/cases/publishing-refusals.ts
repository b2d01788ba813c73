/** What cannot be published, and when nothing can. */

import type { Provider, Publishing } from '@avatarwire/core';
import { check, checkError, checkSame } from '../check';
import { type Rule, rule } from '../define';
import type { Stage } from '../stage-types';
import { absent, others, refuses, SEEING, whilePublishing } from './publishing-stage';

export const publishingRefusals: readonly Rule[] = [
  rule('a source that is published is refused a second time, and the first goes on', SEEING, (stage) =>
    whilePublishing(stage, async ({ publish }) => {
      await stage.resolves(publish('microphone', stage.localTrack('audio')), 'publish()', 20_000);
      const again = publish('microphone', stage.localTrack('audio'));
      await refuses(stage, again, 'invalid-argument', 'publish() a second time');
      await stage.quiet();
      await others(stage, [{ source: 'microphone' }]);
    }),
  ),

  rule('what cannot be published is refused as invalid-argument', ['localTrack'], (stage) =>
    whilePublishing(stage, (sending) => refusesNonsense(stage, sending)),
  ),

  rule('what cannot be published does not reach the SDK', ['localTrack', 'publishCalls'], (stage) =>
    whilePublishing(stage, async (sending) => {
      await refusesNonsense(stage, sending);
      checkSame(stage.far.publishCalls(), 0, 'The number of calls of the SDK');
    }),
  ),

  rule('publishing outside a connection rejects with not-connected', ['localTrack'], async (stage) => {
    const watched = stage.create();
    const sending = watched.transport.publishing;
    if (!sending) return absent;
    await refusesAll(stage, sending, 'before connect()');
    const connecting = watched.connect();
    await refusesAll(stage, sending, 'while connecting');
    await stage.resolves(connecting, 'connect()', 10_000);
    await stage.resolves(watched.transport.close(), 'close()', 3_500);
    await refusesAll(stage, sending, 'after close()');
    if (stage.can('publishCalls')) checkSame(stage.far.publishCalls(), 0, 'The number of calls of the SDK');
    return undefined;
  }),

  rule('publishing while the link is down rejects with not-connected', ['localTrack', 'cut'], (stage) =>
    whilePublishing(stage, async (sending, watched) => {
      await stage.far.cut();
      await stage.until(() => watched.all('reconnecting').length > 0, 'reconnecting must come', 20_000);
      await refusesAll(stage, sending, 'while the link is down');
    }),
  ),

  rule(
    'a publish that the SDK fails rejects with an AvatarError, and the next one works',
    [...SEEING, 'failNextPublish'],
    (stage) =>
      whilePublishing(stage, async ({ publish }) => {
        await stage.far.failNextPublish();
        const track = stage.localTrack('audio');
        const failed = await stage.rejects(publish('microphone', track), 'a failing publish()', 20_000);
        const error = checkError(failed, ['network', 'unsupported'], 'a failing publish()');
        check(error.cause !== undefined, 'The error of a failing publish() must carry what the SDK said.');
        checkSame(error.provider, stage.provider, 'provider of the error');
        checkSame(track.readyState, 'live', 'readyState of a track that could not be published');
        await stage.resolves(publish('microphone', track), 'the next publish()', 20_000);
        await others(stage, [{ source: 'microphone' }]);
      }),
  ),

  rule(
    'publishing that is not permitted rejects with unsupported',
    ['localTrack', 'forbidPublish'],
    async (stage) => {
      await stage.far.forbidPublish();
      return whilePublishing(stage, async ({ publish, unpublish }, watched) => {
        const refused = publish('microphone', stage.localTrack('audio'));
        await refuses(stage, refused, 'unsupported', 'publish() without permission');
        await stage.resolves(unpublish('microphone'), 'unpublish() of nothing');
        checkSame(watched.all('closed').length, 0, 'The number of closed events');
      });
    },
  ),
];

/** Every method, outside a connection. */
async function refusesAll<P extends Provider>(
  stage: Stage<P>,
  sending: Publishing,
  when: string,
): Promise<void> {
  const track = stage.localTrack('audio');
  const calls: readonly (readonly [string, () => Promise<void>])[] = [
    ['publish()', () => sending.publish('microphone', track)],
    ['replace()', () => sending.replace('microphone', track)],
    ['mute()', () => sending.mute('microphone', true)],
    ['unpublish()', () => sending.unpublish('microphone')],
    ['limit()', () => sending.limit?.('camera', 400_000) ?? sending.unpublish('camera')],
  ];
  // All in one turn: a connection that is being made may stand in the next.
  const called = calls.map(([what, call]) => [`${what} ${when}`, promiseOf(what, call)] as const);
  for (const [what, promise] of called) await refuses(stage, promise, 'not-connected', what);
}

function promiseOf(what: string, call: () => Promise<void>): Promise<void> {
  let promise: Promise<void> | undefined;
  try {
    promise = call();
  } catch (error) {
    check(false, `${what} threw: ${String(error)}`);
  }
  check(typeof promise?.then === 'function', `${what} must return a promise.`);
  promise.catch(() => {});
  return promise;
}

async function refusesNonsense<P extends Provider>(stage: Stage<P>, sending: Publishing): Promise<void> {
  const [sound, picture, ended] = [
    stage.localTrack('audio'),
    stage.localTrack('video'),
    stage.localTrack('audio'),
  ];
  ended.stop();
  const calls: readonly (readonly [string, Promise<void>])[] = [
    ['publish() of a track that has ended', sending.publish('microphone', ended)],
    ['publish() of a picture as a microphone', sending.publish('microphone', picture)],
    ['publish() of sound as a camera', sending.publish('camera', sound)],
    ['publish() of sound as a screen', sending.publish('screen', sound)],
    ['publish() of nothing', sending.publish('microphone', undefined as never)],
    ['publish() of an unknown source', sending.publish('unknown' as never, sound)],
    ['replace() without a track', sending.replace('microphone', sound)],
    ['mute() without a track', sending.mute('microphone', true)],
    ['mute(false) without a track', sending.mute('camera', false)],
  ];
  for (const [what, call] of calls) await refuses(stage, call, 'invalid-argument', what);
}
