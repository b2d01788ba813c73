import { describe, expect, test } from 'vitest';
import { AvatarError } from '../../src/errors';
import { served } from '../support/scripted-service';
import { JOINED } from '../support/stage';

const SMALL = {
  bytesPerSecond: 100_000,
  packetsPerSecond: 1_000,
  reserve: { packets: 1, bytes: 128 },
  maxPacketBytes: 200,
};

const codes = (calls: readonly Promise<unknown>[]) =>
  Promise.all(
    calls.map((call) =>
      call.then(
        () => 'done',
        (error: AvatarError) => `${error.code}: ${/can\.\w+/.exec(error.message)?.[0]}`,
      ),
    ),
  );

describe('what a service cannot do', () => {
  test('rejects unsupported, naming what to look at, and sends nothing', async () => {
    const { session, live, frames } = served({ can: { ask: false } });
    await live();
    const calls = [
      session.interrupt(),
      session.setParams({ language: 'de' }),
      session.setParams({ mode: 'dialogue' }),
      session.setAction({ gesture: 'nod' }),
      session.ask('Why?'),
    ];
    expect(await codes(calls)).toEqual([
      'unsupported: can.interrupt',
      'unsupported: can.setParams',
      'unsupported: can.setParams',
      'unsupported: can.setAction',
      'unsupported: can.ask',
    ]);
    expect(frames()).toEqual([]);
  });

  test('rejects as soon as it is known when it was asked before, and the rest goes its way', async () => {
    const { session, clock, transport, frames } = served({ can: { ask: false } });
    const connecting = session.connect();
    const calls = [
      session.setParams({ language: 'de' }),
      session.setParams({ mode: 'retelling' }),
      session.setAction({ gesture: 'nod' }),
      session.ask('Why?'),
      session.interrupt(),
    ];
    const asking = session.ask('Who?');
    const speaking = session.speak('Hello');
    await clock.advance(0);
    expect(session.getSnapshot().state).toBe('waiting');
    expect(
      (await codes([calls[0], calls[1], calls[2], calls[4], asking] as Promise<unknown>[])).sort(),
    ).toEqual([
      'unsupported: can.ask',
      'unsupported: can.interrupt',
      'unsupported: can.setAction',
      'unsupported: can.setParams',
      'unsupported: can.setParams',
    ]);
    expect(session.getSnapshot().messages.map(({ text, delivery }) => [text, delivery?.state])).toEqual([
      ['Why?', 'interrupted'],
      ['Who?', 'failed'],
      ['Hello', 'queued'],
    ]);
    transport().emit('participant-joined', { id: 'avatar' });
    await connecting;
    expect(await speaking).toMatchObject({ status: 'sent' });
    expect(frames().map(({ pld }) => pld)).toEqual([{ text: 'Hello' }]);
  });

  test('is everything where its words are packets and the connection may not send', async () => {
    const { session, live, frames } = served(
      {},
      { script: () => ({ connect: async () => ({ ...JOINED, canSend: false }) }) },
    );
    await live();
    expect(Object.values(session.getSnapshot().can)).toEqual(Array(8).fill(false));
    await expect(session.speak('a')).rejects.toMatchObject({ code: 'unsupported' });
    expect(frames()).toEqual([]);
  });

  test('is not asked for the mode: no set-params goes, and each text says how it is meant', async () => {
    const { session, live, frames } = served({ mode: 'retelling' });
    await live();
    await session.ask('Why?');
    await session.speak('So.');
    await session.send('And?');
    expect(frames()).toMatchObject([{ mode: 'dialogue' }, { mode: 'retelling' }, { mode: 'retelling' }]);
    expect(session.getSnapshot().mode).toBe('retelling');
  });

  test('is not expected of a message that was sent before the service was known', async () => {
    const set = served({ can: { ask: false }, mode: 'retelling' });
    const connecting = set.session.connect();
    const early = set.session.send('Hello');
    await set.clock.advance(0);
    set.transport().emit('participant-joined', { id: 'avatar' });
    await connecting;
    await early;
    expect(set.frames()).toMatchObject([{ mode: 'retelling', pld: { text: 'Hello' } }]);
  });

  test('does not become what `send` means because it was asked for too early', async () => {
    const { session, clock, transport, frames } = served({ mode: 'retelling' });
    const connecting = session.connect();
    const setting = session.setParams({ mode: 'dialogue' });
    await clock.advance(0);
    await expect(setting).rejects.toMatchObject({ code: 'unsupported' });
    expect(session.getSnapshot().mode).toBe('retelling');
    const sending = session.send('Hello');
    transport().emit('participant-joined', { id: 'avatar' });
    await connecting;
    await sending;
    expect(frames()).toMatchObject([{ mode: 'retelling', pld: { text: 'Hello' } }]);
  });

  test('takes what it can: params go in its own packets, and the mode before the text', async () => {
    const { session, live, frames } = served({ can: { setParams: true } });
    await live();
    await session.setParams({ language: 'de' });
    await session.ask('Why?');
    expect(frames().map(({ pld }) => pld)).toEqual([
      { cmd: 'set-params' },
      { cmd: 'set-params' },
      { text: 'Why?' },
    ]);
    expect(session.getSnapshot().params).toEqual({ language: 'de', mode: 'dialogue' });
  });
});

