import { describe, expect, test, vi } from 'vitest';
import { ChannelDouble, remoteDescription } from './peer-double';
import { createStage, errorOf, settle } from './stage';

const bytes = (length: number) => new Uint8Array(length).fill(7);
describe('sending, over doubles', () => {
  test('a packet at or below the low mark resolves at once, one above it when the buffer has drained', async () => {
    const stage = createStage();
    await stage.connected();
    expect(stage.channel.bufferedAmountLowThreshold).toBe(16_384);
    await stage.transport.send(bytes(16_384));
    const waiting = [stage.transport.send(bytes(1)), stage.transport.send(bytes(1))];
    const settled = vi.fn();
    for (const promise of waiting) void promise.then(settled);
    await settle();
    expect(settled).not.toHaveBeenCalled();
    stage.channel.drainTo(16_384);
    await settle();
    expect(settled).toHaveBeenCalledTimes(2);
    await stage.transport.close();
    expect(stage.clock.pending).toBe(0);
  });

  test('a low mark that was passed again before its event came resolves nothing', async () => {
    const stage = createStage();
    await stage.connected();
    await stage.transport.send(bytes(16_000));
    const settled = vi.fn();
    void stage.transport.send(bytes(16_000)).then(settled);
    stage.channel.emit('bufferedamountlow');
    await settle();
    expect(settled).not.toHaveBeenCalled();
    stage.channel.drainTo(0);
    await settle();
    expect(settled).toHaveBeenCalledOnce();
  });

  test('what has not drained in 10 s rejects with send-unsettled, and draining later harms nothing', async () => {
    const stage = createStage();
    await stage.connected();
    await stage.transport.send(bytes(16_384));
    const waiting = stage.transport.send(bytes(1));
    const settled = vi.fn();
    waiting.catch(settled);
    stage.clock.advance(9_999);
    await settle();
    expect(settled).not.toHaveBeenCalled();
    stage.clock.advance(1);
    expect(await errorOf(waiting)).toMatchObject({ code: 'send-unsettled' });
    stage.channel.drainTo(0);
    await stage.transport.send(bytes(1));
  });

  test('what waits when the connection ends rejects with network, since its fate is not known', async () => {
    const stage = createStage();
    await stage.connected();
    await stage.transport.send(bytes(16_384));
    const waiting = stage.transport.send(bytes(1));
    waiting.catch(() => {});
    await stage.transport.close();
    expect(await errorOf(waiting)).toMatchObject({ code: 'network' });
    expect(stage.clock.pending).toBe(0);
  });

  test('what the channel throws rejects with its cause, and the next packet goes', async () => {
    const stage = createStage();
    await stage.connected();
    stage.channel.failNextSend = new DOMException('full', 'OperationError');
    expect(await errorOf(stage.transport.send(bytes(1)))).toMatchObject({
      code: 'network',
      cause: { message: 'full' },
    });
    await stage.transport.send(bytes(2));
    expect(stage.channel.sent).toEqual([bytes(2)]);
  });

  test('something that is no view is refused by name', async () => {
    const stage = createStage();
    await stage.connected();
    const error = await errorOf(stage.transport.send('text' as never));
    expect(error).toMatchObject({ code: 'invalid-argument' });
    expect(error.message).toContain('packet');
  });
});

describe('a path that is lost, over doubles', () => {
  test('disconnected is reconnecting at once, connected again is reconnected without loss', async () => {
    const stage = createStage();
    await stage.connected();
    stage.peer.become('disconnected');
    expect(stage.names()).toEqual(['participant-joined', 'reconnecting']);
    expect(await errorOf(stage.transport.send(bytes(1)))).toMatchObject({ code: 'not-connected' });
    expect(stage.channel.sent).toEqual([]);
    stage.peer.become('connected');
    expect(stage.events.at(-1)).toEqual({ event: 'reconnected', payload: { lossy: false } });
    expect(stage.clock.pending).toBe(0);
    await stage.transport.send(bytes(1));
    stage.clock.advance(60_000);
    expect(stage.peer.restarts).toBe(0);
  });

  test('the end that offers restarts ICE after 2 s, and again every 5 s', async () => {
    const stage = createStage();
    await stage.connected();
    stage.peer.become('disconnected');
    stage.clock.advance(1_999);
    expect(stage.peer.restarts).toBe(0);
    stage.clock.advance(1);
    await settle();
    expect(stage.peer.restarts).toBe(1);
    expect(stage.signalling.said.at(-1)).toMatchObject({
      type: 'offer',
      sdp: expect.stringContaining('local1'),
    });
    stage.signalling.remote.description(remoteDescription('answer', 'far1'));
    await settle();
    stage.clock.advance(5_000);
    await settle();
    expect(stage.peer.restarts).toBe(2);
  });

  test('a restart whose answer has not come is said again as it was, not made anew', async () => {
    const stage = createStage();
    await stage.connected();
    stage.peer.become('failed');
    await settle();
    const offer = stage.signalling.said.at(-1);
    stage.clock.advance(5_000);
    await settle();
    expect(stage.signalling.said.slice(-2)).toEqual([offer, offer]);
    expect(stage.peer.restarts).toBe(1);
  });

  test('failed restarts at once, also while it is reconnecting', async () => {
    const stage = createStage();
    await stage.connected();
    stage.peer.become('disconnected');
    stage.peer.become('failed');
    await settle();
    expect(stage.peer.restarts).toBe(1);
    expect(stage.names()).toEqual(['participant-joined', 'reconnecting']);
    stage.signalling.remote.description(remoteDescription('answer', 'far1'));
    await settle();
    stage.clock.advance(4_999);
    await settle();
    expect(stage.peer.restarts).toBe(1);
  });

  test('the end that answers waits for the offer of the other', async () => {
    const stage = createStage({ role: 'answerer' });
    const connecting = stage.connect();
    await settle();
    stage.signalling.remote.description(remoteDescription('offer'));
    await settle();
    const channel = new ChannelDouble('any');
    channel.readyState = 'open';
    stage.peer.emit('datachannel', { channel });
    await connecting;
    stage.peer.become('failed');
    stage.clock.advance(10_000);
    await settle();
    expect(stage.peer.restarts).toBe(0);
    stage.signalling.remote.description(remoteDescription('offer', 'far1'));
    await settle();
    expect(stage.signalling.said.at(-1)).toMatchObject({ type: 'answer' });
  });

  test('without a path for 20 s it closes with network-lost, and nothing is left', async () => {
    const stage = createStage();
    await stage.connected();
    stage.peer.become('disconnected');
    stage.clock.advance(19_999);
    expect(stage.names()).not.toContain('closed');
    stage.clock.advance(1);
    expect(stage.events.at(-1)).toMatchObject({
      event: 'closed',
      payload: { reason: 'network-lost', error: { code: 'network' } },
    });
    await settle();
    expect(stage.peer).toMatchObject({ closed: true, allListeners: 0 });
    expect(stage.clock.pending).toBe(0);
  });

  test('a signalling that is broken then is logged, and the restart is tried again', async () => {
    let broken = false;
    const stage = createStage({
      sendDescription: () => (broken ? Promise.reject(new Error('down')) : Promise.resolve()),
    });
    await stage.connected();
    broken = true;
    stage.peer.become('failed');
    await settle();
    expect(stage.warnings).toHaveLength(1);
    broken = false;
    stage.clock.advance(5_000);
    await settle();
    expect(stage.signalling.said.filter((said) => said && 'type' in said)).toHaveLength(3);
    expect(stage.names()).toEqual(['participant-joined', 'reconnecting']);
  });
});
