// Real Chromium; the service, the network and the avatar are simulated, and time is a virtual clock's.
import { AvatarError, type AvatarMode, type AvatarService } from '@avatarwire/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { StreamEvents, StreamingAvatar } from '../src/index';
import { codeOf, type Stage, stage } from './stage';

const stages: Stage[] = [];
function stand(...options: Parameters<typeof stage>): Stage {
  const made = stage(...options);
  stages.push(made);
  return made;
}

afterEach(async () => {
  for (const { avatar, sim } of stages.splice(0)) {
    await sim.run(avatar.closeStreaming());
    expect(sim.service.open, 'paid sessions left open').toBe(0);
    sim.close();
  }
  document.body.replaceChildren();
});

describe('a session', () => {
  test('tells that it is ready when the picture is there, passes messages on in pieces that join, and ends with CLOSED', async () => {
    const { avatar, sim, start, names, of, closed } = stand();
    await start();
    expect(names()).toEqual(['ready']);
    expect(of('ready')).toEqual([{ ready: true }]);
    expect(avatar.session?.getSnapshot().avatar.video).toBe(true);

    const long = 'A long answer is cut into parts, and every part arrives by itself. '.repeat(40);
    const delivery = await sim.run(avatar.sendMessage(long));
    expect(delivery).toMatchObject({ status: 'sent', unsentText: '' });
    await sim.advance(20_000);
    const pieces = of('message');
    expect(pieces.length).toBeGreaterThan(1);
    expect(new Set(pieces.map(({ msg_id }) => msg_id)).size).toBe(1);
    expect(pieces[0]?.msg_id).toMatch(/^chat_.+/);
    expect(pieces.map(({ text }) => text).join('')).toBe(`You said: ${long}`);
    expect(pieces.at(-1)).toMatchObject({ from: 'bot', message: { complete: true, author: 'avatar' } });

    sim.avatar.understand('Spoken by the visitor.');
    await sim.advance(100);
    expect(of('message').find(({ from }) => from === 'user')?.text).toBe('Spoken by the visitor.');

    await sim.run(avatar.closeStreaming());
    expect(names().at(-1)).toBe('closed');
    expect(of('closed')).toEqual([{ reason: 'requested' }]);
    expect(closed).toEqual([{ reason: 'requested', keepalive: false }]);
    expect(of('error')).toEqual([]);
  });

  test('says 30 s before its end that it will expire, then that it has, closes itself and the paid session once', async () => {
    const { sim, start, names, of, closed } = stand({ durationMs: 60_000 });
    await start();
    await sim.advance(29_000);
    expect(names()).toEqual(['ready']);
    await sim.advance(2_000);
    expect(of('will-expire')).toEqual([{ msg: 'The session ends in 30 seconds.', inMs: expect.any(Number) }]);
    expect(of('will-expire')[0]?.inMs).toBeCloseTo(30_000, -3);
    await sim.advance(40_000);
    expect(names()).toEqual(['ready', 'will-expire', 'expired', 'closed']);
    expect(of('expired')).toEqual([{ msg: 'The time of the session is up.' }]);
    expect(of('closed')).toEqual([{ reason: 'expired' }]);
    expect(closed).toHaveLength(1);
  });

  test('whose service ends it before our own count, within the time that was announced, has expired all the same', async () => {
    const { sim, start, names } = stand({ durationMs: 60_000 });
    await start();
    await sim.advance(58_000);
    sim.network.endRoom();
    await sim.advance(5_000);
    expect(names()).toEqual(['ready', 'will-expire', 'expired', 'closed']);
  });

  test('that the service ends long before the announced end has not expired', async () => {
    const { sim, start, names, of } = stand({
      durationMs: 600_000,
      page: { timeouts: { expiringNoticeMs: 600_000 } },
    });
    await start();
    sim.network.endRoom();
    await sim.advance(5_000);
    expect(names()).toEqual(['will-expire', 'ready', 'error', 'closed']);
    expect(of('closed')).toEqual([{ reason: 'service-ended' }]);
  });

  test('that the service ends out of turn is an ERROR and CLOSED with the reason', async () => {
    const { sim, start, names, of } = stand();
    await start();
    sim.network.remove();
    await sim.advance(5_000);
    expect(names()).toEqual(['ready', 'error', 'closed']);
    expect(of('closed')).toEqual([{ reason: 'removed' }]);
    expect(of('error')[0]).toMatchObject({
      msg: expect.stringMatching(/removed/),
      e: { code: 'session-gone' },
    });
  });

  test('applies voice, language and mode before the first words, and is asked or repeats as that mode says', async () => {
    const repeating = stand();
    repeating.avatar.on(StreamEvents.READY, () => void repeating.avatar.sendMessage('Say this.'));
    await repeating.start({ voiceId: 'voice-1', language: 'de', modeType: 'Repeat' });
    await repeating.sim.advance(2_000);
    expect(repeating.avatar.session?.getSnapshot().params).toEqual({
      mode: 'retelling',
      language: 'de',
      voice: { id: 'voice-1' },
    });
    expect(repeating.sim.avatar.mode).toBe('retelling');
    const frames = repeating.sim.avatar.heard.frames.map(({ data }) => new TextDecoder().decode(data));
    expect(frames.map((frame) => /"type":"(\w+)"/.exec(frame)?.[1])).toEqual(['command', 'chat']);

    expect(frames[0]).toContain('"vid":"voice-1"');

    const answering = stand();
    await answering.start();
    await answering.sim.advance(1_000);
    expect(answering.avatar.session?.getSnapshot().params).toEqual({ mode: 'dialogue' });
  });

  test('that is sent a message before the avatar is there applies them before it all the same', async () => {
    const { avatar, sim, paid } = stand({ avatarDelayMs: 1_000 });
    const session = await paid({ language: 'de', modeType: 'Repeat' });
    const starting = avatar.startSessionWithCredentials(document.createElement('video'), session);
    const early = avatar.sendMessage('While it connects.');
    await sim.advance(500);
    expect(avatar.session?.getSnapshot().state).toBe('waiting');
    const waiting = avatar.sendMessage('While it waits.');
    await sim.run(Promise.all([starting, early, waiting]));
    await sim.advance(1_000);
    const frames = sim.avatar.heard.frames.map(({ data }) => new TextDecoder().decode(data));
    expect(frames.map((frame) => /"type":"(\w+)"/.exec(frame)?.[1])).toEqual(['command', 'chat', 'chat']);
    expect(frames[0]).toContain('"mode":1');
  });

  test('of a service that takes no parameters sets none, and each message says by itself what it is', async () => {
    const said: (AvatarMode | undefined)[] = [];
    const small = smallService(said);
    for (const modeType of ['Repeat', 'Dialogue', undefined]) {
      const { avatar, sim, start, of } = stand({ page: { services: { small: () => small } } });
      await start({ service: 'small', ...(modeType && { modeType }) });
      await sim.run(avatar.sendMessage('Hello.'));
      expect(of('error')).toEqual([]);
    }
    expect(said).toEqual(['retelling', 'dialogue', 'dialogue']);
  });

  test('of a service that only speaks says also what is sent before anybody knows that', async () => {
    const said: (AvatarMode | undefined)[] = [];
    const small: AvatarService = { ...smallService(said), mode: 'retelling' };
    const { avatar, sim, paid, of } = stand({
      page: { services: { small: () => ({ ...small, can: { ...small.can, ask: false } }) } },
    });
    const session = await paid({ service: 'small' });
    const starting = avatar.startSessionWithCredentials(document.createElement('video'), session);
    const early = avatar.sendMessage('Hello.');
    await sim.run(Promise.all([starting, early]));
    expect(said).toEqual(['retelling']);
    expect(of('error')).toEqual([]);
  });

  test('a voice that is no text is refused by name, and closes what was paid for', async () => {
    const { avatar, sim, paid, of } = stand();
    const session = await paid({ voiceId: 7 });
    expect(await codeOf(avatar.startSessionWithCredentials(document.createElement('video'), session))).toBe(
      'invalid-argument',
    );
    expect(of('error')[0]?.msg).toMatch(/voiceId/);
    await sim.advance(1_000);
  });

  test('may follow another one on the same object, also while that is still closing', async () => {
    const { avatar, sim, start, names, paid, closed } = stand();
    await start();
    const next = await paid();
    void avatar.closeStreaming();
    await sim.run(avatar.startSessionWithCredentials(document.createElement('video'), next));
    expect(names()).toEqual(['ready', 'closed', 'ready']);
    await sim.run(avatar.closeStreaming());
    expect(closed).toHaveLength(2);
  });

  test('that waits for the one before it, and is closed meanwhile, never begins, and what was paid for it is closed', async () => {
    const { avatar, sim, start, names, paid, closed } = stand();
    await start();
    const next = await paid();
    void avatar.closeStreaming();
    const starting = codeOf(avatar.startSessionWithCredentials(document.createElement('video'), next));
    await sim.run(avatar.closeStreaming());
    expect(await starting).toBe('AbortError');
    await sim.advance(5_000);
    expect(names()).toEqual(['ready', 'closed']);
    expect(closed).toHaveLength(2);
    expect(sim.service.open).toBe(0);
  });

  test('closed while it joins: the start ends with an AbortError, which is no ERROR, and the paid session is closed', async () => {
    const { avatar, sim, paid, names, closed } = stand({ avatarDelayMs: 5_000 });
    const starting = codeOf(
      avatar.startSessionWithCredentials(document.createElement('video'), await paid()),
    );
    await sim.advance(100);
    await sim.run(avatar.closeStreaming());
    expect(await starting).toBe('AbortError');
    expect(names()).toEqual(['closed']);
    expect(closed).toHaveLength(1);
  });

  test('the page goes away: the paid session is closed in the same turn, with keepalive, and once', async () => {
    const { sim, start, closed, names } = stand();
    await start();
    window.dispatchEvent(new PageTransitionEvent('pagehide'));
    expect(closed).toEqual([{ reason: 'page-hidden', keepalive: true }]);
    await sim.advance(5_000);
    expect(names()).toEqual(['ready', 'closed']);
    expect(closed).toHaveLength(1);
  });
});

