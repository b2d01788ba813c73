import type { Clock } from '../clock';
import { AvatarError, isAvatarError } from '../errors';
import type { PublishedSource, Publishing } from '../transport';
import { deferred } from './deferred';

/**
 * What an adapter does with the tracks that it sends. The rest of {@link Publishing} is the same everywhere: which
 * source is published, what may not be asked, one call after the other, an end in the middle of a call.
 *
 * @typeParam Sent what the adapter needs to know of one track: the vendor's object for it, a clone
 */
export interface PublishingPort<Sent> {
  readonly provider: string;
  readonly clock: Clock;
  /** Throws where nothing may be published: `not-connected`, `unsupported`. Asked at the call, and again at its turn. */
  check(source: PublishedSource): void;
  /** Takes the track in hand, without a wait: makes a clone, or notes how `enabled` was found. */
  hold(track: MediaStreamTrack, source: PublishedSource): Sent;
  /** Sends it. From the first moment muted, where that is asked. */
  start(sent: Sent, source: PublishedSource, muted: boolean): Promise<void>;
  /**
   * Sends `next` in place of `old`, without a gap. Where it cannot, it gives nothing: then `stop` and `start`, and a
   * start that fails leaves nothing published.
   */
  replace?(old: Sent, next: Sent, source: PublishedSource, muted: boolean): Promise<void> | undefined;
  mute(sent: Sent, source: PublishedSource, muted: boolean): Promise<void>;
  /**
   * Sends at most this many bits a second from now on. Absent where the SDK cannot; throws `unsupported` for a source
   * whose rate it fixes. Called again after a replace, and what that throws is nobody's business: the track is sent.
   */
  limit?(sent: Sent, source: PublishedSource, maxBitsPerSecond: number): Promise<void>;
  stop(sent: Sent, source: PublishedSource): Promise<void>;
  /** Lets go of what `hold` took, without a wait. Called exactly once for each, also at an end in mid-call. */
  release(sent: Sent): void;
  /** What the SDK threw, where that is no {@link AvatarError}. */
  toError(error: unknown): AvatarError;
}

export interface LocalPublishing extends Publishing {
  /** Of what is published. */
  readonly sources: readonly PublishedSource[];
  /** Lets go of every track at once. Calls that are under way, and all later ones, reject with `error`. */
  end(error: AvatarError): void;
}

const CALL_SETTLES_MS = 10_000;

const KINDS: Readonly<Record<PublishedSource, 'audio' | 'video'>> = {
  microphone: 'audio',
  camera: 'video',
  screen: 'video',
};

interface Published<Sent> {
  sent: Sent;
  track: MediaStreamTrack;
  muted: boolean;
  maxBitsPerSecond?: number | undefined;
}

/**
 * {@link Publishing} over what the adapter can do. Every call settles within 10 s, with `network` if not before. A
 * publish that the SDK is done with only later is taken back; another call may still take effect.
 */
