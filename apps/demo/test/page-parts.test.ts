import { AvatarError, type WireRecord } from '@avatarwire/core';
import { describe, expect, test } from 'vitest';
import {
  type Choices,
  choose,
  type Offer,
  PROVIDERS,
  readChoice,
  SERVICES,
  writeChoice,
} from '../src/choice/choice';
import { choiceText, providerLabel, serviceLabel } from '../src/choice/choice-text';
import { longText } from '../src/conversation/long-text';
import { lacksOf } from '../src/direction/missing';
import { readFrame } from '../src/inspector/frame-text';
import { createWireLog, HISTORY_MS, KEPT_ROWS, lastSecond } from '../src/inspector/wire-log';
import { addProblem, explain, type Problem } from '../src/session/problems';
import { answerOf } from '../src/session/providers/answers';

const encode = (value: unknown) =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

describe('the choice in the address', () => {
  const room: Offer = { service: 'own-room', providers: ['trtc'] };
  const mock: Offer = { service: 'akool-mock', providers: ['webrtc', 'livekit', 'agora', 'trtc'] };
  const choices: Choices = [
    room,
    mock,
    { service: 'heygen-mock', providers: ['webrtc'] },
    { service: 'none', providers: ['webrtc', 'agora', 'trtc'] },
  ];

  test.each([
    ['', 'own-room', 'trtc'],
    ['?provider=livekit', 'akool-mock', 'livekit'],
    ['?provider=trtc', 'own-room', 'trtc'],
    ['?service=none', 'none', 'webrtc'],
    ['?service=akool-mock&provider=agora', 'akool-mock', 'agora'],
    ['?service=none&provider=livekit', 'none', 'webrtc'],
    ['?service=akool&provider=livekit', 'akool-mock', 'livekit'],
    ['?service=heygen-mock&provider=livekit', 'heygen-mock', 'webrtc'],
    ['?service=zoom&provider=carrier-pigeon', 'own-room', 'trtc'],
  ])('"%s" is %s over %s: what is not offered counts as not given', (search, service, provider) => {
    expect(readChoice(search, choices)).toEqual({ service, provider });
  });

  test('comes back as it was written, beside what else stands there', () => {
    const search = writeChoice({ service: 'none', provider: 'agora' }, '?debug=1');
    expect(search).toContain('debug=1');
    expect(readChoice(search, choices)).toEqual({ service: 'none', provider: 'agora' });
  });

  test('another service keeps the provider if it offers it', () => {
    expect(choose(mock, 'trtc')).toEqual({ service: 'akool-mock', provider: 'trtc' });
    expect(choose(room, 'livekit')).toEqual({ service: 'own-room', provider: 'trtc' });
  });
});

describe('what the page says of a choice', () => {
  test.each(SERVICES.flatMap((service) => PROVIDERS.map((provider) => ({ service, provider }))))(
    '$service over $provider: a mock and an emulation are named as such, and nothing real is',
    (choice) => {
      const { service, provider } = choice;
      const { standIn, ...rest } = choiceText(choice);
      const { note } = providerLabel(choice);
      const vendor = provider === 'agora' || provider === 'trtc';
      const mock = service.endsWith('-mock');
      const local = mock || service === 'none';
      expect(standIn?.meaning.includes('our mock') ?? false).toBe(mock);
      expect(serviceLabel(service).note === 'mock').toBe(mock);
      expect(standIn?.meaning.includes('our double') ?? false).toBe(local && vendor);
      expect(note === 'local emulation').toBe(local && vendor);
      expect(JSON.stringify([rest, note])).toMatch(local ? /page|machine|[Ss]imulator/ : /your account|real/);
      if (!local)
        expect(JSON.stringify([rest, note, standIn])).not.toMatch(/mock|double|emulat|nothing leaves/i);
    },
  );
});

test('the long text fills 64 KB with whole paragraphs of well-formed text', () => {
  const text = longText();
  const bytes = encode(text).byteLength;
  expect(bytes).toBeLessThanOrEqual(65_536);
  expect(bytes).toBeGreaterThan(65_000);
  expect(new TextDecoder('utf-8', { fatal: true }).decode(encode(text))).toBe(text);
  for (const script of [
    /\p{Script=Han}/u,
    /\p{Script=Arabic}/u,
    /\p{Script=Cyrillic}/u,
    /\p{Script=Devanagari}/u,
    /\p{Extended_Pictographic}/u,
  ]) {
    expect(text).toMatch(script);
  }
});

