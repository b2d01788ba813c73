import { PlaceholderTrack } from '@avatarwire/simulator';
import { expect, test } from 'vitest';
import { a2e } from '../../src/a2e/index';
import { meterDouble, remoteTrack, stage } from './support/stage';

/** A dialogue of A2E, an avatar whose voice has the level that a test sets. */
function listening() {
  const meter = meterDouble();
  const on = stage(a2e({ meter: meter.make }));
  const voice = new PlaceholderTrack('audio');
  return {
    ...on,
    meter,
    voice,
    show: (...tracks: PlaceholderTrack[]) =>
      on.dialogue.show?.(tracks.map((track) => remoteTrack(track.kind, track))),
    signs: () => on.received.map((sign) => 'speaking' in sign && sign.speaking),
    async loud(level: number, ms: number) {
      meter.level = level;
      await on.clock.advance(ms);
    },
  };
}

test('speech begins after 100 ms at -45 dBFS or more and ends after 700 ms below -55', async () => {
  const { show, voice, loud, signs } = listening();
  show(voice);
  await loud(-46, 10_000);
  expect(signs()).toEqual([]);
  await loud(-45, 100);
  expect(signs()).toEqual([]);
  await loud(-45, 50);
  expect(signs()).toEqual([true]);
  // A fading word, then the pause between two sentences.
  await loud(-55, 5_000);
  await loud(-Infinity, 650);
  await loud(-30, 50);
  await loud(-Infinity, 700);
  expect(signs()).toEqual([true]);
  await loud(-Infinity, 100);
  expect(signs()).toEqual([true, false]);
});

test('a click is no speech', async () => {
  const { show, voice, loud, signs } = listening();
  show(voice);
  await loud(-10, 50);
  await loud(-Infinity, 50);
  await loud(-10, 50);
  await loud(-Infinity, 1_000);
  expect(signs()).toEqual([]);
});

test('nothing is measured before there is audio, and never a picture', () => {
  const { show, meter, voice, clock } = listening();
  expect(meter.made).toBe(0);
  show(new PlaceholderTrack('video'));
  expect({ made: meter.made, timers: clock.scheduled }).toEqual({ made: 0, timers: 0 });
  show(new PlaceholderTrack('video'), voice);
  expect(meter.track).toBe(voice);
});

test('the same audio is measured on; another takes its place, and speech goes on across the change', async () => {
  const { show, meter, voice, loud, signs } = listening();
  show(voice);
  await loud(-20, 200);
  show(voice, new PlaceholderTrack('video'));
  expect({ made: meter.made, open: meter.open }).toEqual({ made: 1, open: 1 });
  const other = new PlaceholderTrack('audio');
  show(other);
  expect({ made: meter.made, open: meter.open, track: meter.track }).toEqual({
    made: 2,
    open: 1,
    track: other,
  });
  await loud(-20, 1_000);
  expect(signs()).toEqual([true]);
});

test('an avatar whose audio is gone has ended speaking, and nothing is measured any more', async () => {
  const { show, meter, voice, loud, signs, clock } = listening();
  show(voice);
  await loud(-20, 200);
  show();
  expect(signs()).toEqual([true, false]);
  expect({ open: meter.open, timers: clock.scheduled }).toEqual({ open: 0, timers: 0 });
});

test('the end closes the meter, leaves no timer and says nothing', async () => {
  const { show, meter, voice, loud, signs, clock, dialogue } = listening();
  show(voice);
  await loud(-20, 200);
  dialogue.close();
  await loud(-Infinity, 2_000);
  expect(signs()).toEqual([true]);
  expect({ open: meter.open, timers: clock.scheduled }).toEqual({ open: 0, timers: 0 });
});

test('audio that cannot be measured is logged, and the conversation goes on', async () => {
  const on = stage(
    a2e({
      meter: () => {
        throw new TypeError('no AudioContext here');
      },
    }),
  );
  on.dialogue.show?.([remoteTrack('audio', new PlaceholderTrack('audio'))]);
  expect(on.warnings).toEqual([expect.stringContaining('cannot be measured')]);
  expect(on.clock.scheduled).toBe(0);
  on.dialogue.close();
});

test('whoever speaks has ended when other audio comes that cannot be measured', async () => {
  const meter = meterDouble();
  let fails = false;
  const on = stage(
    a2e({
      meter(track) {
        if (fails) throw new TypeError('no track');
        return meter.make(track);
      },
    }),
  );
  on.dialogue.show?.([remoteTrack('audio', new PlaceholderTrack('audio'))]);
  meter.level = -20;
  await on.clock.advance(200);
  fails = true;
  on.dialogue.show?.([remoteTrack('audio', new PlaceholderTrack('audio'))]);
  expect(on.received).toEqual([
    { kind: 'speech', speaking: true },
    { kind: 'speech', speaking: false },
  ]);
  expect({ open: meter.open, timers: on.clock.scheduled }).toEqual({ open: 0, timers: 0 });
});

test('in Node, where there is no Web Audio, the default meter leaves it at that', () => {
  const on = stage(a2e());
  on.dialogue.show?.([remoteTrack('audio', new PlaceholderTrack('audio'))]);
  expect(on.warnings).toHaveLength(1);
});
