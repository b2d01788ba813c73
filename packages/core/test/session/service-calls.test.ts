import { expect, test } from 'vitest';
import type { WireRecord } from '../../src/delivery/outgoing';
import { AvatarError } from '../../src/errors';
import { createDeferred, type Deferred } from '../../src/session/deferred';
import { type ScriptedServiceOptions, served } from '../support/scripted-service';
import { JOINED, type StageOptions } from '../support/stage';

/** A session whose words go by calls to the service; each call waits until the test answers it. */
function calling(service: ScriptedServiceOptions = {}, options: StageOptions = {}) {
  const calls: Deferred<void>[] = [];
  const set = served(
    {
      can: { interrupt: true, setAction: true },
      send() {
        const call = createDeferred<void>();
        calls.push(call);
        return call.promise;
      },
      ...service,
    },
    { callService: async () => undefined, ...options },
  );
  const said = () => set.called.map(({ pld }) => pld.text ?? pld.cmd);
  return { ...set, calls, said };
}

test('words go by calls, one at a time and in order, and none over the connection', async () => {
  const { session, live, clock, transport, calls, said } = calling();
  await live();
  const deliveries = [session.speak('One.'), session.ask('Two?'), session.speak('Three.')];
  await clock.advance(1_000);
  expect(said()).toEqual(['One.']);
  calls[0]?.resolve();
  expect(await deliveries[0]).toMatchObject({ status: 'sent', parts: 1, uncertain: false });
  await clock.advance(0);
  expect(said()).toEqual(['One.', 'Two?']);
  calls[1]?.resolve();
  await clock.advance(0);
  calls[2]?.resolve();
  await Promise.all(deliveries);
  expect(said()).toEqual(['One.', 'Two?', 'Three.']);
  expect(transport().sent).toEqual([]);
});

test('an action goes before waiting text, an interrupt before everything, each after the call under way', async () => {
  const { session, live, clock, calls, said } = calling();
  await live();
  void session.speak('One.');
  const two = session.speak('Two.');
  const acting = session.setAction({ gesture: 'nod' });
  const interrupting = session.interrupt();
  await clock.advance(100);
  expect(said()).toEqual(['One.']);
  calls[0]?.resolve();
  await clock.advance(100);
  expect(said()).toEqual(['One.', 'interrupt']);
  calls[1]?.resolve();
  await interrupting;
  await clock.advance(0);
  calls[2]?.resolve();
  expect(await acting).toEqual({ acknowledged: false });
  expect(await two).toMatchObject({ status: 'interrupted', unsentText: 'Two.' });
  expect(said()).toEqual(['One.', 'interrupt', 'set-action']);
  expect(session.getSnapshot().timings.interruptMs).toBe(200);
});

test('a call is done when it was answered, and an interrupt that the service refuses rejects', async () => {
  const { session, live, clock, calls } = calling();
  await live();
  const interrupting = session.interrupt();
  await clock.advance(10);
  calls[0]?.reject(new AvatarError('service-refused', 'no', { serviceCode: 400 }));
  await expect(interrupting).rejects.toMatchObject({ code: 'service-refused', serviceCode: 400 });
});

test('the rate of the network is not theirs, and the size of a packet is what the service takes', async () => {
  const { session, live, clock, calls, called } = calling(
    { parts: 'apart' },
    { policy: { maxPacketBytes: 150 } },
  );
  await live();
  const text = 'A sentence of some length that is said over and over. '.repeat(60);
  const speaking = session.speak(text);
  const startedAt = clock.now();
  for (let answered = 0; answered < called.length; answered++) {
    calls[answered]?.resolve();
    await clock.advance(0);
  }
  await speaking;
  expect(clock.now()).toBe(startedAt);
  expect(called.map(({ pld }) => pld.text).join('')).toBe(text);
  expect(called.length).toBeLessThan(5);
});

test('every call is on the tap, as a packet out', async () => {
  const { session, live, calls } = calling();
  await live();
  const records: WireRecord[] = [];
  session.tap((record) => records.push(record));
  const speaking = session.speak('One.');
  calls[0]?.resolve();
  await speaking;
  expect(records).toMatchObject([{ direction: 'out', lane: 'chat', part: 0, final: true }]);
  expect(JSON.parse(new TextDecoder().decode(records[0]?.data))).toMatchObject({ pld: { text: 'One.' } });
});

test('a lost connection puts none of them in doubt, and the call under way is not made again', async () => {
  const { session, live, clock, calls, transports, transport, said, dialogues } = calling(
    {},
    { resendUncertain: true },
  );
  await live();
  const uncertain: unknown[] = [];
  session.on('message-uncertain', ({ message }) => uncertain.push(message));
  const one = session.speak('One.');
  await clock.advance(0);
  calls[0]?.resolve();
  await one;
  const two = session.speak('Two.');
  const three = session.speak('Three.');
  await clock.advance(0);
  transports[0]?.emit('closed', { reason: 'network-lost' });
  await clock.advance(0);
  calls[1]?.resolve();
  expect(await two).toMatchObject({ status: 'sent', uncertain: false });
  expect(said()).toEqual(['One.', 'Two.']);
  transport().emit('participant-joined', { id: 'avatar' });
  await clock.advance(0);
  expect(said()).toEqual(['One.', 'Two.', 'Three.']);
  calls[2]?.resolve();
  expect(await three).toMatchObject({ status: 'sent', uncertain: false });
  expect(dialogues).toHaveLength(2);
  expect(uncertain).toEqual([]);
});