describe('the wire log', () => {
  function logging() {
    const pending: (() => void)[] = [];
    const log = createWireLog((callback) => pending.push(callback));
    const flush = () => {
      const due = pending.splice(0).map((callback) => callback());
      return due.length;
    };
    const out = (at: number, size = 100): WireRecord => ({
      at,
      direction: 'out',
      data: new Uint8Array(size),
    });
    return { log, flush, out };
  }

  test('tells once for many packets', () => {
    const { log, flush, out } = logging();
    let told = 0;
    log.subscribe(() => {
      told += 1;
    });
    for (let at = 0; at < 10; at += 1) log.add(out(at));
    expect(flush()).toBe(1);
    expect(told).toBe(1);
    expect(log.getView().rows).toHaveLength(10);
  });

  test(`keeps ${KEPT_ROWS} rows and counts all`, () => {
    const { log, flush, out } = logging();
    for (let at = 0; at < KEPT_ROWS + 20; at += 1) log.add(out(at));
    log.add({ at: 600, direction: 'in', data: new Uint8Array(7), from: 'avatar' });
    flush();
    const { rows, out: sent, in: received } = log.getView();
    expect([rows.length, rows[0]?.id, rows.at(-1)?.id]).toEqual([KEPT_ROWS, 22, KEPT_ROWS + 21]);
    expect([sent.packets, sent.bytes, received.packets, received.bytes]).toEqual([520, 52_000, 1, 7]);
  });

  test('while paused the rows stand still and the totals go on; resuming shows the newest', () => {
    const { log, flush, out } = logging();
    log.add(out(0));
    flush();
    log.setPaused(true);
    log.add(out(1));
    flush();
    expect([log.getView().rows.length, log.getView().out.packets]).toEqual([1, 2]);
    log.setPaused(false);
    flush();
    expect(log.getView().rows).toHaveLength(2);
  });

  test('cleared, it starts at nothing, and no number is given twice', () => {
    const { log, flush, out } = logging();
    log.add(out(0));
    log.clear();
    log.add(out(5));
    flush();
    expect(log.getView()).toMatchObject({ out: { packets: 1 }, startedAt: 5, rows: [{ id: 2 }] });
  });

  test('the last second is exactly that, and history is forgotten', () => {
    const { log, flush, out } = logging();
    for (const at of [0, 1_000, 1_500, 2_000]) log.add(out(at));
    flush();
    const { recent } = log.getView();
    expect(lastSecond(recent, 2_000)).toEqual({ packets: 2, bytes: 200 });
    expect(lastSecond(recent, 1_999)).toEqual({ packets: 2, bytes: 200 });
    expect(lastSecond(recent, 3_000)).toEqual({ packets: 0, bytes: 0 });
    log.add(out(HISTORY_MS + 1_500));
    flush();
    expect(log.getView().recent.map(({ at }) => at)).toEqual([2_000, HISTORY_MS + 1_500]);
  });
});

