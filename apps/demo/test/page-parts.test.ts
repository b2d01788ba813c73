import { AvatarError } from '@avatarwire/core';
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
