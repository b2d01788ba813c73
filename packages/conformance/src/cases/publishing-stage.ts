/** What the rules about publishing share: a connection that publishes, and the far end's view of it. */

import type { AvatarErrorCode, Provider, PublishedSource, Publishing } from '@avatarwire/core';
import { check, checkError, checkSame, show } from '../check';
import type { SeenTrack } from '../far';
import type { Need } from '../harness';
import type { Stage, Unsupported, Watched } from '../stage-types';

export const SOURCES = [
  ['microphone', 'audio'],
  ['camera', 'video'],
  ['screen', 'video'],
] as const satisfies readonly (readonly [PublishedSource, 'audio' | 'video'])[];

export const SEEING: readonly Need[] = ['joinAsAvatar', 'published', 'localTrack'];

export const absent: Unsupported = { unsupported: 'it publishes nothing' };
export const limitless: Unsupported = { unsupported: 'it limits nothing that it sends' };

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

export async function refuses<P extends Provider>(
  stage: Stage<P>,
  call: Promise<void>,
  code: AvatarErrorCode,
  what: string,
): Promise<void> {
  const error = checkError(await stage.rejects(call, what, 20_000), code, what);
  checkSame(error.provider, stage.provider, `provider of the error of ${what}`);
  checkSame(error.retryable, false, `retryable of the error of ${what}`);
}
