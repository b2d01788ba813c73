import { type AvatarSession, createAvatarSession, type RatePolicy } from '@avatarwire/core';
import { type Simulation, simulate } from '@avatarwire/simulator';
import type OpenAI from 'openai';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createHistory, textOf } from '../src';
import { chat, each, eventually, fed } from './support/sources';

/** A sentence or so at a time. */
const slow: RatePolicy = {
  maxPacketBytes: 200,
  packetsPerSecond: 3,
  bytesPerSecond: 600,
  reserve: { packets: 1, bytes: 144 },
  maxUnsettledBytes: 600,
  source: 'made up',
};

const LONG = Array.from(
  { length: 40 },
  (_, index) => `This is sentence number ${index}, said “slowly”.\n`,
).join('');

async function live(): Promise<Simulation & { readonly session: AvatarSession }> {
  const sim = simulate({ policy: slow });
  const session = createAvatarSession(sim.options);
  await sim.run(session.connect());
  onTestFinished(async () => {
    await sim.run(session.close());
    sim.close();
  });
  return { ...sim, session };
}

const heard = ({ avatar }: Simulation) => avatar.heard.messages.map(({ text }) => text).join('');

const assistant = (content: string) => ({ role: 'assistant', content });
const user = (content: string) => ({ role: 'user', content });

describe('messages', () => {
  test('are what was said, in the form of OpenAI, under the system message', () => {
    const history = createHistory({ system: 'You are a guide.' });
    history.user('Where am I?');
    history.assistant('In the hall.');
    const forOpenAI: OpenAI.ChatCompletionMessageParam[] = history.messages;
    expect(forOpenAI).toEqual([
      { role: 'system', content: 'You are a guide.' },
      user('Where am I?'),
      assistant('In the hall.'),
    ]);
  });

  test('are a fresh array each time', () => {
    const history = createHistory();
    history.user('One');
    history.messages.push({ role: 'user', content: 'Two' });
    expect(history.messages).toEqual([user('One')]);
  });

  test('take turns: what one said in several goes is one message, and what is blank is none', () => {
    const history = createHistory();
    history.user('Hello?');
    history.assistant(' ');
    history.user('Is anybody there?');
    history.assistant('Yes.');
    history.assistant('Here I am.');
    expect(history.messages).toEqual([user('Hello?\n\nIs anybody there?'), assistant('Yes.\n\nHere I am.')]);
  });

  test('are none after clear, but the system message', () => {
    const history = createHistory({ system: 'You are a guide.' });
    history.user('One');
    history.clear();
    expect(history.messages).toEqual([{ role: 'system', content: 'You are a guide.' }]);
  });
});

describe('bounds', () => {
  test('above maxMessages the oldest question goes with its answer; the system message stays', () => {
    const history = createHistory({ maxMessages: 4, system: 'You are a guide.' });
    for (const number of [1, 2, 3]) {
      history.user(`Question ${number}`);
      history.assistant(`Answer ${number}`);
    }
    expect(history.messages.map(({ content }) => content)).toEqual([
      'You are a guide.',
      'Question 2',
      'Answer 2',
      'Question 3',
      'Answer 3',
    ]);
    history.user('Question 4');
    expect(history.messages.map(({ content }) => content)).toEqual([
      'You are a guide.',
      'Question 3',
      'Answer 3',
      'Question 4',
    ]);
  });

  test('above maxCharacters too, and never the newest question', () => {
    const history = createHistory({ maxCharacters: 20 });
    history.user('12345');
    history.assistant('x'.repeat(100));
    expect(history.messages).toHaveLength(2);
    history.user('1'.repeat(20));
    expect(history.messages).toEqual([user('1'.repeat(20))]);
  });

  test('a greeting goes before the first question does', () => {
    const history = createHistory({ maxMessages: 2 });
    history.assistant('Welcome!');
    history.user('Where am I?');
    history.assistant('In the hall.');
    expect(history.messages).toEqual([user('Where am I?'), assistant('In the hall.')]);
  });

  test('of many questions without an answer the newest are kept', () => {
    const history = createHistory({ maxCharacters: 20 });
    for (let number = 1; number <= 100; number += 1) history.user(`Question ${number}`);
    expect(history.messages).toEqual([user('Question 100')]);
  });

  test('of many answers without a question too', () => {
    const history = createHistory({ maxCharacters: 20 });
    for (let number = 1; number <= 100; number += 1) history.assistant(`Answer ${number}`);
    expect(history.messages).toEqual([assistant('Answer 100')]);
  });

  test('a question that fits nowhere is refused by name, and nothing is forgotten for it', () => {
    const history = createHistory({ maxCharacters: 10 });
    history.user('Hello?');
    expect(() => history.user('12345678901')).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    expect(history.messages).toEqual([user('Hello?')]);
  });

  test.each([{ maxMessages: 1 }, { maxMessages: 2.5 }, { maxCharacters: 0 }, { maxCharacters: Number.NaN }])(
    '%j is refused by name',
    (options) => {
      expect(() => createHistory(options)).toThrow(
        expect.objectContaining({
          code: 'invalid-argument',
          message: expect.stringContaining(Object.keys(options).join()),
        }),
      );
    },
  );
});

