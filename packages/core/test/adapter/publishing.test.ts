import { describe, expect, test, vi } from 'vitest';
import { createPublishing, type Deferred, deferred, type PublishingPort } from '../../src/adapter';
import { AvatarError } from '../../src/errors';
import { createManualClock } from '../support/manual-clock';

interface Held {
  readonly track: MediaStreamTrack;
}

const trackOf = (kind: 'audio' | 'video', id: string = kind) =>
  ({ kind, id, readyState: 'live', enabled: true }) as MediaStreamTrack;
const over = new AvatarError('not-connected', 'The connection ended.', { provider: 'acme' });

/** @param without members of the port that the adapter does not have */
function setUp(without: { replace?: false; limit?: false } = {}) {
  const clock = createManualClock();
  /** What the SDK was asked for, in order. */
  const asked: string[] = [];
  /** Held calls of the SDK, where a test holds them. */
  const answers: Deferred<void>[] = [];
  const state = { isConnected: true, holds: false, fails: undefined as unknown };
  const ask = async (what: string) => {
    asked.push(what);
    if (state.fails !== undefined) throw state.fails;
    if (!state.holds) return;
    const answer = deferred<void>();
    answers.push(answer);
    await answer.promise;
  };
  const port: PublishingPort<Held> = {
    provider: 'acme',
    clock,
    check() {
      if (!state.isConnected) throw new AvatarError('not-connected', 'Not now.', { provider: 'acme' });
    },
    hold: (track) => ({ track }),
    start: ({ track }, source, muted) => ask(`start ${source} ${track.id}${muted ? ' muted' : ''}`),
    ...(without.replace !== false && {
      replace: (old, next, source, muted) =>
        ask(`replace ${source} ${old.track.id} by ${next.track.id}${muted ? ' muted' : ''}`),
    }),
    ...(without.limit !== false && {
      limit: ({ track }, _source, most) => ask(`limit ${track.id} to ${most}`),
    }),
    mute: ({ track }, _source, muted) => ask(`${muted ? 'mute' : 'unmute'} ${track.id}`),
    stop: ({ track }, source) => ask(`stop ${source} ${track.id}`),
    release: ({ track }) => void asked.push(`release ${track.id}`),
    toError: (cause) => new AvatarError('network', 'The SDK failed.', { provider: 'acme', cause }),
  };
  return { clock, asked, answers, state, tracks: createPublishing(port) };
}

