import { type Incoming, silentLogger, systemClock } from '@avatarwire/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { senseSpeech } from '../../src/browser/speech-level';
import { webAudioMeter } from '../../src/browser/web-audio-meter';
import { remoteTrack } from './support/stage';

/** A full-scale sine has -3 dBFS; at this gain it is 10.5 dB below. */
const GAIN = 0.3;
const EXPECTED_DBFS = -13.5;

/** A real oscillator's track, silent until it is told to sound. */
function voice() {
  const context = new AudioContext();
  const destination = context.createMediaStreamDestination();
  const gain = new GainNode(context, { gain: 0 });
  const oscillator = new OscillatorNode(context, { frequency: 220 });
  oscillator.connect(gain).connect(destination);
  oscillator.start();
  const [track] = destination.stream.getAudioTracks();
  onTestFinished(() => context.close());
  return {
    track: track as MediaStreamTrack,
    resume: () => context.resume(),
    sound: (sounds: boolean) => gain.gain.setValueAtTime(sounds ? GAIN : 0, context.currentTime),
  };
}

/** The same track as it comes out of a real peer connection, which no element plays. */
async function overNetwork(track: MediaStreamTrack): Promise<MediaStreamTrack> {
  const near = new RTCPeerConnection();
  const far = new RTCPeerConnection();
  onTestFinished(() => {
    near.close();
    far.close();
  });
  near.onicecandidate = ({ candidate }) => void (candidate && far.addIceCandidate(candidate));
  far.onicecandidate = ({ candidate }) => void (candidate && near.addIceCandidate(candidate));
  const arrived = new Promise<MediaStreamTrack>((resolve) => {
    far.ontrack = (event) => resolve(event.track);
  });
  near.addTrack(track);
  await near.setLocalDescription();
  await far.setRemoteDescription(near.localDescription as RTCSessionDescription);
  await far.setLocalDescription();
  await near.setRemoteDescription(far.localDescription as RTCSessionDescription);
  return arrived;
}

/** Real ones are made as ever, and those that are made from here on are listed. */
function watch<T extends object>(original: new () => T): T[] {
  const made: T[] = [];
  const construct = (constructed: new () => T, given: unknown[]) => {
    const one: T = Reflect.construct(constructed, given);
    made.push(one);
    return one;
  };
  vi.stubGlobal(original.name, new Proxy(original, { construct }));
  onTestFinished(() => void vi.unstubAllGlobals());
  return made;
}

const statesOf = (contexts: readonly AudioContext[]) => contexts.map(({ state }) => state);

const close = (meter: { close(): void }) => onTestFinished(() => meter.close());

test('in real Chromium, while its context is suspended nothing is heard, and a click resumes it', async () => {
  const speaker = voice();
  await userEvent.click(document.body);
  await speaker.resume();
  speaker.sound(true);
  const contexts = watch(AudioContext);
  const meter = webAudioMeter(speaker.track);
  close(meter);
  // As it begins in a page that was not clicked, and as a phone call leaves it.
  await contexts[0]?.suspend();
  meter.level();
  expect(meter.level()).toBe(-Infinity);

  await userEvent.click(document.body);

  await expect.poll(() => meter.level()).toBeGreaterThan(-20);
  expect(statesOf(contexts)).toEqual(['running']);
});

test('the level of a tone that came over a real peer connection is right, and silence is silent', async () => {
  const speaker = voice();
  await userEvent.click(document.body);
  await speaker.resume();
  const meter = webAudioMeter(await overNetwork(speaker.track));
  close(meter);

  speaker.sound(true);
  // What Opus and the jitter buffer make of its beginning is not the tone.
  await expect.poll(() => Math.abs(meter.level() - EXPECTED_DBFS)).toBeLessThan(1);
  speaker.sound(false);
  await expect.poll(() => meter.level()).toBeLessThan(-60);
});

test('a look that comes sooner than new sound hears what the last one heard', async () => {
  const speaker = voice();
  await userEvent.click(document.body);
  await speaker.resume();
  const meter = webAudioMeter(speaker.track);
  close(meter);
  speaker.sound(true);
  // Within one task the clock of the audio stands still.
  const twice = () => [meter.level(), meter.level()];
  await expect.poll(() => Math.min(...twice())).toBeGreaterThan(-20);
});

test('a look after half a second hears what was said in between', async () => {
  const speaker = voice();
  await userEvent.click(document.body);
  await speaker.resume();
  const meter = webAudioMeter(speaker.track);
  close(meter);
  const now = () => performance.now();
  speaker.sound(true);
  await expect.poll(() => meter.level()).toBeGreaterThan(-20);
  speaker.sound(false);
  await expect.poll(() => meter.level()).toBe(-Infinity);

  speaker.sound(true);
  const began = now();
  await expect.poll(() => now() - began, { interval: 10 }).toBeGreaterThan(150);
  speaker.sound(false);
  await expect.poll(() => now() - began, { interval: 10 }).toBeGreaterThan(400);

  expect(meter.level()).toBeGreaterThan(-45);
  await expect.poll(() => meter.level()).toBe(-Infinity);
});

test('the sign of speech follows a real voice, nothing is open before there is audio nor after the end', async () => {
  const speaker = voice();
  await userEvent.click(document.body);
  await speaker.resume();
  const track = await overNetwork(speaker.track);
  const contexts = watch(AudioContext);
  const elements = watch(Audio);
  const signs: boolean[] = [];
  const receive = (sign: Incoming) => void ('speaking' in sign && signs.push(sign.speaking));
  const sense = senseSpeech({ clock: systemClock, logger: silentLogger, receive }, webAudioMeter);
  sense.show([]);
  expect(contexts).toEqual([]);

  sense.show([remoteTrack('audio', track)]);
  speaker.sound(true);
  await expect.poll(() => signs).toEqual([true]);
  speaker.sound(false);
  await expect.poll(() => signs, { timeout: 3_000 }).toEqual([true, false]);

  sense.close();
  await expect.poll(() => statesOf(contexts)).toEqual(['closed']);
  expect(elements).toEqual([expect.objectContaining({ srcObject: null, muted: true })]);
  // The track belongs to the transport.
  expect(track.readyState).toBe('live');
});

test('what is no track of this browser leaves nothing open', () => {
  const contexts = watch(AudioContext);
  expect(() => webAudioMeter({} as MediaStreamTrack)).toThrow(TypeError);
  expect(contexts).toEqual([]);
});
