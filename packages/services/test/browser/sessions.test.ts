import { describe, expect, test } from 'vitest';
import { a2e } from '../../src/a2e/index';
import { heygen } from '../../src/heygen/index';
import { liveavatar } from '../../src/liveavatar/index';
import { refusal, sessionStage } from './support/session-stage';
import { meterDouble, openCall } from './support/stage';

const qa = (message: string, pos?: string) => ({ type: 'QA', message, ...(pos && { pos }) });

describe('A2E in a real session, over the memory network and a REST double', () => {
  test('questions go out one by one, each when the one before is answered', async () => {
    const { session, connect, clock, said, says, transcript } = sessionStage(a2e());
    await connect();
    const deliveries = [session.ask('One?'), session.ask('Two?'), session.speak('Bye.')];
    await clock.advance(5_000);
    expect(said()).toEqual(['ask: One?']);

    await says(qa('The ', 'start'), qa('first', 'middle'));
    expect(transcript().at(-1)).toBe('avatar: The first…');
    expect(said()).toHaveLength(1);
    await says(qa('.', 'end'));
    expect(said()).toEqual(['ask: One?', 'ask: Two?', 'speak: Bye.']);
    await says(qa('The second.'));

    expect(await Promise.all(deliveries)).toMatchObject(Array(3).fill({ status: 'sent' }));
    expect(transcript()).toEqual([
      'application: One?',
      'application: Two?',
      'application: Bye.',
      'avatar: The first.',
      'avatar: The second.',
    ]);
  });

  test('what it cannot do is refused with "unsupported", and the snapshot says so before', async () => {
    const { session, connect } = sessionStage(a2e());
    await connect();
    expect(session.getSnapshot()).toMatchObject({
      mode: 'dialogue',
      can: { speak: true, ask: true, interrupt: false, setParams: false, setAction: false },
    });
    for (const refused of [
      session.interrupt(),
      session.setParams({ language: 'en' }),
      session.setAction({ gesture: 'nod' }),
    ])
      await expect(refused).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('a question that is too large for one call is refused whole; a long text is said in several', async () => {
    const { session, connect, said, clock } = sessionStage(a2e());
    await connect();
    const long = 'Twenty letters here. '.repeat(600);
    await expect(clock.run(session.ask(long))).rejects.toMatchObject({ code: 'packet-too-large' });
    await clock.run(session.speak(long));
    expect(said().length).toBeGreaterThan(1);
    const texts = said().map((line) => line.slice('speak: '.length));
    expect(texts.join('')).toBe(long);
    for (const text of texts) expect(text.length).toBeLessThanOrEqual(10_000);
  });

  test('a refused question rejects alone, and the next one does not wait', async () => {
    let first = true;
    const stage = sessionStage(a2e(), {
      async call() {
        if (first) {
          first = false;
          throw refusal('service-refused');
        }
      },
    });
    await stage.connect();
    const refused = stage.session.ask('One?');
    const next = stage.session.ask('Two?');
    await expect(refused).rejects.toMatchObject({ code: 'service-refused' });
    await expect(next).resolves.toMatchObject({ status: 'sent' });
    expect(stage.said()).toEqual(['ask: One?', 'ask: Two?']);
  });

  test('closing while a question waits ends it, closes what was paid for once, and leaves no timer', async () => {
    const meter = meterDouble();
    const { session, connect, clock, closed } = sessionStage(a2e({ meter: meter.make }));
    await connect();
    await session.ask('One?');
    const waiting = session.ask('Two?');
    await clock.advance(1_000);
    expect(meter.open).toBe(1);
    await clock.run(session.close());
    await expect(waiting).resolves.toMatchObject({ status: 'closed', unsentText: 'Two?' });
    expect(closed).toEqual(['requested']);
    expect({ open: meter.open, timers: clock.scheduled }).toEqual({ open: 0, timers: 0 });
  });

  test('a session that the service knows no more ends ours', async () => {
    const stage = sessionStage(a2e(), { call: () => Promise.reject(refusal('session-gone')) });
    await stage.connect();
    await expect(stage.session.ask('One?')).rejects.toMatchObject({
      code: 'session-gone',
      unsentText: 'One?',
    });
    await stage.clock.advance(5_000);
    expect(stage.session.getSnapshot()).toMatchObject({
      state: 'closed',
      closed: { reason: 'service-ended' },
    });
    expect(stage.closed).toEqual(['service-ended']);
  });

  test('one that it knows no more when ours is over already changes nothing', async () => {
    const answer = openCall();
    const stage = sessionStage(a2e(), { call: () => answer.promise });
    await stage.connect();
    const asked = stage.session.ask('One?');
    await stage.clock.advance(0);
    await stage.clock.run(stage.session.close());
    answer.reject(refusal('session-gone'));
    await stage.clock.advance(1);
    await expect(asked).resolves.toMatchObject({ status: 'closed' });
    expect(stage.session.getSnapshot().closed).toEqual({ reason: 'requested' });
    expect(stage.clock.scheduled).toBe(0);
  });

  test('that the avatar speaks is heard', async () => {
    const meter = meterDouble();
    const { session, connect, clock } = sessionStage(a2e({ meter: meter.make }));
    await connect();
    expect(meter.track?.kind).toBe('audio');
    meter.level = -25;
    await clock.advance(200);
    expect(session.getSnapshot().avatar.speaking).toBe(true);
    meter.level = -80;
    await clock.advance(1_000);
    expect(session.getSnapshot().avatar.speaking).toBe(false);
  });
});

describe('HeyGen v1 in a real session, over the memory network and a REST double', () => {
  test('what is sent and said are tasks in order; a question is refused', async () => {
    const { session, connect, said, clock } = sessionStage(heygen());
    await connect();
    await clock.run(Promise.all([session.send('One.'), session.speak('Two.')]));
    await expect(session.ask('Why?')).rejects.toMatchObject({ code: 'unsupported' });
    expect(said()).toEqual(['task: One.', 'task: Two.']);
    await clock.run(session.close());
    expect(clock.scheduled).toBe(0);
  });

  test('what comes over the data channel is read as its successor means it', async () => {
    const { session, connect, says, transcript } = sessionStage(heygen());
    await connect();
    await says(
      { type: 'avatar_start_talking', task_id: 't' },
      { type: 'avatar_talking_message', task_id: 't', message: 'Hello' },
    );
    expect(session.getSnapshot().avatar.speaking).toBe(true);
    expect(transcript()).toEqual(['avatar: Hello…']);
    await says({ type: 'avatar_end_message', task_id: 't' }, { type: 'avatar_stop_talking', task_id: 't' });
    expect(session.getSnapshot().avatar.speaking).toBe(false);
    expect(transcript()).toEqual(['avatar: Hello']);
  });
});

describe('LiveAvatar in a real session, over the memory network and a REST double', () => {
  const event = (event_type: string, more: object = {}) => ({ event_type, event_id: 'e', ...more });

  test('it asks, reads partial and final answers, and interrupts', async () => {
    const { session, connect, says, transcript, arrived, clock } = sessionStage(liveavatar());
    await connect();
    await clock.run(session.ask('Who?'));
    await says(
      event('avatar.transcription.chunk', { text: 'I ' }),
      event('avatar.speak_started'),
      event('avatar.transcription.chunk', { text: 'am' }),
    );
    expect(transcript()).toEqual(['application: Who?', 'avatar: I am…']);
    expect(session.getSnapshot().avatar.speaking).toBe(true);
    await clock.run(session.interrupt());
    await says(event('avatar.speak_ended'), event('avatar.transcription', { text: 'I am' }));
    expect(transcript()).toEqual(['application: Who?', 'avatar: I am']);
    expect(arrived).toEqual([
      { event_type: 'avatar.speak_response', event_id: expect.any(String), text: 'Who?' },
      { event_type: 'avatar.interrupt', event_id: expect.any(String) },
    ]);
  });

  test('a long text is said in events that each have an id of their own', async () => {
    const { session, connect, arrived, clock } = sessionStage(liveavatar());
    await connect();
    const long = 'Twenty letters here. '.repeat(2_000);
    await clock.run(session.speak(long));
    await clock.advance(1_000);
    expect(arrived.length).toBeGreaterThan(1);
    expect(arrived.map(({ text }) => text).join('')).toBe(long);
    expect(new Set(arrived.map(({ event_id }) => event_id)).size).toBe(arrived.length);
    expect(arrived.every(({ event_type }) => event_type === 'avatar.speak_text')).toBe(true);
  });

  test('it is kept alive while somebody talks, and ends after five quiet minutes', async () => {
    const { session, connect, calls, closed, clock, says } = sessionStage(liveavatar());
    await connect();
    await clock.advance(240_000);
    await says(event('avatar.transcription', { text: 'Still there?' }));
    await clock.advance(299_000);
    expect(session.getSnapshot().state).toBe('live');
    await clock.advance(5_000);
    expect(session.getSnapshot().closed).toMatchObject({ reason: 'idle' });
    expect(closed).toEqual(['idle']);
    expect(calls.map(({ action }) => action)).toEqual(Array(9).fill('keep-alive'));
    expect(clock.scheduled).toBe(0);
  });

  test('a session that the service stops is over, with its reason', async () => {
    const { session, connect, closed, says, clock } = sessionStage(liveavatar());
    await connect();
    await says(event('session.stopped', { stop_reason: 'MAX_DURATION' }));
    await clock.advance(5_000);
    expect(session.getSnapshot().closed).toMatchObject({
      reason: 'service-ended',
      error: { code: 'session-gone', serviceCode: 'MAX_DURATION' },
    });
    expect(closed).toEqual(['service-ended']);
  });
});