describe('what is asked of it in the wrong state', () => {
  test('rejects with a code and is told as ERROR, and disturbs nobody who does not wait for it', async () => {
    const unhandled = vi.fn((event: PromiseRejectionEvent) => event.preventDefault());
    window.addEventListener('unhandledrejection', unhandled);
    const { avatar, sim, start, of } = stand();
    expect(avatar.micStatus).toBe(false);
    await avatar.closeStreaming();
    void avatar.sendMessage('too early');
    void avatar.toggleMic();
    expect(await codeOf(avatar.sendMessage('too early'))).toBe('not-connected');
    expect(await codeOf(avatar.toggleMic())).toBe('not-connected');
    expect(of('error').map(({ e }) => e.code)).toEqual(Array(4).fill('not-connected'));

    await start();
    expect(await codeOf(avatar.sendMessage(''))).toBe('invalid-argument');
    await sim.run(avatar.closeStreaming());
    expect(await codeOf(avatar.sendMessage('too late'))).toBe('not-connected');
    await avatar.closeStreaming();
    await new Promise((resolve) => setTimeout(resolve));
    expect(unhandled).not.toHaveBeenCalled();
    window.removeEventListener('unhandledrejection', unhandled);
  });

  test('a second start while one runs is refused, and what was paid for it is closed; the first goes on', async () => {
    const { avatar, sim, start, paid, closed } = stand();
    const second = await paid();
    await start();
    expect(await codeOf(avatar.startSessionWithCredentials(document.createElement('video'), second))).toBe(
      'invalid-argument',
    );
    expect(closed).toEqual([{ reason: 'connect-failed', keepalive: false }]);
    await sim.run(avatar.sendMessage('still here'));
    expect(sim.service.open).toBe(1);
  });

  test('a second start of the session that runs is refused, and closes nothing', async () => {
    const { avatar, sim, paid, closed, closePaid } = stand();
    const { sessionId: _, ...details } = await paid();
    const video = document.createElement('video');
    await sim.run(avatar.startSessionWithCredentials(video, details));
    expect(await codeOf(avatar.startSessionWithCredentials(video, details))).toBe('invalid-argument');
    await sim.run(avatar.sendMessage('still here'));
    expect(closed).toEqual([]);
    await sim.run(avatar.closeStreaming());
    await closePaid();
  });

  test('credentials of a provider that has no adapter are refused by its name, and closed', async () => {
    const closed: string[] = [];
    const avatar = new StreamingAvatar({
      transports: {},
      close: (details) => void closed.push(details.sessionId ?? ''),
    });
    const errors: string[] = [];
    avatar.on(StreamEvents.ERROR, ({ detail }) => errors.push(detail.msg));
    const answer = {
      code: 1_000,
      msg: 'OK',
      data: {
        _id: 'paid-1',
        stream_type: 'trtc',
        credentials: { trtc_app_id: 1, trtc_room_id: 'r', trtc_user_id: 'u', trtc_user_sig: 's' },
      },
    };
    expect(await codeOf(avatar.startSessionWithCredentials(document.createElement('video'), answer))).toBe(
      'invalid-argument',
    );
    expect(errors).toEqual([expect.stringMatching(/transports\.trtc/)]);
    expect(closed).toEqual(['paid-1']);
  });

  test('an answer that refuses is told in the words of the service', async () => {
    const { avatar } = stand();
    const refusal = { code: 1_215, msg: 'live avatar busy' };
    expect(await codeOf(avatar.startSessionWithCredentials(document.createElement('video'), refusal))).toBe(
      'service-busy',
    );
  });

  test('a token, which has no place in a page, and options that are none are refused by name', () => {
    expect(() => new StreamingAvatar({ transports: {}, ...{ token: 'secret' } })).toThrow(/options\.token/);
    expect(() => new StreamingAvatar({} as never)).toThrow(/options\.transports/);
    const avatar = new StreamingAvatar({ transports: {} });
    expect(() => avatar.on('messages' as never, () => {})).toThrow(AvatarError);
  });

  test('a close that fails is told: somebody may go on paying', async () => {
    const { avatar, sim, start, names, of, closePaid } = stand({
      page: { close: () => Promise.reject(new TypeError('Failed to fetch')) },
    });
    await start();
    await sim.run(avatar.closeStreaming());
    expect(names()).toEqual(['ready', 'error', 'closed']);
    expect(of('error')[0]?.e).toMatchObject({ code: 'network', cause: { message: 'Failed to fetch' } });
    await closePaid();
  });
});

