import { expect, test } from 'vitest';
import { AvatarError } from '../../src/errors';
import type { AvatarParams } from '../../src/protocol/messages';
import { stage } from '../support/stage';

const SLOW = {
  bytesPerSecond: 1_500,
  packetsPerSecond: 10,
  reserve: { packets: 1, bytes: 128 },
  maxPacketBytes: 1_000,
};

test('setParams resolves on the acknowledgement and shows in the snapshot', async () => {
  const { session, live, clock, acknowledges, frames } = stage();
  await live();
  const setting = session.setParams({ language: 'de', voice: { speed: 1.1 } });
  await clock.advance(80);
  expect(session.getSnapshot().params).toEqual({});
  acknowledges('set-params');
  await setting;
  expect(frames()[0]?.pld).toEqual({ cmd: 'set-params', data: { lang: 'de', vparams: { speed: 1.1 } } });
  expect(session.getSnapshot().params).toEqual({ language: 'de', voice: { speed: 1.1 } });
  expect(session.getSnapshot().timings.lastAckMs).toBe(80);
});

test('while one set-params is unacknowledged, later ones are merged into the next', async () => {
  const { session, live, clock, acknowledges, frames } = stage();
  await live();
  const all = [0.8, 0.9, 1, 1.1].map((speed) => session.setParams({ voice: { speed } }));
  await clock.advance(10);
  expect(frames()).toHaveLength(1);
  acknowledges('set-params');
  await clock.advance(10);
  acknowledges('set-params');
  await Promise.all(all);
  expect(frames().map(({ pld }) => pld.data)).toEqual([
    { vparams: { speed: 0.8 } },
    { vparams: { speed: 1.1 } },
  ]);
});

test('a code other than 1000 rejects with the code and its meaning', async () => {
  const { session, live, clock, acknowledges } = stage();
  await live();
  const setting = session.setParams({ language: 'xx' });
  await clock.advance(0);
  acknowledges('set-params', 1003);
  await expect(setting).rejects.toMatchObject({ code: 'command-refused', serviceCode: 1003 });
});

test('silence rejects with ack-timeout after ackMs, and the next set-params goes out', async () => {
  const { session, live, clock, frames } = stage();
  await live();
  const first = session.setParams({ language: 'de' });
  const second = session.setParams({ language: 'fr' });
  await clock.advance(5_000);
  await expect(first).rejects.toMatchObject({ code: 'ack-timeout', retryable: true });
  expect(frames()).toHaveLength(2);
  void second;
});

test('the time for an acknowledgement stands still while reconnecting', async () => {
  const { session, live, clock, transport, acknowledges } = stage();
  await live();
  const setting = session.setParams({ language: 'de' });
  await clock.advance(4_000);
  transport().emit('reconnecting', {});
  await clock.advance(60_000);
  transport().emit('reconnected', { lossy: false });
  await clock.advance(900);
  acknowledges('set-params');
  await setting;
});

test('an acknowledgement without an id counts only if one command of that name is open', async () => {
  const { session, live, clock, says } = stage();
  await live();
  const setting = session.setParams({ language: 'de' });
  await clock.advance(0);
  says({ v: 2, type: 'command', pld: { cmd: 'set-params', code: 1000, msg: '' } });
  await setting;
});

test('a set-params that no packet holds is refused before anything is sent', async () => {
  const { session, live, frames } = stage();
  await live();
  const setting = session.setParams({ backgroundUrl: `https://example.com/${'x'.repeat(2_000)}` });
  await expect(setting).rejects.toMatchObject({ code: 'packet-too-large' });
  expect(frames()).toEqual([]);
});

test('setAction resolves acknowledged on an answer, and after 2 s without one', async () => {
  const { session, live, clock, acknowledges } = stage();
  await live();
  const answered = session.setAction({ gesture: 'nod' });
  await clock.advance(10);
  acknowledges('set-action');
  expect(await answered).toEqual({ acknowledged: true });
  const silent = session.setAction({ expression: 'surprise' });
  await clock.advance(2_000);
  expect(await silent).toEqual({ acknowledged: false });
});