describe('a service that answers no command', () => {
  const silent = { can: { interrupt: true, setAction: true, setParams: true } };

  test('has done it when the transport took it', async () => {
    let take = () => {};
    const { session, live, clock, frames } = served(silent, {
      script: () => ({ send: () => new Promise<void>((resolve) => (take = resolve)) }),
    });
    await live();
    let done = false;
    const interrupting = session.interrupt().then(() => (done = true));
    await clock.advance(40);
    expect(done).toBe(false);
    take();
    await interrupting;
    expect(frames().map(({ pld }) => pld)).toEqual([{ cmd: 'interrupt' }]);
    const { timings } = session.getSnapshot();
    expect(timings.interruptMs).toBe(40);
    expect(timings).not.toHaveProperty('lastAckMs');
    await session.close();
    expect(clock.pendingTimers).toBe(0);
  });

  test('acknowledges no action, and nobody waits for it', async () => {
    const { session, live, clock } = served(silent);
    await live();
    const startedAt = clock.now();
    expect(await session.setAction({ gesture: 'nod' })).toEqual({ acknowledged: false });
    expect(clock.now()).toBe(startedAt);
  });

  test('is not probed: its silence says nothing', async () => {
    const { session, live, clock, frames } = served(silent);
    await live();
    await session.setParams({ language: 'de' });
    await session.speak('Hello');
    await clock.advance(60_000);
    expect(frames('command')).toHaveLength(2);
    expect(session.getSnapshot()).toMatchObject({ state: 'live', responsive: true });
  });

  test('has not done what the transport refused', async () => {
    const { session, live } = served(silent, {
      script: () => ({ send: () => Promise.reject(new AvatarError('network', 'no')) }),
    });
    await live();
    await expect(session.interrupt()).rejects.toMatchObject({ code: 'network' });
    await expect(session.setParams({ language: 'de' })).rejects.toMatchObject({ code: 'network' });
    expect(session.getSnapshot().params).toEqual({});
  });
});

describe('before a text', () => {
  /** Every text is held until the test lets it go. */
  function held(options: Parameters<typeof served>[0] = {}) {
    const holds: { mode: string | undefined; release: () => void; fail: (error: unknown) => void }[] = [];
    const set = served({
      ...options,
      before: (mode) => new Promise((release, fail) => holds.push({ mode, release, fail })),
    });
    return { ...set, holds };
  }

  test('the lane is held as long as the service wants, for one text after the other', async () => {
    const { session, live, clock, holds, texts } = held();
    await live();
    const first = session.ask('One?');
    const second = session.speak('Two.');
    await clock.advance(5_000);
    expect(texts()).toBe('');
    expect(holds.map(({ mode }) => mode)).toEqual(['dialogue']);
    holds[0]?.release();
    await first;
    await clock.advance(0);
    expect(texts()).toBe('One?');
    expect(holds.map(({ mode }) => mode)).toEqual(['dialogue', 'retelling']);
    holds[1]?.release();
    await second;
    expect(texts()).toBe('One?Two.');
  });

  test('the hold begins after the change of mode that the text needs', async () => {
    const { session, live, clock, holds, frames, says } = held({
      can: { setParams: true },
      acknowledges: true,
    });
    await live();
    void session.ask('Why?');
    await clock.advance(100);
    expect(frames().map(({ pld }) => pld)).toEqual([{ cmd: 'set-params' }]);
    expect(holds).toEqual([]);
    says([
      {
        kind: 'acknowledgement',
        messageId: frames()[0]?.mid,
        command: 'set-params',
        code: 1000,
        message: '',
      },
    ]);
    await clock.advance(0);
    expect(holds).toMatchObject([{ mode: 'dialogue' }]);
    expect(frames('chat')).toEqual([]);
  });

  test.each(['interrupt', 'abort', 'close'] as const)('%s ends the hold, and the text', async (how) => {
    const { session, live, clock, holds, texts } = held({ can: { interrupt: true } });
    await live();
    const controller = new AbortController();
    const asking = session.ask('Never?', { signal: controller.signal });
    const outcome = asking.then(
      ({ status, unsentText }) => [status, unsentText],
      (reason: unknown) => reason,
    );
    await clock.advance(0);
    if (how === 'interrupt') void session.interrupt();
    else if (how === 'abort') controller.abort('aborted');
    else await session.close();
    await clock.advance(0);
    const expected = { interrupt: ['interrupted', 'Never?'], abort: 'aborted', close: ['closed', 'Never?'] };
    expect(await outcome).toEqual(expected[how]);
    if (how !== 'close') {
      const next = session.ask('Now?');
      await clock.advance(0);
      expect(holds).toHaveLength(2);
      holds[0]?.release();
      await clock.advance(0);
      expect(texts()).toBe('');
      holds[1]?.release();
      await next;
      expect(texts()).toBe('Now?');
    }
    await session.close();
    holds[0]?.release();
    expect(clock.pendingTimers).toBe(0);
  });

  test('a hold that fails takes that text along and no other', async () => {
    const { session, live, clock, holds, texts } = held();
    await live();
    const first = session.ask('One?');
    const second = session.ask('Two?');
    await clock.advance(0);
    holds[0]?.fail(new AvatarError('service-refused', 'no'));
    await expect(first).rejects.toMatchObject({ code: 'service-refused' });
    await clock.advance(0);
    holds[1]?.release();
    await second;
    expect(texts()).toBe('Two?');
  });
});

