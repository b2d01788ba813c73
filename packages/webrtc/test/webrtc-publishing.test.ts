import { describe, expect, test } from 'vitest';
import { createTrackDouble, remoteDescription, type TransceiverDouble } from './peer-double';
import { createStage, errorOf, fail, settle } from './stage';

type Stage = ReturnType<typeof createStage>;

/** The other end answers; with `taken` false it rejects what is new. */
async function answer(stage: Stage, taken = true): Promise<void> {
  await settle();
  for (const line of stage.peer.made) line.currentDirection = taken ? line.direction : 'inactive';
  stage.signalling.remote.description(remoteDescription('answer'));
  await settle();
}

function lastLine(stage: Stage): TransceiverDouble {
  return stage.peer.made.at(-1) ?? fail('No transceiver was made.');
}

async function publishing(source: 'microphone' | 'camera' | 'screen') {
  const stage = createStage();
  await stage.connected();
  const track = createTrackDouble(source === 'microphone' ? 'audio' : 'video');
  const published = stage.transport.publishing.publish(source, track);
  await answer(stage);
  await published;
  return { stage, track, line: lastLine(stage) };
}

describe('publishing, over doubles', () => {
  test('each source has a line of its own, beside those that receive', async () => {
    const { stage } = await publishing('camera');
    const screen = stage.transport.publishing.publish('screen', createTrackDouble('video'));
    await answer(stage);
    await screen;
    expect(stage.peer.added.map(({ kind, init }) => `${kind} ${init.direction}`)).toEqual([
      'audio recvonly',
      'video recvonly',
      'video sendonly',
      'video sendonly',
    ]);
  });

  test('a source that comes again takes the line that it had', async () => {
    const { stage, line, track } = await publishing('camera');
    const { publishing: tracks } = stage.transport;
    const unpublished = tracks.unpublish('camera');
    await answer(stage);
    await unpublished;
    expect([line.direction, line.sent.at(-1)]).toEqual(['inactive', null]);
    const again = tracks.publish('camera', track);
    await answer(stage);
    await again;
    expect([line.direction, line.sent.at(-1)]).toEqual(['sendonly', track]);
    expect(stage.peer.made.filter(({ direction }) => direction === 'sendonly')).toHaveLength(1);
  });

  test('muted, a disabled clone is sent, and the track itself is not touched', async () => {
    const { stage, line, track } = await publishing('microphone');
    const offers = stage.signalling.said.length;
    await stage.transport.publishing.mute('microphone', true);
    const silence = line.sent.at(-1);
    expect(silence).not.toBe(track);
    expect([silence?.enabled, track.enabled, track.clones]).toEqual([false, true, [silence]]);
    await stage.transport.publishing.mute('microphone', false);
    expect([line.sent.at(-1), silence?.readyState]).toEqual([track, 'ended']);
    // Nothing to agree on.
    expect(stage.signalling.said).toHaveLength(offers);
  });

  test('a replacement of what is muted is sent as a disabled clone, and the clone before is ended', async () => {
    const { stage, line } = await publishing('microphone');
    await stage.transport.publishing.mute('microphone', true);
    const silence = line.sent.at(-1);
    const next = createTrackDouble('audio');
    await stage.transport.publishing.replace('microphone', next);
    expect(line.sent.at(-1)).toBe(next.clones[0]);
    expect([next.clones[0]?.enabled, silence?.readyState]).toEqual([false, 'ended']);
  });

  test('an answer that rejects the line is unsupported, and the next attempt has a new one', async () => {
    const stage = createStage();
    await stage.connected();
    const track = createTrackDouble('video');
    const refused = stage.transport.publishing.publish('camera', track);
    void errorOf(refused);
    await answer(stage, false);
    expect(await errorOf(refused)).toMatchObject({ code: 'unsupported', retryable: false });
    const first = lastLine(stage);
    expect([first.direction, first.sent.at(-1)]).toEqual(['inactive', null]);
    const next = stage.transport.publishing.publish('camera', track);
    await answer(stage);
    await next;
    expect(lastLine(stage)).not.toBe(first);
  });

  test('an other end that never answers is a fault of the network after 10 s, and a late answer is taken back', async () => {
    const stage = createStage();
    await stage.connected();
    const published = stage.transport.publishing.publish('camera', createTrackDouble('video'));
    const error = errorOf(published);
    await settle();
    stage.clock.advance(10_000);
    expect(await error).toMatchObject({ code: 'network', retryable: true });
    await answer(stage);
    const line = lastLine(stage);
    expect([line.direction, line.sent.at(-1)]).toEqual(['inactive', null]);
  });

  test('the end in the middle of a mute ends the clone, and that of a publish rejects it', async () => {
    const { stage, track } = await publishing('microphone');
    const muting = stage.transport.publishing.mute('microphone', true);
    const sending = stage.transport.publishing.publish('camera', createTrackDouble('video'));
    const errors = [errorOf(muting), errorOf(sending)];
    await Promise.resolve();
    await stage.transport.close();
    for (const error of errors) expect(await error).toMatchObject({ code: 'not-connected' });
    await settle();
    expect(track.clones.filter(({ readyState }) => readyState === 'live')).toEqual([]);
    expect([track.readyState, stage.clock.pending]).toEqual(['live', 0]);
  });
});
