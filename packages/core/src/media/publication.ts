/** One source on one connection after another: the next thing to ask of it, until it sends what is wanted. */

import { isAvatarError } from '../errors';
import type { PublishedSource, Publishing } from '../transport';
import { MediaFailure } from './problems';

export interface Wanted {
  readonly track: MediaStreamTrack;
  readonly muted: boolean;
  readonly bitsPerSecond: number | undefined;
}

export interface Publication {
  /** What has to be asked next; undefined when all is as wanted, and while there is nobody to ask. */
  next(wanted: Wanted | undefined): (() => Promise<void>) | undefined;
  /** The connection that stands now sends it. */
  sends(track: MediaStreamTrack): boolean;
  /** Another connection may stand now, and one that was away may be asked again. */
  follow(): void;
}

interface Held {
  readonly by: Publishing;
  track: MediaStreamTrack;
  muted: boolean;
  bitsPerSecond?: number | undefined;
}

export function createPublication(
  source: PublishedSource,
  publishing: () => Publishing | undefined,
): Publication {
  let last: Held | undefined;
  /** Counts what `follow` says. */
  let turn = 0;
  /** The turn in which the connection said that it is away. */
  let awayIn = -1;

  const held = () => (last && last.by === publishing() && awayIn !== turn ? last : undefined);

  async function publish(to: Publishing, { track, muted }: Wanted): Promise<void> {
    await to.publish(source, track);
    const mine: Held = { by: to, track, muted: false };
    last = mine;
    if (!muted) return;
    await to.mute(source, true);
    mine.muted = true;
  }

  async function withdraw({ by }: Held): Promise<void> {
    // Where it is away it still stands there, and is taken from again, or given another track, once it is back.
    await by.unpublish(source).catch(unlessAway);
    last = undefined;
  }

  /** What fails is taken back and, where it is wanted, published anew. */
  async function change(one: Held, { track, muted, bitsPerSecond }: Wanted): Promise<void> {
    const { by } = one;
    try {
      // Muted before it gets another track, which may be sent as a copy.
      if (one.muted !== muted) {
        await by.mute(source, muted);
        one.muted = muted;
      } else if (one.track !== track) {
        await by.replace(source, track);
        one.track = track;
      } else if (bitsPerSecond !== undefined) {
        // It is sent all the same.
        await by.limit?.(source, bitsPerSecond).catch(unlessAway);
        one.bitsPerSecond = bitsPerSecond;
      }
    } catch (error) {
      unlessAway(error);
      await withdraw(one);
    }
  }

  function step(to: Publishing, wanted: Wanted | undefined): (() => Promise<void>) | undefined {
    const one = held();
    if (wanted === undefined) return one && (() => withdraw(one));
    if (one === undefined) return () => publish(to, wanted);
    const isSo =
      one.track === wanted.track && one.muted === wanted.muted && one.bitsPerSecond === wanted.bitsPerSecond;
    return isSo ? undefined : () => change(one, wanted);
  }

  return {
    next(wanted) {
      const to = publishing();
      const ask = to && awayIn !== turn ? step(to, wanted) : undefined;
      return (
        ask &&
        (async () => {
          const mine = turn;
          // Disabled before it is handed over, and muted after: not a word slips out in between.
          if (wanted) wanted.track.enabled = !wanted.muted;
          try {
            await ask();
          } catch (error) {
            // What stands now is asked anew.
            if (mine !== turn) return;
            if (!isAway(error)) throw new MediaFailure('not-sent', error);
            awayIn = turn;
          }
        })
      );
    },
    sends: (track) => held()?.track === track,
    follow() {
      turn += 1;
    },
  };
}

const isAway = (error: unknown) => isAvatarError(error) && error.code === 'not-connected';

function unlessAway(error: unknown): void {
  if (isAway(error)) throw error;
}