describe('a frame to read', () => {
  test.each([
    [
      { v: 2, type: 'chat', mid: 'a', idx: 3, fin: true, pld: { from: 'bot', text: 'hi' } },
      'bot: hi',
      '3 fin',
    ],
    [{ v: 2, type: 'chat', mid: 'a', idx: 0, fin: false, pld: { text: 'hi' } }, 'hi', '0'],
    [
      { v: 2, type: 'command', mid: 'a', pld: { cmd: 'set-params', data: { mode: 1 } } },
      'set-params {"mode":1}',
      undefined,
    ],
    [
      { v: 2, type: 'command', mid: 'a', pld: { cmd: 'interrupt', code: 1000 } },
      'interrupt → 1000',
      undefined,
    ],
    [{ v: 2, type: 'event', pld: { event: 'audio_start' } }, 'audio_start', undefined],
    [{ action: 'ask', body: { text: 'hi' } }, 'ask: hi', undefined],
    [{ event_type: 'avatar.speak_text', event_id: 'a', text: 'hi' }, 'avatar.speak_text: hi', undefined],
    [{ event_type: 'avatar.interrupt', event_id: 'a' }, 'avatar.interrupt', undefined],
    [{ type: 'QA', message: 'hi', pos: 'start' }, 'QA start: hi', undefined],
    [{ type: 'QA', message: 'hi', pos: null }, 'QA: hi', undefined],
    [{ message: 'hi' }, 'hi', undefined],
    [null, '', undefined],
    [[1], '', undefined],
  ])('%j reads "%s"', (frame, summary, part) => {
    const read = readFrame(encode(frame));
    expect([read.summary, read.part, read.json]).toEqual([summary, part, true]);
    expect(JSON.parse(read.whole)).toEqual(frame);
  });

  test('what is no JSON is shown as the text that it is', () => {
    const text = 'task 7: begins';
    expect(readFrame(encode(text))).toEqual({ json: false, whole: text, summary: text });
  });

  test('what is no text either is shown as bytes', () => {
    expect(readFrame(Uint8Array.of(0xff, 0x00, 0x7b))).toMatchObject({
      json: false,
      whole: 'ff 00 7b',
      summary: '3 bytes, no text',
    });
  });
});

describe('what an avatar lacks', () => {
  const all = { speak: true, ask: true, interrupt: true, setParams: true, setAction: true };
  const names = (can: Partial<typeof all>) => lacksOf({ ...all, ...can }).map(({ what }) => what);

  test('is named where a control is missing, and nothing where all are there', () => {
    expect(names({})).toEqual([]);
    expect(names({ ask: false })).toEqual(['Answers']);
    expect(names({ interrupt: false, setParams: false })).toEqual(['Interrupting', 'Speed and language']);
    expect(names({ setAction: false })).toEqual(['Gestures']);
  });
});

test('a simulated avatar promises nothing that its service cannot do', () => {
  const ability = (company: 'akool' | 'a2e' | 'liveavatar') =>
    answerOf(company)('What can you do?', { turn: 0 });
  expect(ability('akool')).toMatch(/gesture.*interrupt/);
  expect(ability('a2e')).not.toMatch(/gesture|speed|interrupt/);
  expect(ability('liveavatar')).not.toMatch(/gesture|speed/);
  expect(answerOf('a2e')('2 + 3', { turn: 0 })).toBe(answerOf('akool')('2 + 3', { turn: 0 }));
});

describe('problems', () => {
  const timeout = () => new AvatarError('ack-timeout', 'set-params was not acknowledged within 5000 ms.');

  test('the same again is counted, and no more than three are kept', () => {
    let problems: readonly Problem[] = [];
    for (let id = 1; id <= 3; id += 1) problems = addProblem(problems, timeout(), id);
    expect(problems).toMatchObject([{ id: 1, times: 3, title: 'The avatar did not confirm' }]);
    for (let id = 4; id <= 9; id += 1)
      problems = addProblem(problems, new AvatarError('queue-full', `full ${id}`), id);
    expect(problems.map(({ detail }) => detail)).toEqual(['full 9', 'full 8', 'full 7']);
  });

  test('a service code is shown where the message leaves it out', () => {
    expect(explain(new AvatarError('command-refused', 'Refused.', { serviceCode: 1003 })).detail).toBe(
      'Refused. (1003)',
    );
    expect(explain(new AvatarError('command-refused', 'Refused: 1003.', { serviceCode: 1003 })).detail).toBe(
      'Refused: 1003.',
    );
  });

  test('how long to wait is said, in seconds or in minutes', () => {
    const detail = (retryAfterMs: number) =>
      explain(new AvatarError('service-busy', 'Full.', { retryAfterMs })).detail;
    expect([detail(4_200), detail(3_600_000)]).toEqual(['Full. Again in 5 s.', 'Full. Again in 60 min.']);
    // HTTP has every 503 say when to come again; this one means that there is no use in it.
    const refused = new AvatarError('service-refused', 'No server here.', { retryAfterMs: 1_000 });
    expect(explain(refused).detail).toBe('No server here.');
  });

  test('what is not ours is explained as well', () => {
    expect(explain(new TypeError('x is undefined'))).toMatchObject({
      title: 'Something went wrong',
      detail: 'x is undefined',
    });
    expect(explain('boom').detail).toBe('boom');
  });
});
