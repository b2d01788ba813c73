import { describe, expect, it, vi } from 'vitest';
import { outboxStage, settled } from './support/outbox-stage';

const busy = { retryAfterMs: 1_050 };
const refuses = {
  settles: (packet: { reject(code: 'service-busy', options: typeof busy): void }) =>
    packet.reject('service-busy', busy) as undefined,
};

describe('a limiter that stays shut, as one that counts on a wall clock that was set back', () => {
  it('is left after three tries of the same part, and the message goes out over the fresh connection', async () => {
    const renew = vi.fn();
    const { clock, outbox, open, say, sent, news } = outboxStage({ renewal: () => renew });
    open(refuses);
    const said = say('hello');
    await clock.advance(2_099);
    expect(renew).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(renew).toHaveBeenCalledTimes(1);
    expect(sent).toHaveLength(3);
    await clock.advance(60_000);
    expect(news()).toHaveLength(3);
    outbox.detach({ lossySince: clock.now() });
    open();
    await settled();
    expect(news()).toHaveLength(1);
    expect(said.outcomes).toMatchObject([{ status: 'sent', parts: 1 }]);
  });

  it('is asked for a fresh connection once for each message, which then fails', async () => {
    const renew = vi.fn();
    const { clock, open, say, outbox } = outboxStage({ renewal: () => renew });
    open(refuses);
    const said = say('hello');
    await clock.advance(3_000);
    outbox.detach({ lossySince: clock.now() });
    open(refuses);
    await clock.advance(10_000);
    expect(renew).toHaveBeenCalledTimes(1);
    expect(said.outcomes).toMatchObject([
      { status: 'failed', error: { code: 'service-busy' }, unsentText: 'hello' },
    ]);
  });

  it('takes an interrupt along to the fresh connection, and asks once for all that waits', async () => {
    const renew = vi.fn();
    const { clock, outbox, open, command, sent, news } = outboxStage({ renewal: () => renew });
    open(refuses);
    const interrupt = command('interrupt');
    const action = command('command');
    await clock.advance(30_000);
    expect(renew).toHaveBeenCalledTimes(1);
    news();
    outbox.detach({ lossySince: clock.now() });
    open();
    await settled();
    expect(news()).toHaveLength(2);
    expect([interrupt.failures, action.failures]).toEqual([[], []]);
    expect(sent.length).toBeGreaterThan(2);
  });

  it('fails the message where no fresh connection is to be had', async () => {
    const { clock, open, say } = outboxStage({ renewal: () => undefined });
    open(refuses);
    const said = say('hello');
    await clock.advance(10_000);
    expect(said.outcomes).toMatchObject([{ status: 'failed', error: { code: 'service-busy' } }]);
  });
});
