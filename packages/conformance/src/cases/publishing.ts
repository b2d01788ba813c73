/** Sending tracks of ours: what others get of them. What becomes of the tracks themselves: published-tracks.ts. */

import type { AvatarErrorCode, Provider, PublishedSource, Publishing } from '@avatarwire/core';
import { check, checkError, checkSame, show } from '../check';
import { type Rule, rule } from '../define';
import type { SeenTrack } from '../far';
import type { Need } from '../harness';
import type { Stage, Unsupported, Watched } from '../stage-types';
import { comesBack } from './reconnecting';

export const SOURCES = [
  ['microphone', 'audio'],
  ['camera', 'video'],
  ['screen', 'video'],
] as const satisfies readonly (readonly [PublishedSource, 'audio' | 'video'])[];

const SEEING: readonly Need[] = ['joinAsAvatar', 'published', 'localTrack'];

const LIMITING: readonly Need[] = ['localTrack', 'sentAtMost'];
/** Bits a second; whole kilobits, which is what some SDKs count in. */
const LIMIT = 400_000;
const LOWER = 150_000;

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

const absent: Unsupported = { unsupported: 'it publishes nothing' };
const limitless: Unsupported = { unsupported: 'it limits nothing that it sends' };

/** Connected, with the avatar there where the far end can do that; or unsupported where there is nothing to publish with. */
export async function whilePublishing<P extends Provider>(
  stage: Stage<P>,
  run: (publishing: Publishing, watched: Watched<P>) => Promise<void | Unsupported>,
): Promise<void | Unsupported> {
  if (stage.can('joinAsAvatar')) await stage.far.joinAsAvatar();
  const watched = await stage.connect();
  const { publishing: group } = watched.transport;
  return group ? run(quietly(group), watched) : absent;
}

/** A case looks at a promise when it wants to; until then its rejection is nobody's business. */
function quietly(group: Publishing): Publishing {
  const quiet = (promise: Promise<void>) => {
    promise.catch(() => {});
    return promise;
  };
  return {
    publish: (...given) => quiet(group.publish(...given)),
    unpublish: (...given) => quiet(group.unpublish(...given)),
    replace: (...given) => quiet(group.replace(...given)),
    mute: (...given) => quiet(group.mute(...given)),
    ...(group.limit && { limit: (source, most) => quiet(group.limit?.(source, most) ?? Promise.resolve()) }),
  };
}

export function kindOf(source: PublishedSource): 'audio' | 'video' {
  return source === 'microphone' ? 'audio' : 'video';
}

/** Until the far end sees exactly these, in whatever order. */
export async function others<P extends Provider>(
  stage: Stage<P>,
  expected: readonly { readonly source: PublishedSource; readonly muted?: boolean }[],
): Promise<readonly SeenTrack[]> {
  const name = ({ kind, source, muted }: Omit<SeenTrack, 'track'>) =>
    `${stage.tellsSources ? source : 'unknown'} ${kind}${muted ? ', muted' : ''}`;
  const wanted = expected
    .map(({ source, muted = false }) => name({ source, kind: kindOf(source), muted }))
    .sort();
  let seen: readonly SeenTrack[] = [];
  await stage
    .until(
      async () => {
        seen = await stage.far.published();
        return seen.map(name).sort().join() === wanted.join();
      },
      'The far end must see our tracks',
      20_000,
    )
    .catch((cause: unknown) =>
      check(false, `The far end must see ${show(wanted)} and sees ${show(seen.map(name))}: ${String(cause)}`),
    );
  return seen;
}

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

async function refuses<P extends Provider>(
  stage: Stage<P>,
  call: Promise<void>,
  code: AvatarErrorCode,
  what: string,
): Promise<void> {
  const error = checkError(await stage.rejects(call, what, 20_000), code, what);
  checkSame(error.provider, stage.provider, `provider of the error of ${what}`);
  checkSame(error.retryable, false, `retryable of the error of ${what}`);
}

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
    ['limit()', () => sending.limit?.('camera', LIMIT) ?? sending.unpublish('camera')],
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