describe('speak, with a simulated avatar on a slow network', () => {
  test('remembers the whole of what was said, and is the delivery of the session', async () => {
    const sim = await live();
    const history = createHistory();
    history.user('Hello?');
    const stream = each(chat({ content: 'Good ' }), chat({ content: 'morning.' }), chat({}, 'stop'));
    const delivery = await sim.run(history.speak(sim.session, textOf(stream)));
    expect(delivery).toMatchObject({ status: 'sent', unsentText: '' });
    expect(history.messages).toEqual([user('Hello?'), assistant('Good morning.')]);
  });

  test('after an interrupt remembers what was handed over and nothing more, from the very moment', async () => {
    const sim = await live();
    const history = createHistory();
    history.user('Tell me everything.');
    const speech = history.speak(sim.session, LONG);
    await sim.advance(2_000);
    expect(history.messages.at(-1)).toEqual(assistant(LONG));
    const interrupt = sim.session.interrupt();
    const [, atOnce] = history.messages;
    const { status, unsentText } = await sim.run(speech);
    await sim.run(interrupt);
    await sim.advance(1_000);
    expect(status).toBe('interrupted');
    expect(unsentText.length).toBeGreaterThan(100);
    expect(atOnce).toEqual(assistant(LONG.slice(0, -unsentText.length)));
    expect(history.messages[1]).toEqual(atOnce);
  });

  test('after an interrupt of a stream too, of which the end was never read', async () => {
    const sim = await live();
    const history = createHistory();
    const source = fed<string>();
    const speech = history.speak(sim.session, textOf(source.stream));
    source.push(LONG);
    await sim.advance(2_000);
    await sim.run(sim.session.interrupt());
    const { unsentText } = await sim.run(speech);
    const handedOver = LONG.slice(0, -unsentText.length);
    expect(history.messages).toEqual([assistant(handedOver)]);
    expect(handedOver).toBe(heard(sim));
    expect(source.cancelled).toBe(true);
  });

  test('an abort by the own signal rejects, and what was handed over is remembered', async () => {
    const sim = await live();
    const history = createHistory();
    const controller = new AbortController();
    const speech = history.speak(sim.session, each(LONG), { signal: controller.signal });
    await sim.advance(2_000);
    controller.abort('enough');
    await expect(speech).rejects.toBe('enough');
    await sim.advance(5_000);
    const [said] = history.messages;
    expect(said?.content).toBe(heard(sim));
    expect(said?.content.length).toBeGreaterThan(100);
    expect(said?.content.length).toBeLessThan(LONG.length / 2);
  });

  test('a stream that fails rejects at once, and all that came of it is said and remembered', async () => {
    const sim = await live();
    const history = createHistory();
    const failed = sim.session.once('source-failed');
    const speech = history.speak(sim.session, textOf(each(chat({ content: LONG }))));
    await expect(sim.run(speech)).rejects.toMatchObject({ code: 'network' });
    expect(await failed).toMatchObject({ error: { code: 'network' } });
    expect(heard(sim).length).toBeLessThan(LONG.length);
    expect(history.messages).toEqual([assistant(LONG)]);
    await sim.advance(30_000);
    expect(heard(sim)).toBe(LONG);
    expect(history.messages).toEqual([assistant(LONG)]);
    expect(sim.session.getSnapshot().messages[0]).toMatchObject({
      text: LONG,
      complete: true,
      delivery: { state: 'sent' },
    });
  });

  test('a stream that failed and is interrupted after that is remembered as far as it was handed over', async () => {
    const sim = await live();
    const history = createHistory();
    const speech = history.speak(sim.session, textOf(each(chat({ content: LONG }))));
    await expect(sim.run(speech)).rejects.toMatchObject({ code: 'network' });
    await sim.advance(2_000);
    await sim.run(sim.session.interrupt());
    await sim.advance(1_000);
    const [said] = history.messages;
    expect(said?.content).toBe(heard(sim));
    expect(said?.content.length).toBeLessThan(LONG.length / 2);
  });

  test('the end of the session leaves what was handed over', async () => {
    const sim = await live();
    const history = createHistory();
    const speech = history.speak(sim.session, LONG);
    await sim.advance(2_000);
    await sim.run(sim.session.close());
    const { status, unsentText } = await sim.run(speech);
    expect(status).toBe('closed');
    expect(history.messages).toEqual([assistant(LONG.slice(0, -unsentText.length))]);
  });

  test('what the session refuses is not remembered, and its stream is ended', async () => {
    const sim = simulate();
    const session = createAvatarSession(sim.options);
    const history = createHistory();
    const source = fed<string>();
    await expect(history.speak(session, textOf(source.stream))).rejects.toMatchObject({
      code: 'not-connected',
    });
    await eventually(() => source.cancelled).toBe(true);
    history.user('Hello?');
    expect(history.messages).toEqual([user('Hello?')]);
    sim.close();
  });

  test('two at once are told apart, and stand in the order of their calls', async () => {
    const sim = await live();
    const history = createHistory();
    const first = history.speak(sim.session, 'First.');
    history.user('And then?');
    const second = history.speak(sim.session, 'Second.');
    await sim.run(Promise.all([first, second]));
    expect(history.messages).toEqual([assistant('First.'), user('And then?'), assistant('Second.')]);
  });

  test('nothing listens to the session once all is said', async () => {
    const sim = await live();
    let listening = 0;
    const counted: Pick<AvatarSession, 'speak' | 'on'> = {
      speak: sim.session.speak,
      on(event, listener) {
        const stop = sim.session.on(event, listener);
        listening += 1;
        return () => {
          listening -= 1;
          stop();
        };
      },
    };
    const history = createHistory();
    const speech = history.speak(counted, 'Hello.');
    expect(listening).toBe(1);
    await sim.run(speech);
    await expect(history.speak(counted, '')).rejects.toMatchObject({ code: 'invalid-argument' });
    expect(listening).toBe(0);
  });
});
