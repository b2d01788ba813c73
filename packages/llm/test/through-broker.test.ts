import { ratePolicies } from '@avatarwire/core';
import { describe, expect, test } from 'vitest';
import { createHistory, textOf } from '../src';
import { eventually, read, shown } from './support/sources';
import { type Stage, stage } from './support/stage';

const all = 'with a real broker, mock AKOOL and the mock model over HTTP';

const words = (count: number) => Array.from({ length: count }, (_, index) => `Word ${index}.`).join(' ');

/** A model that talks for a minute. */
const talkative = { reply: () => words(6_000), pieceMs: 5 };

function question({ source }: Stage, content = 'What can you do?') {
  return textOf((options) => source.chat({ messages: [{ role: 'user', content }] }, options));
}

/** The model is asked, and its answer has reached the avatar. */
async function midAnswer(given: Stage): Promise<void> {
  await eventually(given.heard).not.toBe('');
  expect(given.asked()?.state).toBe('streaming');
}

async function endedAtModel(given: Stage): Promise<void> {
  await eventually(() => given.asked()?.state).toBe('aborted');
  expect(given.asked()?.pieces).toBeLessThan(6_000);
}

describe(`speak(textOf(…)), ${all}`, () => {
  test('the avatar says the answer of the model; the history goes to it, and comes back with the answer', async () => {
    const reply = 'I can sing. I can dance.';
    const given = await stage({ settings: { reply: () => reply } });
    const history = createHistory();
    history.user('Hello?');
    history.assistant('Welcome.');
    history.user('What can you do?');
    const text = textOf((options) => given.source.chat({ messages: history.messages }, options));
    await expect(history.speak(given.session, text)).resolves.toMatchObject({ status: 'sent' });
    await eventually(given.heard).toBe(reply);
    expect(given.asked()).toMatchObject({
      state: 'finished',
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Hello?' },
        { role: 'assistant', content: 'Welcome.' },
        { role: 'user', content: 'What can you do?' },
      ],
    });
    expect(history.messages.at(-1)).toEqual({ role: 'assistant', content: reply });
  });

  test('an answer that is wanted whole is said whole', async () => {
    const given = await stage({ settings: { reply: () => 'I can sing.' } });
    const body = { messages: [{ role: 'user', content: 'Hello?' }], stream: false } as const;
    await given.session.speak(textOf((options) => given.source.chat(body, options)));
    await eventually(given.heard).toBe('I can sing.');
  });

  test('an interrupt ends the request at the model, and the next question is answered', async () => {
    const given = await stage({ settings: talkative });
    const history = createHistory();
    history.user('Tell me everything.');
    const speech = history.speak(given.session, question(given));
    await midAnswer(given);
    const interrupt = given.session.interrupt();
    await endedAtModel(given);
    expect(await speech).toMatchObject({ status: 'interrupted' });
    await interrupt;
    expect(history.messages.at(-1)?.content).toBe(given.heard());

    given.mock.model.settings.reply = () => 'In short: no.';
    await given.session.speak(question(given));
    await eventually(given.heard).toMatch(/In short: no\.$/);
  });

  test('an interrupt before the model has begun ends its request', async () => {
    const given = await stage();
    const waiting = given.mock.model.fail('abandoned');
    const speech = given.session.speak(question(given));
    await eventually(() => waiting.waiting).toBe(1);
    await given.session.interrupt();
    await eventually(() => waiting.waiting).toBe(0);
    expect(await speech).toMatchObject({ status: 'interrupted', parts: 0 });
  });

  test('an abort by the signal of speak ends the request at the model', async () => {
    const given = await stage({ settings: talkative });
    const controller = new AbortController();
    const speech = given.session.speak(question(given), { signal: controller.signal });
    speech.catch(() => {});
    await midAnswer(given);
    controller.abort('enough');
    await expect(speech).rejects.toBe('enough');
    await endedAtModel(given);
  });

  test('an abort by the signal of textOf does, and what came is said', async () => {
    const given = await stage({ settings: talkative });
    const controller = new AbortController();
    const body = { messages: [{ role: 'user', content: 'Hello?' }] } as const;
    const response = await given.source.chat(body);
    const speech = given.session.speak(textOf(response, { signal: controller.signal }));
    speech.catch(() => {});
    await midAnswer(given);
    controller.abort('enough');
    await expect(speech).rejects.toBe('enough');
    await endedAtModel(given);
    await eventually(() => given.session.getSnapshot().messages[0]?.delivery?.state).toBe('sent');
    expect(given.heard()).toBe(given.session.getSnapshot().messages[0]?.text);
  });

  test('an abort by the signal of chat does', async () => {
    const given = await stage({ settings: talkative });
    const controller = new AbortController();
    const body = { messages: [{ role: 'user', content: 'Hello?' }] } as const;
    const response = await given.source.chat(body, { signal: controller.signal });
    const speech = given.session.speak(textOf(response));
    speech.catch(() => {});
    await midAnswer(given);
    controller.abort();
    await expect(speech).rejects.toMatchObject({ code: 'network' });
    await endedAtModel(given);
  });

  test('the close of the session ends the request at the model, and the paid session', async () => {
    const given = await stage({ settings: talkative });
    const speech = given.session.speak(question(given));
    await midAnswer(given);
    await given.session.close();
    expect(await speech).toMatchObject({ status: 'closed' });
    await endedAtModel(given);
    expect([given.mock.akool.open, given.mock.akool.opened]).toEqual([0, 1]);
  });

  test('an answer for a session that is closed by then is let go', async () => {
    const given = await stage({ settings: talkative });
    const response = await given.source.chat({ messages: [{ role: 'user', content: 'Hello?' }] });
    await given.session.close();
    await expect(given.session.speak(textOf(response))).rejects.toMatchObject({ code: 'not-connected' });
    await endedAtModel(given);
  });

  test('a stream that breaks off ends the message of the avatar with what came, and says so', async () => {
    const given = await stage({ settings: { reply: () => words(1_000), pieceMs: 0 } });
    given.mock.model.fail({ name: 'cut', afterBytes: 6_000 });
    const failed = given.session.once('source-failed');
    const speech = given.session.speak(question(given));
    await expect(speech).rejects.toMatchObject({ code: 'network', service: 'model' });
    const { error, messageId } = await failed;
    expect(error).toMatchObject({ code: 'network' });
    const said = () => given.session.getSnapshot().messages.find(({ id }) => id === messageId);
    await eventually(() => said()?.delivery?.state).toBe('sent');
    expect(said()?.complete).toBe(true);
    expect(said()?.text).toMatch(/^Word 0\. Word 1\./);
    expect(words(1_000)).toContain(said()?.text);
    await eventually(given.heard).toBe(said()?.text);
  });

  test('a slow avatar holds the model back', async () => {
    const pieces = 640;
    const given = await stage({
      settings: {
        reply: () => Array.from({ length: pieces }, () => 'x'.repeat(100_000)).join(' '),
        pieceMs: 0,
      },
      model: { maxAnswerTokens: 100_000 },
      policy: ratePolicies.agora,
    });
    const speech = given.session.speak(question(given));
    await eventually(given.heard).not.toBe('');
    const made = () => given.asked()?.pieces ?? 0;
    let before = -1;
    // What the system's own buffers hold has been written; then nothing more is made.
    await expect
      .poll(
        () => {
          const same = made() === before;
          before = made();
          return same;
        },
        { interval: 100, timeout: 10_000 },
      )
      .toBe(true);
    expect(given.asked()).toMatchObject({ state: 'streaming' });
    expect(made()).toBeLessThan(pieces / 2);
    await given.session.interrupt();
    await speech;
    await endedAtModel(given);
  });
});

