import { ratePolicies } from '@avatarwire/core';
import { expect, test } from 'vitest';
import { judge, type Limits } from '../../src/network/judge';
import type { AvatarReport, Outcome, Said, VisitorReport } from '../../src/network/reports';
import { answerTo } from '../../src/network/texts';

const limits: Limits = ratePolicies.livekit;

const delivered = (change: Partial<Extract<Outcome, { is: 'delivered' }>['delivery']> = {}): Outcome => ({
  is: 'delivered',
  delivery: {
    messageId: '',
    status: 'sent',
    parts: 1,
    bytes: 1,
    unsentText: '',
    uncertain: false,
    ...change,
  },
});
const failed = (code: string, unsentText = ''): Outcome => ({ is: 'failed', code, unsentText });
const spoke = (text: string, outcome?: Outcome, kind: Said['kind'] = 'speak'): Said => ({
  kind,
  text,
  at: 0,
  ...(outcome && { outcome }),
});

function visitorWho(said: readonly Said[], change: Partial<VisitorReport> = {}): VisitorReport {
  const transcript = said.map(({ text }) => ({
    id: text,
    author: 'application' as const,
    text,
    complete: true,
  }));
  return { said, commanded: [], states: [], packets: [], uncertain: [], transcript, ...change };
}

/** @param pieces of messages that did not become whole: `[id, text]` */
function avatarThat(
  heard: readonly string[],
  pieces: readonly (readonly [string, string])[] = [],
): AvatarReport {
  const whole = heard.map((text) => ({ id: text, text, at: 0 }));
  const parts = [
    ...whole.map((one) => ({ ...one, index: 0, bytes: 1 })),
    ...pieces.map(([id, text], index) => ({ id, text, index, at: 0, bytes: 1 })),
  ];
  return { messages: whole, parts, commands: [], violations: [] };
}

test('a conversation that arrived whole, once and in order is in order', () => {
  const said = [
    spoke('one', delivered()),
    spoke('two three', delivered(), 'stream'),
    spoke('four', delivered()),
  ];
  expect(judge(visitorWho(said), avatarThat(['one', 'two', ' three', 'four']), limits)).toEqual([]);
});

test.each<[string, readonly Said[], AvatarReport, string]>([
  ['a text that is lost', [spoke('one', delivered())], avatarThat([]), 'only 0 of 3'],
  ['a text that comes twice', [spoke('one', delivered())], avatarThat(['one', 'one']), 'arrived 2 times'],
  ['a text that nobody said', [], avatarThat(['one']), 'nobody said'],
  [
    'two texts in the wrong order',
    [spoke('one', delivered()), spoke('two', delivered())],
    avatarThat(['two', 'one']),
    'said later',
  ],
  ['a message that nobody was told of', [spoke('one')], avatarThat(['one']), 'nobody was told'],
  [
    'a stream with a piece missing',
    [spoke('two three', delivered(), 'stream')],
    avatarThat(['two']),
    'only 3 of 9',
  ],
  [
    'more than was sent, after an interrupt',
    [spoke('one two', delivered({ status: 'interrupted', unsentText: 'two' }))],
    avatarThat([], [['one two', 'one two']]),
    'more of it arrived',
  ],
  [
    'less than was sent, after an interrupt',
    [spoke('one two', delivered({ status: 'interrupted', unsentText: 'two' }))],
    avatarThat([], [['one two', 'on']]),
    'only 2 of 4',
  ],
  [
    'a rest that is not the end of the text',
    [spoke('one two', failed('delivery-uncertain', 'one'))],
    avatarThat([]),
    'not its end',
  ],
  [
    'a refused message that arrived all the same',
    [spoke('one', failed('ack-timeout'))],
    avatarThat(['one']),
    'failed with ack-timeout, but it arrived',
  ],
])('%s is found', (_name, said, avatar, problem) => {
  expect(judge(visitorWho(said), avatar, limits).join('\n')).toContain(problem);
});

test('what is uncertain may be there or not, but not twice', () => {
  const said = [spoke('one', delivered({ uncertain: true })), spoke('two', failed('delivery-uncertain'))];
  expect(judge(visitorWho(said), avatarThat([]), limits)).toEqual([]);
  expect(judge(visitorWho(said), avatarThat(['one', 'two']), limits)).toEqual([]);
  expect(judge(visitorWho(said), avatarThat(['one', 'one']), limits)).not.toEqual([]);
});

test('what became uncertain later may be lost', () => {
  const visitor = visitorWho([spoke('one', delivered())], { uncertain: ['one'] });
  expect(judge(visitor, avatarThat([]), limits)).toEqual([]);
});

test('an answer that is missing is found, and after a reconnect one may be', () => {
  const visitor = visitorWho([spoke('Who?', delivered(), 'ask')]);
  expect(judge(visitor, avatarThat(['Who?']), limits).join()).toContain('is there 0 times');
  const states = [{ state: 'reconnecting', at: 0 }] as const;
  expect(judge({ ...visitor, states }, avatarThat(['Who?']), limits)).toEqual([]);
});

test('an answer that is there twice, and one of another’s, are found', () => {
  const visitor = visitorWho([spoke('Who?', delivered(), 'ask')]);
  const line = (text: string) => ({ id: 'a', author: 'avatar' as const, text, complete: true });
  const twice = [...visitor.transcript, line(answerTo('Who?')), line(answerTo('Who?'))];
  expect(judge({ ...visitor, transcript: twice }, avatarThat(['Who?']), limits).join()).toContain(
    'is there 2 times',
  );
  const foreign = [...visitor.transcript, line(answerTo('Who?')), line('Nobody asked that.')];
  expect(judge({ ...visitor, transcript: foreign }, avatarThat(['Who?']), limits).join()).toContain(
    'never said',
  );
});

test('an acknowledged interrupt that did not arrive is found, and so is a command that never ends', () => {
  const commanded = [
    { kind: 'interrupt', at: 0, settledAt: 1 },
    { kind: 'set-params', at: 0 },
  ] as const;
  const problems = judge(visitorWho([], { commanded }), avatarThat([]), limits).join();
  expect(problems).toContain('1 interrupts were acknowledged and 0 arrived');
  expect(problems).toContain('set-params: nobody was told');
});

test('a second that is too full, and a packet that is too large, are found', () => {
  const packets = [0, 999].map((at) => ({ at, bytes: 4_000, lane: 'chat' as const }));
  const problems = judge(visitorWho([], { packets }), avatarThat([]), ratePolicies.agora).join();
  expect(problems).toContain('a packet of 4000 bytes');
  expect(problems).toContain('8000 bytes in a second');
});

test('what the avatar complains of is found', () => {
  const avatar = { ...avatarThat([]), violations: ['A gap.'] };
  expect(judge(visitorWho([]), avatar, limits).join()).toContain('A gap.');
});