describe('handlers', () => {
  test('have the avatar as `this` and as target, are taken off again, and one that throws stops no other', async () => {
    const { avatar, start } = stand();
    const thrown = vi.fn((event: ErrorEvent) => event.preventDefault());
    window.addEventListener('error', thrown);
    const seen: unknown[] = [];
    const off = vi.fn();
    avatar.on(StreamEvents.READY, off);
    avatar.off(StreamEvents.READY, off);
    avatar.on(StreamEvents.READY, () => {
      throw new Error('of the page');
    });
    avatar.on(StreamEvents.READY, function (event) {
      seen.push(this, event.target, event.detail);
    });
    await start();
    expect(seen).toEqual([avatar, avatar, { ready: true }]);
    expect(off).not.toHaveBeenCalled();
    expect(thrown).toHaveBeenCalledOnce();
    window.removeEventListener('error', thrown);
  });

  test('of two avatars in one page hear only their own, and nothing is dispatched on the window', async () => {
    const one = stand();
    const two = stand();
    const dispatched = vi.spyOn(window, 'dispatchEvent');
    await Promise.all([one.start(), two.start()]);
    await one.sim.run(one.avatar.sendMessage('first'));
    await two.sim.run(two.avatar.sendMessage('second'));
    await one.sim.advance(5_000);
    await two.sim.advance(5_000);
    const textOf = ({ of }: Stage) =>
      of('message')
        .map(({ text }) => text)
        .join('');
    expect([textOf(one), textOf(two)]).toEqual(['You said: first', 'You said: second']);
    expect(dispatched).not.toHaveBeenCalled();
  });

  test('of the page are left as they were after the end: no listener of ours stays anywhere', async () => {
    const added = new Map<string, number>();
    const targets: [string, EventTarget][] = [
      ['window', window],
      ['document', document],
    ];
    for (const [name, target] of targets) {
      const { addEventListener, removeEventListener } = target;
      vi.spyOn(target, 'addEventListener').mockImplementation((...given) => {
        added.set(`${name} ${given[0]}`, (added.get(`${name} ${given[0]}`) ?? 0) + 1);
        addEventListener.apply(target, given);
      });
      vi.spyOn(target, 'removeEventListener').mockImplementation((...given) => {
        added.set(`${name} ${given[0]}`, (added.get(`${name} ${given[0]}`) ?? 0) - 1);
        removeEventListener.apply(target, given);
      });
    }
    const { avatar, sim, start } = stand();
    await start();
    expect([...added.values()].some((count) => count > 0)).toBe(true);
    await sim.run(avatar.closeStreaming());
    expect([...added].filter(([, count]) => count !== 0)).toEqual([]);
    vi.restoreAllMocks();
  });
});