test('an interrupt takes back waiting chat, goes out at once and resolves on its acknowledgement', async () => {
  const { session, live, clock, frames, acknowledges } = stage({
    policy: {
      bytesPerSecond: 1_500,
      packetsPerSecond: 10,
      reserve: { packets: 1, bytes: 128 },
      maxPacketBytes: 1_000,
    },
  });
  await live();
  const text = 'x'.repeat(5_000);
  const sending = session.send(text);
  await clock.advance(10);
  const before = frames('chat').length;
  const interrupting = session.interrupt();
  expect(frames().at(-1)?.pld).toEqual({ cmd: 'interrupt' });
  await clock.advance(50);
  acknowledges('interrupt');
  await interrupting;
  const delivery = await sending;
  expect(delivery).toMatchObject({ status: 'interrupted', parts: before });
  const heard = frames('chat')
    .map(({ pld }) => pld.text)
    .join('');
  expect(heard + delivery.unsentText).toBe(text);
  await clock.advance(10_000);
  expect(frames('chat')).toHaveLength(before);
  expect(session.getSnapshot().timings.interruptMs).toBe(50);
});

test('a second interrupt joins the first until chat has left between them', async () => {
  const { session, live, clock, frames, acknowledges } = stage();
  await live();
  const first = session.interrupt();
  const second = session.interrupt();
  expect(frames()).toHaveLength(1);
  await session.send('more');
  const third = session.interrupt();
  expect(frames('command')).toHaveLength(2);
  await clock.advance(10);
  acknowledges('interrupt');
  await third;
  await clock.advance(5_000);
  await expect(first).rejects.toMatchObject({ code: 'ack-timeout' });
  await expect(second).rejects.toMatchObject({ code: 'ack-timeout' });
});

test('finishAbandoned sends an empty final part after the acknowledgement of the interrupt', async () => {
  const { session, live, clock, frames, acknowledges } = stage({
    finishAbandoned: true,
    policy: {
      bytesPerSecond: 1_500,
      packetsPerSecond: 10,
      reserve: { packets: 1, bytes: 128 },
      maxPacketBytes: 1_000,
    },
  });
  await live();
  void session.send('x'.repeat(5_000));
  await clock.advance(10);
  const { mid } = frames('chat')[0] ?? {};
  const before = frames('chat').length;
  const interrupting = session.interrupt();
  await clock.advance(1_000);
  acknowledges('interrupt');
  await interrupting;
  await clock.advance(1_100);
  expect(frames('chat').slice(before)).toEqual([
    { v: 2, type: 'chat', mid, idx: before, fin: true, pld: { text: '' } },
  ]);
});

test.each([
  [{ voice: { speed: 2 } }, 'speed'],
  [{ nonsense: 1 }, 'nonsense'],
  [{}, 'params'],
])('setParams(%o) is refused, naming %s', async (params, name) => {
  const { session, live, frames } = stage();
  await live();
  await expect(session.setParams(params as AvatarParams)).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining(name),
  });
  expect(frames()).toEqual([]);
});

test('commands that wait when the session closes reject', async () => {
  const { session, live, transport } = stage();
  await live();
  transport().emit('reconnecting', {});
  const calls = [
    session.setParams({ language: 'de' }),
    session.setParams({ mode: 'dialogue' }),
    session.setAction({ gesture: 'nod' }),
    session.interrupt(),
  ];
  await session.close();
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'not-connected' });
});

test('a refused change of mode is not shown', async () => {
  const { session, live, acknowledges, clock } = stage();
  await live();
  const setting = session.setParams({ mode: 'dialogue' });
  await clock.advance(0);
  acknowledges('set-params', 1003);
  await expect(setting).rejects.toMatchObject({ code: 'command-refused' });
  expect(session.getSnapshot().mode).toBeUndefined();
});

test('of two changes to the same mode the second counts although the first was refused', async () => {
  const { session, live, acknowledges, clock, acknowledgeAll, frames } = stage();
  await live();
  const first = session.setParams({ mode: 'dialogue', language: 'xx' });
  const second = session.setParams({ mode: 'dialogue' });
  await clock.advance(0);
  acknowledges('set-params', 1003);
  await expect(first).rejects.toMatchObject({ code: 'command-refused' });
  await clock.advance(0);
  acknowledges('set-params');
  await second;
  acknowledgeAll();
  await session.speak('a');
  await session.send('b');
  expect(frames().map(({ pld }) => pld.data?.mode ?? pld.text)).toEqual([2, 2, 1, 'a', 2, 'b']);
});