describe('publishing', () => {
  test('asks the SDK for each step, and lets go of a track once', async () => {
    const { asked, tracks } = setUp();
    await tracks.publish('microphone', trackOf('audio', 'one'));
    await tracks.mute('microphone', true);
    await tracks.replace('microphone', trackOf('audio', 'two'));
    expect(tracks.sources).toEqual(['microphone']);
    await tracks.unpublish('microphone');
    await tracks.unpublish('microphone');

    expect(asked).toEqual([
      'start microphone one',
      'mute one',
      'replace microphone one by two muted',
      'release one',
      'stop microphone two',
      'release two',
    ]);
    expect(tracks.sources).toEqual([]);
  });

  test('replaces by stopping and starting where the SDK has nothing better, muted as it was', async () => {
    const { asked, tracks } = setUp({ replace: false });
    await tracks.publish('camera', trackOf('video', 'one'));
    await tracks.mute('camera', true);
    await tracks.replace('camera', trackOf('video', 'two'));
    await tracks.mute('camera', false);

    expect(asked.slice(2)).toEqual([
      'stop camera one',
      'release one',
      'start camera two muted',
      'unmute two',
    ]);
  });

  test('a limit is said again of what replaces the track, and is over with unpublish', async () => {
    const { asked, tracks } = setUp();
    await tracks.publish('camera', trackOf('video', 'one'));
    await tracks.limit?.('camera', 500_000);
    await tracks.replace('camera', trackOf('video', 'two'));
    await tracks.unpublish('camera');
    await tracks.publish('camera', trackOf('video', 'three'));
    await tracks.replace('camera', trackOf('video', 'four'));

    expect(asked.filter((what) => what.startsWith('limit'))).toEqual([
      'limit one to 500000',
      'limit two to 500000',
    ]);
  });

  test('a limit is said again where a replace is a stop and a start, more than once', async () => {
    const { asked, tracks } = setUp({ replace: false });
    await tracks.publish('camera', trackOf('video', 'one'));
    await tracks.limit?.('camera', 500_000);
    await tracks.replace('camera', trackOf('video', 'two'));
    await tracks.replace('camera', trackOf('video', 'three'));

    expect(asked.filter((what) => what.startsWith('limit')).slice(1)).toEqual([
      'limit two to 500000',
      'limit three to 500000',
    ]);
  });

  test('a limit that fails after a replace does not make the replace fail: the other track is sent', async () => {
    const { answers, asked, state, tracks } = setUp();
    await tracks.publish('camera', trackOf('video', 'one'));
    await tracks.limit?.('camera', 500_000);
    state.holds = true;
    const replacing = tracks.replace('camera', trackOf('video', 'two'));
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    answers[0]?.resolve();
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[1]?.reject(new Error('no'));
    await replacing;
    state.holds = false;
    await tracks.replace('camera', trackOf('video', 'three'));

    expect(asked.slice(-4)).toEqual([
      'limit two to 500000',
      'replace camera two by three',
      'release two',
      'limit three to 500000',
    ]);
  });

  test('a limit that the SDK refuses is none, and where the SDK has no limit there is no such call', async () => {
    const { asked, state, tracks } = setUp();
    await tracks.publish('camera', trackOf('video', 'one'));
    state.fails = new Error('no');
    await expect(tracks.limit?.('camera', 500_000)).rejects.toMatchObject({ code: 'network' });
    state.fails = undefined;
    await tracks.replace('camera', trackOf('video', 'two'));

    expect(asked.filter((what) => what.startsWith('limit'))).toEqual(['limit one to 500000']);
    expect(setUp({ limit: false }).tracks.limit).toBeUndefined();
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, '1' as never])(
    'a limit of %o, and one of nothing or of sound, is refused before the SDK is asked',
    async (most) => {
      const { asked, tracks } = setUp();
      const refused = { code: 'invalid-argument' };
      await expect(tracks.limit?.('camera', 1)).rejects.toMatchObject(refused);
      await tracks.publish('camera', trackOf('video'));
      await tracks.publish('microphone', trackOf('audio'));
      await expect(tracks.limit?.('camera', most)).rejects.toMatchObject(refused);
      await expect(tracks.limit?.('microphone', 1)).rejects.toMatchObject(refused);

      expect(asked.filter((what) => what.startsWith('limit'))).toEqual([]);
    },
  );

  test('asks for nothing that is so already', async () => {
    const { asked, tracks } = setUp();
    const track = trackOf('audio');
    await tracks.publish('microphone', track);
    await tracks.mute('microphone', false);
    await tracks.mute('microphone', true);
    await tracks.mute('microphone', true);
    await tracks.replace('microphone', track);

    expect(asked).toEqual(['start microphone audio', 'mute audio']);
  });

  const ended: MediaStreamTrack = { ...trackOf('audio'), readyState: 'ended' };
  test.for([
    ['an ended track', 'microphone', ended, /ended/],
    ['a picture as a microphone', 'microphone', trackOf('video'), /microphone/],
    ['sound as a screen', 'screen', trackOf('audio'), /screen/],
    ['nothing', 'camera', undefined, /camera/],
    ['a source that there is not', 'toString', trackOf('audio'), /source/],
  ] as const)(
    'refuses %s as invalid-argument, without asking the SDK',
    async ([, source, track, message]) => {
      const { asked, tracks } = setUp();
      await expect(tracks.publish(source as 'camera', track as MediaStreamTrack)).rejects.toMatchObject({
        code: 'invalid-argument',
        provider: 'acme',
        message: expect.stringMatching(message),
      });
      await expect(tracks.replace('screen', trackOf('video'))).rejects.toMatchObject({
        code: 'invalid-argument',
      });
      await expect(tracks.mute('camera', true)).rejects.toMatchObject({ code: 'invalid-argument' });
      expect(asked).toEqual([]);
    },
  );

  test('looks at the connection at the call and again at its turn', async () => {
    const { asked, answers, state, tracks } = setUp();
    state.holds = true;
    const first = tracks.publish('camera', trackOf('video'));
    const second = tracks.publish('microphone', trackOf('audio'));
    second.catch(() => {});
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    state.isConnected = false;
    await expect(tracks.unpublish('camera')).rejects.toMatchObject({ code: 'not-connected' });
    answers[0]?.resolve();
    await first;
    await expect(second).rejects.toMatchObject({ code: 'not-connected' });
    expect(asked).toEqual(['start camera video']);
  });

  test('does one call after the other, and a failed one fails alone', async () => {
    const { asked, answers, state, tracks } = setUp();
    state.holds = true;
    const calls = [
      tracks.publish('camera', trackOf('video')),
      tracks.mute('camera', true),
      tracks.publish('microphone', trackOf('audio')),
    ];
    const outcomes = Promise.allSettled(calls);
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    expect(asked).toEqual(['start camera video']);
    answers[0]?.reject(new Error('no encoder'));
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[1]?.resolve();

    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(asked).toEqual(['start camera video', 'release video', 'start microphone audio']);
  });

  test('gives what the SDK throws as an error of ours, and an error of ours as it is', async () => {
    const { state, tracks } = setUp();
    state.fails = new Error('no encoder');
    await expect(tracks.publish('camera', trackOf('video'))).rejects.toMatchObject({
      code: 'network',
      cause: state.fails,
    });
    state.fails = new AvatarError('unsupported', 'You may only listen.');
    await expect(tracks.publish('camera', trackOf('video'))).rejects.toBe(state.fails);
  });

  test('a replacement that fails leaves what was', async () => {
    const { asked, state, tracks } = setUp();
    await tracks.publish('camera', trackOf('video', 'one'));
    state.fails = new Error('no');
    await expect(tracks.replace('camera', trackOf('video', 'two'))).rejects.toMatchObject({
      code: 'network',
    });
    state.fails = undefined;
    await tracks.unpublish('camera');

    expect(asked).toEqual([
      'start camera one',
      'replace camera one by two',
      'release two',
      'stop camera one',
      'release one',
    ]);
  });

  test('an unpublish that fails has let go all the same', async () => {
    const { asked, state, tracks } = setUp();
    await tracks.publish('camera', trackOf('video'));
    state.fails = new Error('no');
    await expect(tracks.unpublish('camera')).rejects.toMatchObject({ code: 'network' });
    expect(asked.at(-1)).toBe('release video');
    expect(tracks.sources).toEqual([]);
  });

  test('an SDK that never answers is a fault of the network after 10 s', async () => {
    const { clock, asked, answers, state, tracks } = setUp();
    state.holds = true;
    const published = tracks.publish('camera', trackOf('video'));
    const settled = vi.fn();
    published.catch(settled);
    await clock.advance(9_999);
    expect(settled).not.toHaveBeenCalled();
    await clock.advance(1);
    await expect(published).rejects.toMatchObject({ code: 'network', provider: 'acme' });

    // Answered late, it is taken back: its caller was told that it failed.
    state.holds = false;
    answers[0]?.resolve();
    await tracks.publish('camera', trackOf('video', 'next'));
    expect(asked).toEqual(['start camera video', 'stop camera video', 'release video', 'start camera next']);
    expect(clock.pendingTimers).toBe(0);
  });

  test('a call that failed in the queue, behind one that hangs, is not done later', async () => {
    const { clock, asked, answers, state, tracks } = setUp();
    state.holds = true;
    const hanging = tracks.publish('camera', trackOf('video'));
    const waiting = tracks.publish('microphone', trackOf('audio'));
    const outcomes = Promise.allSettled([hanging, waiting]);
    await clock.advance(10_000);
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    state.holds = false;
    answers[0]?.resolve();
    await tracks.unpublish('microphone');
    expect(asked).toEqual(['start camera video', 'stop camera video', 'release video']);
  });

  test('an unpublish that waited too long is done all the same: nothing goes on being sent that its owner took back', async () => {
    const { clock, asked, answers, state, tracks } = setUp();
    await tracks.publish('microphone', trackOf('audio'));
    state.holds = true;
    const hanging = tracks.publish('camera', trackOf('video'));
    const unpublished = tracks.unpublish('microphone');
    const failed = Promise.allSettled([hanging, unpublished]);
    await clock.advance(10_000);
    expect(await failed).toMatchObject([{ reason: { code: 'network' } }, { reason: { code: 'network' } }]);

    state.holds = false;
    answers[0]?.resolve();
    await vi.waitFor(() => expect(asked).toContain('stop microphone audio'));
    expect(tracks.sources).toEqual([]);
  });

  test('an end lets go of everything at once, also in mid-call, and calls reject with what it was', async () => {
    const { clock, asked, answers, state, tracks } = setUp();
    await tracks.publish('microphone', trackOf('audio'));
    state.holds = true;
    const calls = [tracks.publish('camera', trackOf('video')), tracks.mute('microphone', true)];
    const outcomes = Promise.allSettled(calls);
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    state.isConnected = false;
    tracks.end(over);
    expect(asked.slice(2)).toEqual(['release audio', 'release video']);
    expect(tracks.sources).toEqual([]);

    for (const outcome of await outcomes) expect(outcome).toEqual({ status: 'rejected', reason: over });
    answers[0]?.resolve();
    await clock.advance(20_000);
    expect(asked.slice(2)).toEqual(['release audio', 'release video']);
    expect(tracks.sources).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});