describe(`what chat refuses, ${all}`, () => {
  const body = { messages: [{ role: 'user', content: 'Hello?' }] } as const;

  test('a second answer while one is under way, with a time to wait', async () => {
    const given = await stage({ settings: talkative });
    const first = await given.source.chat(body);
    await expect(given.source.chat(body)).rejects.toMatchObject({
      code: 'service-busy',
      retryAfterMs: 1_000,
    });
    await first.body?.cancel();
    await endedAtModel(given);
  });

  test.each([
    ['session', { tokensPerSession: 1 }, { code: 'service-refused' }],
    ['day', { tokensPerCallerAndDay: 1 }, { code: 'service-busy', retryAfterMs: expect.any(Number) }],
  ])(
    'what is over the budget of the %s: the avatar says nothing, the page hears why',
    async (_, budget, refusal) => {
      const given = await stage({ model: { budget } });
      await given.session.speak(question(given));
      const failed = given.session.once('source-failed');
      await expect(given.session.speak(question(given))).rejects.toMatchObject(refusal);
      expect(await failed).toMatchObject({ error: refusal });
      expect(given.mock.model.requests).toHaveLength(1);
    },
  );

  test('everything where the broker has no model', async () => {
    const given = await stage({ model: false });
    await expect(given.source.chat(body)).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('everything once the session is closed', async () => {
    const given = await stage();
    await given.session.close();
    await expect(given.source.chat(body)).rejects.toMatchObject({ code: 'not-connected' });
  });

  test('a conversation that is too long, by name', async () => {
    const given = await stage({ model: { maxCharacters: 10 } });
    await expect(
      given.source.chat({ messages: [{ role: 'user', content: 'x'.repeat(11) }] }),
    ).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('messages'),
    });
  });

  test('what the model refuses, without its words and without the key', async () => {
    const given = await stage();
    given.mock.model.fail({ name: 'code', code: 'invalid_api_key', message: 'sk-model-secret is wrong' });
    const { error } = await read(question(given));
    expect(error).toMatchObject({ code: 'service-refused', service: 'model', serviceCode: 401 });
    expect(shown(error)).not.toContain('sk-');
  });
});