describe('packets of a text', () => {
  const text =
    'The first sentence is this one, and it is long enough. The second one is longer still. '.repeat(3);

  test('stand apart where the service says each as it comes: own ids, each whole, joined the text', async () => {
    const { session, live, frames } = served({ parts: 'apart' }, { policy: SMALL });
    await live();
    const delivery = await session.speak(text);
    const said = frames('chat');
    expect(said.length).toBeGreaterThan(2);
    expect(new Set(said.map(({ mid }) => mid)).size).toBe(said.length);
    expect(said[0]?.mid).toBe(delivery.messageId);
    expect(said.map(({ pld }) => pld.text).join('')).toBe(text);
    expect(said.every(({ fin }) => fin)).toBe(true);
    expect(delivery).toMatchObject({ status: 'sent', parts: said.length });
    expect(session.getSnapshot().messages).toHaveLength(1);
  });

  test('are one, or too large, where the service takes a text whole', async () => {
    const { session, live, frames, texts } = served({ parts: 'whole' }, { policy: SMALL });
    await live();
    const large = session.speak(text);
    const small = session.speak('Short.');
    await expect(large).rejects.toMatchObject({ code: 'packet-too-large' });
    await small;
    expect(texts()).toBe('Short.');
    expect(frames()).toHaveLength(1);
    expect(session.getSnapshot().messages).toMatchObject([
      { delivery: { state: 'failed' } },
      { delivery: { state: 'sent' } },
    ]);
  });

  test.each(['apart', 'whole'] as const)(
    'of a stream as one message are messages all the same where they stand %s',
    async (parts) => {
      const { session, live, frames, texts } = served({ parts });
      await live();
      async function* stream() {
        yield 'One sentence. ';
        yield 'Another.';
      }
      await session.speak(stream(), { as: 'one-message' });
      expect(texts()).toBe('One sentence. Another.');
      expect(new Set(frames().map(({ mid }) => mid)).size).toBe(frames().length);
    },
  );

  test('of a message cut short are finished by an empty one only where the parts are joined', async () => {
    for (const parts of ['joined', 'apart'] as const) {
      const { session, live, clock, frames } = served(
        { parts, can: { interrupt: true } },
        { finishAbandoned: true, policy: { ...SMALL, packetsPerSecond: 3 } },
      );
      await live();
      void session.speak(text);
      await clock.advance(0);
      void session.interrupt();
      await clock.advance(3_000);
      const empty = frames('chat').filter(({ pld }) => pld.text === '');
      expect(empty.map(({ fin }) => fin)).toEqual(parts === 'joined' ? [true] : []);
    }
  });
});

describe('a stream before the service is known', () => {
  test('is kept as far as there is room, and goes out in the packets of the service', async () => {
    const { session, clock, transport, texts, frames } = served();
    let given = 0;
    async function* source() {
      for (; given < 200; given++) yield `Sentence number ${given} of a long answer. `;
    }
    const connecting = session.connect();
    const speaking = session.speak(source());
    await clock.advance(5_000);
    expect(given).toBeGreaterThan(50);
    expect(given).toBeLessThan(150);
    transport().emit('participant-joined', { id: 'avatar' });
    await connecting;
    await clock.advance(10);
    expect(await speaking).toMatchObject({ status: 'sent', unsentText: '' });
    expect(given).toBe(200);
    expect(texts()).toBe(session.getSnapshot().messages[0]?.text);
    expect(frames().every((frame) => 'mode' in frame)).toBe(true);
  });

  test('that nobody will hear says all of it as unsent', async () => {
    const { session, clock } = served();
    const connecting = session.connect();
    connecting.catch(() => {});
    async function* source() {
      yield 'One. ';
      yield 'Two';
    }
    const speaking = session.speak(source());
    await clock.advance(10);
    await session.close();
    expect(await speaking).toMatchObject({ status: 'closed', parts: 0, unsentText: 'One. Two' });
  });
});