export function createPublishing<Sent>(port: PublishingPort<Sent>): LocalPublishing {
  const { provider, clock } = port;
  const published = new Map<PublishedSource, Published<Sent>>();
  const held = new Set<Sent>();
  const ended = deferred<never>();
  let last: Promise<unknown> = Promise.resolve();

  const refuse = (message: string) => new AvatarError('invalid-argument', message, { provider });

  async function inTurn(
    source: PublishedSource,
    task: (call: { readonly isLate: boolean }) => Promise<void>,
    isDueLate = false,
  ): Promise<void> {
    if (!Object.hasOwn(KINDS, source)) {
      throw refuse(`source must be one of ${Object.keys(KINDS).join(', ')}.`);
    }
    port.check(source);
    const call = { isLate: false };
    const turn = last.then(() => {
      // Its caller was told that it failed.
      if (call.isLate && !isDueLate) return undefined;
      port.check(source);
      return task(call);
    });
    last = turn.catch(() => {});
    const late = deferred<never>();
    const cancel = clock.schedule(() => {
      call.isLate = true;
      const message = `The SDK did not answer within ${CALL_SETTLES_MS} ms.`;
      late.reject(new AvatarError('network', message, { provider }));
    }, CALL_SETTLES_MS);
    try {
      await Promise.race([turn, ended.promise, late.promise]);
    } catch (error) {
      throw isAvatarError(error) ? error : port.toError(error);
    } finally {
      cancel();
    }
  }

  function hold(track: MediaStreamTrack, source: PublishedSource): Sent {
    if (track?.kind !== KINDS[source]) throw refuse(`The ${source} takes a track of ${KINDS[source]}.`);
    // SDKs take an ended track without a word.
    if (track.readyState === 'ended') throw refuse(`The track of the ${source} has ended.`);
    const sent = port.hold(track, source);
    held.add(sent);
    return sent;
  }

  function release(sent: Sent): void {
    if (held.delete(sent)) port.release(sent);
  }

  function find(source: PublishedSource): Published<Sent> {
    const one = published.get(source);
    if (one === undefined) throw refuse(`The ${source} is not published.`);
    return one;
  }

  async function start(
    source: PublishedSource,
    track: MediaStreamTrack,
    sent: Sent,
    muted: boolean,
  ): Promise<void> {
    try {
      await port.start(sent, source, muted);
    } catch (error) {
      release(sent);
      throw error;
    }
    // An end in the middle has let go of it.
    if (held.has(sent)) published.set(source, { sent, track, muted });
  }

  async function stop(source: PublishedSource, { sent }: Published<Sent>): Promise<void> {
    published.delete(source);
    try {
      await port.stop(sent, source);
    } finally {
      release(sent);
    }
  }

  async function swap(source: PublishedSource, one: Published<Sent>, track: MediaStreamTrack): Promise<void> {
    const { sent: old, muted, maxBitsPerSecond } = one;
    const next = hold(track, source);
    try {
      const replacing = port.replace?.(old, next, source, muted);
      if (replacing === undefined) {
        await stop(source, one);
        await start(source, track, next, muted);
      } else {
        await replacing;
        one.sent = next;
        one.track = track;
        release(old);
      }
    } catch (error) {
      release(next);
      throw error;
    }
    const now = published.get(source);
    if (now === undefined || maxBitsPerSecond === undefined) return;
    now.maxBitsPerSecond = maxBitsPerSecond;
    // The other track is sent whatever becomes of this: its owner must not take it for refused.
    await port.limit?.(next, source, maxBitsPerSecond).catch(() => {});
  }

  async function limit(source: PublishedSource, maxBitsPerSecond: number): Promise<void> {
    if (!Number.isFinite(maxBitsPerSecond) || maxBitsPerSecond <= 0)
      throw refuse('maxBitsPerSecond must be a number of bits a second above 0.');
    const one = find(source);
    if (KINDS[source] === 'audio') throw refuse('A limit is for pictures: sound keeps its rate.');
    await port.limit?.(one.sent, source, maxBitsPerSecond);
    one.maxBitsPerSecond = maxBitsPerSecond;
  }

  return {
    get sources() {
      return [...published.keys()];
    },
    publish: (source, track) =>
      inTurn(source, async (call) => {
        if (published.has(source)) throw refuse(`The ${source} is published already.`);
        await start(source, track, hold(track, source), false);
        const one = published.get(source);
        if (call.isLate && one !== undefined) await stop(source, one);
      }),
    replace: (source, track) =>
      inTurn(source, async () => {
        const one = find(source);
        // Taken in hand twice, it would be found as the SDK has made it.
        if (one.track !== track) await swap(source, one, track);
      }),
    unpublish: (source) =>
      inTurn(
        source,
        async () => {
          const one = published.get(source);
          if (one !== undefined) await stop(source, one);
        },
        true,
      ),
    mute: (source, muted) =>
      inTurn(source, async () => {
        const one = find(source);
        if (one.muted === muted) return;
        await port.mute(one.sent, source, muted);
        one.muted = muted;
      }),
    ...(port.limit && {
      limit: (source: PublishedSource, maxBitsPerSecond: number) =>
        inTurn(source, () => limit(source, maxBitsPerSecond)),
    }),
    end(error) {
      ended.reject(error);
      published.clear();
      for (const sent of [...held]) {
        try {
          release(sent);
        } catch {
          // It is over for this track whatever its SDK says, and the others must be let go of too.
        }
      }
    },
  };
}