describe('the video', () => {
  test('is the element that was named, and is empty again after the end', async () => {
    const { avatar, sim, paid } = stand();
    const video = Object.assign(document.createElement('video'), { id: 'mine' });
    document.body.append(video);
    await sim.run(avatar.startSessionWithCredentials('mine', await paid()));
    expect(video.srcObject).toBeInstanceOf(MediaStream);
    await sim.run(avatar.closeStreaming());
    expect(video.srcObject).toBeNull();
    expect(document.querySelectorAll('video')).toHaveLength(1);
  });

  test('is built in a container, once, and used again by the next session', async () => {
    const { avatar, sim, paid } = stand();
    const container = Object.assign(document.createElement('div'), { id: 'place' });
    document.body.append(container);
    const built = avatar.initDom('place');
    expect(container.children).toHaveLength(1);
    expect(built).toMatchObject({ autoplay: true, playsInline: true });
    await sim.run(avatar.startSessionWithCredentials(undefined, await paid()));
    expect(built.srcObject).toBeInstanceOf(MediaStream);
    await sim.run(avatar.closeStreaming());
    await sim.run(avatar.startSessionWithCredentials(container, await paid()));
    expect(container.children).toHaveLength(1);
  });

  test('that is not in the page is refused by its id, and the paid session closed', async () => {
    const { avatar, sim, paid, of, closed } = stand();
    expect(await codeOf(avatar.startSessionWithCredentials('nowhere', await paid()))).toBe(
      'invalid-argument',
    );
    expect(of('error')[0]?.msg).toMatch(/"nowhere"/);
    await sim.advance(1_000);
    expect(closed).toHaveLength(1);
    expect(() => new StreamingAvatar({ transports: {} }).initDom()).toThrow(/<video> or a container/);
  });

  test('that is not in the page leaves no paid session open, also where details have no id', async () => {
    const closed: string[] = [];
    const avatar = new StreamingAvatar({
      transports: {},
      close: ({ credentials }) => void closed.push(JSON.stringify(credentials)),
    });
    const details = { provider: 'memory', credentials: { room: 'mine' } } as const;
    expect(await codeOf(avatar.startSessionWithCredentials('nowhere', details))).toBe('invalid-argument');
    expect(closed).toEqual(['{"room":"mine"}']);
  });

  test('that the browser refuses to play unasked starts on a click on it', async () => {
    const { avatar, sim, paid } = stand();
    const video = document.createElement('video');
    const play = vi
      .spyOn(video, 'play')
      .mockResolvedValue()
      .mockRejectedValueOnce(new DOMException('not in a click', 'NotAllowedError'));
    await sim.run(avatar.startSessionWithCredentials(video, await paid()));
    await vi.waitFor(() => expect(avatar.session?.getSnapshot().playback).toBe('blocked'));
    const before = play.mock.calls.length;
    video.click();
    expect(play.mock.calls.length).toBe(before + 1);
    await vi.waitFor(() => expect(avatar.session?.getSnapshot().playback).toBe('playing'));
    video.click();
    expect(play.mock.calls.length).toBe(before + 1);
  });
});

/** Takes no params. Notes in which mode each text was said. */
function smallService(said: (AvatarMode | undefined)[]): AvatarService {
  return {
    name: 'small',
    can: { speak: true, ask: true, interrupt: false, setParams: false, setAction: false },
    acknowledges: false,
    start: () => ({
      frames(_messageId, mode) {
        said.push(mode);
        return { parts: 'whole', overhead: () => 0, frame: (_index, _final, text) => text.slice() };
      },
      command: () => new Uint8Array(),
      read: () => [],
      close() {},
    }),
  };
}