test('after an interrupted change of mode the next message changes it back first', async () => {
  const { session, live, acknowledges, clock, frames, acknowledgeAll } = stage();
  await live();
  const speaking = session.speak('a');
  await clock.advance(0);
  acknowledges('set-params');
  await speaking;
  void session.ask('b');
  await clock.advance(0);
  void session.interrupt();
  acknowledgeAll();
  void session.speak('c');
  await clock.advance(0);
  acknowledges('set-params');
  await clock.advance(10);
  const said = frames().map(({ pld }) => pld.data?.mode ?? pld.text ?? pld.cmd);
  expect(said).toEqual([1, 'a', 2, 'interrupt', 1, 'c']);
});

test('after a change of mode without an answer the next message says its mode again', async () => {
  const { session, live, acknowledges, clock, frames } = stage();
  await live();
  const speaking = session.speak('a');
  await clock.advance(0);
  acknowledges('set-params');
  await speaking;
  void session.ask('b');
  await clock.advance(5_000);
  void session.speak('c');
  await clock.advance(0);
  expect(frames().map(({ pld }) => pld.data?.mode ?? pld.text)).toEqual([1, 'a', 2, 1]);
});

test('interruptMs counts from the call, lastAckMs from the hand-over', async () => {
  const { session, live, clock, transport, acknowledges } = stage();
  await live();
  transport().emit('reconnecting', {});
  const i = session.interrupt();
  await clock.advance(1_000);
  transport().emit('reconnected', { lossy: false });
  await clock.advance(50);
  acknowledges('interrupt');
  await i;
  expect(session.getSnapshot().timings).toMatchObject({ lastAckMs: 50, interruptMs: 1_050 });
});

test('finishAbandoned works also after two interrupts that joined', async () => {
  const { session, live, clock, acknowledges, frames } = stage({ finishAbandoned: true, policy: SLOW });
  await live();
  void session.send('x'.repeat(5_000));
  await clock.advance(10);
  void session.interrupt();
  const interrupting = session.interrupt();
  await clock.advance(1_000);
  acknowledges('interrupt');
  await interrupting;
  await clock.advance(1_100);
  expect(frames('chat').at(-1)).toMatchObject({ fin: true, pld: { text: '' } });
});

test('params said while connecting that no packet holds together go in two', async () => {
  const { session, clock, transport, acknowledgeAll } = stage();
  const connecting = session.connect();
  const url = `https://example.com/${'x'.repeat(600)}`;
  const all = Promise.all([session.setParams({ backgroundUrl: url }), session.setParams({ voice: { url } })]);
  all.catch(() => {});
  acknowledgeAll();
  await clock.advance(0);
  transport().emit('participant-joined', { id: 'avatar' });
  await connecting;
  await clock.advance(10);
  await all;
});

test('an interrupt that joins the one before lets nothing leave that was said in between', async () => {
  const { session, live, clock, frames } = stage();
  await live();
  void session.interrupt().catch(() => {});
  const stream = session.speak(new ReadableStream<string>({}));
  const behind = session.send('Behind the stream.');
  void session.interrupt().catch(() => {});
  await clock.advance(100);
  expect(await stream).toMatchObject({ status: 'interrupted' });
  expect(await behind).toMatchObject({ status: 'interrupted', unsentText: 'Behind the stream.' });
  expect(frames().map(({ pld }) => pld.cmd ?? pld.text)).toEqual(['interrupt', 'set-params']);
});

test('finishAbandoned finishes no message whose final part had left, whatever the transport says of it', async () => {
  const { session, live, clock, frames, acknowledges } = stage({
    finishAbandoned: true,
    script: () => ({
      send: (frame) =>
        frame.type === 'chat'
          ? Promise.reject(new AvatarError('send-unsettled', 'Nobody knows.'))
          : Promise.resolve(),
    }),
  });
  await live();
  const refused = session.send('whole').catch(() => {});
  const interrupted = session.interrupt();
  await clock.advance(10);
  acknowledges('interrupt');
  await interrupted;
  await refused;
  await clock.advance(10);
  expect(frames('chat')).toMatchObject([{ idx: 0, fin: true, pld: { text: 'whole' } }]);
});