test('nor does an avatar that left and came back, or a lossy reconnect', async () => {
  const { session, live, clock, calls, transport, said } = calling({}, { resendUncertain: true });
  await live();
  const one = session.speak('One.');
  await clock.advance(0);
  calls[0]?.resolve();
  await one;
  transport().emit('participant-left', { id: 'avatar' });
  transport().emit('participant-joined', { id: 'avatar' });
  transport().emit('reconnecting', {});
  transport().emit('reconnected', { lossy: true });
  await clock.advance(0);
  expect(session.getSnapshot().messages).toMatchObject([{ delivery: { state: 'sent' } }]);
  expect(said()).toEqual(['One.']);
});

test('a busy service is asked again when it said, twice, without a fresh connection', async () => {
  const { session, live, clock, calls, transports, said } = calling();
  await live();
  const speaking = session.speak('One.');
  const next = session.speak('Two.');
  const failed = expect(speaking).rejects.toMatchObject({ code: 'service-busy' });
  for (const times of [1, 2, 3]) {
    expect(said()).toHaveLength(times);
    calls.at(-1)?.reject(new AvatarError('service-busy', 'later', { retryAfterMs: 4_000 }));
    await clock.advance(3_999);
    expect(said()).toHaveLength(times);
    await clock.advance(1);
  }
  await failed;
  expect(said()).toEqual(['One.', 'One.', 'One.', 'Two.']);
  calls.at(-1)?.resolve();
  await next;
  expect(transports).toHaveLength(1);
});

test.each(['service-refused', 'service-busy', 'session-gone', 'unsupported'] as const)(
  'a text that the service answers with %s fails with that: it was certainly not said',
  async (code) => {
    const { session, live, calls, clock, said } = calling();
    await live();
    const refused = session.ask('One?');
    const next = session.ask('Two?');
    calls[0]?.reject(new AvatarError(code, 'no', { serviceCode: 1_001 }));
    await expect(refused).rejects.toMatchObject({ code, serviceCode: 1_001, unsentText: 'One?' });
    await clock.advance(0);
    calls[1]?.resolve();
    expect(await next).toMatchObject({ status: 'sent' });
    expect(said()).toEqual(['One?', 'Two?']);
  },
);

test('a call that got no answer leaves its text uncertain', async () => {
  const { session, live, calls } = calling();
  await live();
  const asking = session.ask('One?');
  calls[0]?.reject(new AvatarError('network', 'no answer'));
  await expect(asking).rejects.toMatchObject({ code: 'delivery-uncertain', cause: { code: 'network' } });
});

test('a call that is never answered holds the lane for 90 s', async () => {
  const { session, live, clock, said } = calling();
  await live();
  const lost = session.speak('One.');
  const next = session.speak('Two.');
  lost.catch(() => {});
  await clock.advance(89_999);
  expect(said()).toEqual(['One.']);
  await clock.advance(1);
  await expect(lost).rejects.toMatchObject({ code: 'delivery-uncertain', cause: { code: 'send-unsettled' } });
  expect(said()).toEqual(['One.', 'Two.']);
  await session.close();
  expect(await next).toMatchObject({ status: 'closed' });
  expect(clock.pendingTimers).toBe(0);
});

test('what may be asked depends on the source, not on the connection', async () => {
  const script = () => ({ connect: async () => ({ ...JOINED, canSend: false }) });
  const able = calling({}, { script });
  await able.live();
  expect(able.session.getSnapshot().can).toMatchObject({ speak: true, ask: true, setParams: false });

  const { session, live, clock } = served({ send: async () => {} });
  const early = session.connect();
  const speaking = session.speak('a');
  await clock.advance(0);
  await expect(speaking).rejects.toMatchObject({ code: 'unsupported' });
  await session.close();
  await expect(early).rejects.toBeDefined();
  await live();
  expect(session.getSnapshot().can).toMatchObject({ speak: false, ask: false });
});

test('close ends what waits, and leaves no timer', async () => {
  const { session, live, clock } = calling();
  await live();
  const underWay = session.speak('One.');
  const waiting = session.speak('Two.');
  await clock.advance(0);
  await session.close();
  expect(await underWay).toMatchObject({ status: 'closed', parts: 1 });
  expect(await waiting).toMatchObject({ status: 'closed', unsentText: 'Two.' });
  expect(clock.pendingTimers).toBe(0);
});
