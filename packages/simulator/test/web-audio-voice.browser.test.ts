import { systemClock } from '@avatarwire/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { createWebAudioVoice } from '../src/figure/web-audio-voice';
import { listenTo } from './media-probes';

const long = 'A long sentence that goes on and on, with mama and papa. '.repeat(10);

/** A voice in a page that has been clicked, an ear at its track, and the voice's own AudioContext. */
async function create() {
  const contexts: AudioContext[] = [];
  const Original = AudioContext;
  vi.stubGlobal(
    'AudioContext',
    class extends Original {
      constructor() {
        super();
        contexts.push(this);
      }
    },
  );
  const voice = createWebAudioVoice(systemClock);
  vi.unstubAllGlobals();
  onTestFinished(() => voice.close());
  // Chromium lets no page sound before a real click.
  await userEvent.click(document.body);
  const ear = await listenTo(voice.track);
  onTestFinished(ear.close);
  return { voice, ear, context: contexts[0] as AudioContext };
}

test('the real track sounds while a text is said, and is silent at its end', async () => {
  const { voice, ear } = await create();

  voice.say('Mama and papa.', 1);

  await vi.waitFor(async () => expect(await ear.level(100)).toBeGreaterThan(0.03));
  await vi.waitFor(async () => expect(await ear.level(100)).toBeLessThan(0.001), 3_000);
});

test('a hush is heard within 150 ms of audio, although more had been given to the audio thread', async () => {
  const { voice, ear } = await create();
  voice.say(long, 1);
  await vi.waitFor(async () => expect(await ear.level(100)).toBeGreaterThan(0.03));

  voice.hush();
  await ear.level(150);

  expect(await ear.level(100)).toBeLessThan(0.001);
});

test('a second text follows the first at once, not behind it', async () => {
  const { voice, ear } = await create();
  voice.say(long, 1);
  await vi.waitFor(async () => expect(await ear.level(100)).toBeGreaterThan(0.03));

  // Nothing but pauses: were the first still sounding, it would be heard.
  voice.say('… … … … … … … … … … … …', 1);
  await ear.level(150);

  expect(await ear.level(300)).toBeLessThan(0.001);
});

test('a text that begins while the browser keeps audio suspended is heard from where it has come to', async () => {
  const { voice, ear, context } = await create();
  await context.suspend();
  voice.say(long, 1);
  expect(await ear.level(200)).toBeLessThan(0.001);

  await context.resume();

  await vi.waitFor(async () => expect(await ear.level(100)).toBeGreaterThan(0.03));
});

test('after close the track has ended, the context is closed, and no listener waits for a click', async () => {
  const added = vi.spyOn(document, 'addEventListener');
  const removed = vi.spyOn(document, 'removeEventListener');
  const { voice, context } = await create();
  const waiting = added.mock.calls.filter(([type]) => type === 'pointerdown' || type === 'keydown');

  await Promise.all([voice.close(), voice.close()]);

  expect(voice.track.readyState).toBe('ended');
  expect(context.state).toBe('closed');
  expect(waiting).toHaveLength(2);
  for (const [type, listener] of waiting) {
    expect(removed).toHaveBeenCalledWith(type, listener, expect.objectContaining({ capture: true }));
  }
  vi.restoreAllMocks();
});

test('where the browser makes no track of it, the AudioContext is closed again', async () => {
  const contexts: AudioContext[] = [];
  vi.stubGlobal(
    'AudioContext',
    class extends AudioContext {
      constructor() {
        super();
        contexts.push(this);
      }
      override createMediaStreamDestination(): never {
        throw new Error('no destination');
      }
    },
  );
  onTestFinished(() => void vi.unstubAllGlobals());
  expect(() => createWebAudioVoice(systemClock)).toThrow('no destination');
  await vi.waitFor(() => expect(contexts.map(({ state }) => state)).toEqual(['closed']));
});
