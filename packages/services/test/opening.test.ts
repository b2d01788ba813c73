/** What a paid create must never do: happen twice, or be forgotten. */

import { describe, expect, test, vi } from 'vitest';
import { markUncertain, mayBeOpenAs, mayHaveOpened } from '../src';
import { akoolServer } from '../src/akool/server';
import { closedAddress, json, scriptedServer } from './support/scripted-server';
import { KEYS, makeServer, NAMES, REQUESTS, refused, signal, stage } from './support/stage';

describe.each(NAMES)('%s', (name) => {
  const creates = (calls: readonly { readonly name: string }[]) =>
    calls.filter((call) => call.name === 'session.create').length;

  test.each(['server-error', 'too-many-requests', 'reset', 'cut', 'malformed', 'oversize'] as const)(
    'a create that meets "%s" is not asked for again',
    async (failure) => {
      const { mock, server } = await stage();
      mock[name].fail(failure, { on: 'session.create' });
      const asked: string[] = [];
      const service = server(name, {
        maxResponseBytes: 100_000,
        fetch: (input, init) => {
          asked.push(String(input));
          return fetch(input, init);
        },
      });

      const error = await refused(service.open(REQUESTS[name], { signal: signal() }));

      expect(asked).toHaveLength(1);
      // LiveAvatar's first step pays for nothing, so nothing can be open after it.
      expect(mayHaveOpened(error)).toBe(failure !== 'too-many-requests' && name !== 'liveavatar');
    },
  );

  test('a create that reaches nobody is tried again', async () => {
    const { mock, options } = await stage();
    const nobody = await closedAddress();
    const fetches: string[] = [];
    const service = makeServer(name, {
      ...options(name),
      fetch: (input, init) => {
        fetches.push(String(input));
        return fetch(fetches.length < 3 ? nobody : input, init);
      },
    });

    const opened = await service.open(REQUESTS[name], { signal: signal() });
    expect(opened.service).toBe(name);
    expect(creates(mock[name].calls)).toBe(1);
  });

  test('after three tries that reached nobody it gives up, and nothing can be open', async () => {
    const { options } = await stage();
    const nobody = await closedAddress();
    let tries = 0;
    const service = makeServer(name, {
      ...options(name),
      fetch: (_, init) => {
        tries++;
        return fetch(nobody, init);
      },
    });

    const error = await refused(service.open(REQUESTS[name], { signal: signal() }));
    expect(error).toMatchObject({ code: 'network', retryable: true });
    expect([tries, mayHaveOpened(error)]).toEqual([3, false]);
  });

  test('a create that succeeds after its deadline is closed at once', async () => {
    const { mock, server, clock, log } = await stage();
    const service = server(name);
    const failing = mock[name].fail('unanswered', { on: 'session.create' });
    const opening = refused(service.open(REQUESTS[name], { signal: signal() }));
    await vi.waitFor(() => expect(failing.waiting).toBe(1));

    await clock.advance(30_000);
    const error = await opening;
    expect(error).toMatchObject({ code: 'connect-timeout', service: name });
    // LiveAvatar had not started it: nothing can be open, and there is nothing to close.
    const paid = name !== 'liveavatar';
    expect(mayHaveOpened(error)).toBe(paid);

    failing.release();
    await service.settled();
    expect(mock[name]).toMatchObject({ open: 0, opened: paid ? 1 : 0, closed: paid ? 1 : 0 });
    expect(clock.scheduled).toBe(0);
    expect(log.join('\n').includes('closed a session that nobody will use')).toBe(paid);
    expect(log.join('\n')).not.toMatch(/could not be closed|is not known/);
  });

  test('a create that is answered with a redirect may have been carried out', async () => {
    const { url, asked } = await scriptedServer((_, response) =>
      response.writeHead(303, { location: '/elsewhere' }).end(),
    );
    const error = await refused(
      makeServer(name, { baseUrl: url }).open(REQUESTS[name], { signal: signal() }),
    );
    expect([asked.length, mayHaveOpened(error)]).toEqual([1, name !== 'liveavatar']);
  });

  test('a create whose caller has gone is closed when it comes, and the caller is told at once', async () => {
    const { mock, server, clock } = await stage();
    const service = server(name);
    const failing = mock[name].fail('slow', { on: 'session.create' });
    const caller = new AbortController();
    const opening = service.open(REQUESTS[name], { signal: caller.signal });
    await vi.waitFor(() => expect(failing.waiting).toBe(1));

    caller.abort('gone');
    await expect(opening).rejects.toBe('gone');
    expect(mock[name].open).toBe(0);

    failing.release();
    await service.settled();
    expect([mock[name].open, clock.scheduled]).toEqual([0, 0]);
  });

  test('a create that never answers is listened to for two minutes more, and no longer', async () => {
    const { mock, server, clock, log } = await stage();
    const service = server(name);
    const failing = mock[name].fail('unanswered', { on: 'session.create' });
    const opening = refused(service.open(REQUESTS[name], { signal: signal() }));
    await vi.waitFor(() => expect(failing.waiting).toBe(1));

    await clock.advance(30_000);
    await opening;
    await clock.advance(120_000);
    await service.settled();

    expect(clock.scheduled).toBe(0);
    // Of LiveAvatar's first step nothing can be open.
    expect(log.join('\n').includes('is not known')).toBe(name !== 'liveavatar');
  });

  test('with a signal that was aborted before, nothing is sent', async () => {
    const { mock, server } = await stage();
    const opening = server(name).open(REQUESTS[name], { signal: AbortSignal.abort('before') });
    await expect(opening).rejects.toBe('before');
    expect(mock[name].calls).toHaveLength(0);
  });
});

test.each(['abort', 'deadline'] as const)(
  'LiveAvatar: what was given up before it was started is not started: %s',
  async (how) => {
    const { mock, server, clock } = await stage();
    const service = server('liveavatar');
    const failing = mock.liveavatar.fail('slow', { on: 'session.create' });
    const caller = new AbortController();
    const opening = service.open(REQUESTS.liveavatar, { signal: caller.signal }).catch(() => 'given up');
    await vi.waitFor(() => expect(failing.waiting).toBe(1));
    if (how === 'abort') caller.abort();
    else await clock.advance(30_000);
    expect(await opening).toBe('given up');

    failing.release();
    await service.settled();
    expect(mock.liveavatar.opened).toBe(0);
    expect(mock.liveavatar.calls.map(({ name }) => name)).not.toContain('session.start');
  },
);

describe('a session that exists but whose answer is of no use', () => {
  const AGORA = { agora_app_id: 'app', agora_channel: 'room', agora_token: 't', agora_uid: 1 };

  test.each([
    ['no credentials', { _id: 'id-1', status: 1 }],
    [
      'those of another network',
      { _id: 'id-1', credentials: { livekit_url: 'wss://x', livekit_token: 't' } },
    ],
    ['a session that failed', { _id: 'id-1', status: 4, credentials: AGORA }],
  ])('is closed before the error is thrown: %s', async (_, data) => {
    const { url, asked } = await scriptedServer((_, response) => json(response, { code: 1000, data }));
    const akool = makeServer('akool', { baseUrl: url });

    const error = await refused(akool.open(REQUESTS.akool, { signal: signal() }));

    expect(error.service).toBe('akool');
    expect(asked.map(({ path }) => path.split('/').at(-1))).toEqual(['create', 'close']);
    expect(JSON.parse(asked[1]?.body ?? '')).toEqual({ id: 'id-1' });
    expect(mayHaveOpened(error)).toBe(false);
  });

  test('is told by its id where closing it failed, and closed behind the back of the caller', async () => {
    const { options, clock, log } = await stage();
    let closes = 0;
    const { url } = await scriptedServer(({ path }, response) => {
      if (path.endsWith('create')) return json(response, { code: 1000, data: { _id: 'id-1' } });
      closes += 1;
      return closes <= 2 ? response.writeHead(403).end() : json(response, { code: 1000 });
    });
    const akool = makeServer('akool', { ...options('akool'), baseUrl: url });

    const error = await refused(akool.open(REQUESTS.akool, { signal: signal() }));
    expect([mayHaveOpened(error), mayBeOpenAs(error), closes]).toEqual([true, 'id-1', 1]);

    await clock.advance(1_000);
    await vi.waitFor(() => expect([closes, clock.scheduled]).toEqual([2, 1]));
    await clock.advance(2_000);
    await akool.settled();
    expect([closes, clock.scheduled]).toEqual([3, 0]);
    expect(log.join('\n')).not.toContain('could not be closed');
  });

  test('is tried for two minutes and no longer, and then logged with its id', async () => {
    const { options, clock, log } = await stage();
    let closes = 0;
    const { url } = await scriptedServer(({ path }, response) => {
      if (path.endsWith('create')) return json(response, { code: 1000, data: { _id: 'id-1' } });
      closes += 1;
      return response.writeHead(403).end();
    });
    const akool = makeServer('akool', { ...options('akool'), baseUrl: url });
    await refused(akool.open(REQUESTS.akool, { signal: signal() }));

    // After 1, 3, 7, 15, 31, 61 and 91 s.
    for (const ms of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      const before = closes;
      await vi.waitFor(() => expect(clock.scheduled).toBe(1));
      await clock.advance(ms);
      await vi.waitFor(() => expect(closes).toBe(before + 1));
    }
    await akool.settled();
    expect([closes, clock.scheduled]).toEqual([8, 0]);
    expect(log.filter((line) => line.includes('could not be closed'))).toEqual([
      expect.stringMatching(/^error .*id-1/),
    ]);
  });

  test('without an id nothing can be closed, and the error says so', async () => {
    const { url } = await scriptedServer((_, response) => json(response, { code: 1000, data: {} }));
    const error = await refused(
      makeServer('akool', { baseUrl: url }).open(REQUESTS.akool, { signal: signal() }),
    );
    expect(error).toMatchObject({ code: 'network' });
    expect(error.message).toContain('data._id');
    expect(mayHaveOpened(error)).toBe(true);
  });

  test.each(['cut', 'malformed'] as const)(
    'LiveAvatar: a start that meets "%s" is stopped',
    async (failure) => {
      const { mock, server } = await stage();
      mock.liveavatar.fail(failure, { on: 'session.start' });

      const error = await refused(server('liveavatar').open(REQUESTS.liveavatar, { signal: signal() }));
      expect(mock.liveavatar).toMatchObject({ opened: 1, open: 0, closed: 1 });
      expect(mayHaveOpened(error)).toBe(false);
    },
  );

  test('LiveAvatar: a start that takes too long is told by its id, and stopped when it answers', async () => {
    const { mock, server, clock } = await stage();
    const service = server('liveavatar');
    const failing = mock.liveavatar.fail('unanswered', { on: 'session.start' });
    const opening = refused(service.open(REQUESTS.liveavatar, { signal: signal() }));
    await vi.waitFor(() => expect(failing.waiting).toBe(1));
    await clock.advance(30_000);

    const error = await opening;
    expect(error.code).toBe('connect-timeout');
    expect(mayBeOpenAs(error)).toBe(mock.liveavatar.sessions[0]?.id);
    failing.release();
    await service.settled();
    expect(mock.liveavatar).toMatchObject({ opened: 1, open: 0, closed: 1 });
  });

  test('LiveAvatar: a start that never answers is stopped when it is given up', async () => {
    const { mock, server, clock } = await stage();
    const service = server('liveavatar');
    const failing = mock.liveavatar.fail('unanswered', { on: 'session.start' });
    const caller = new AbortController();
    const opening = service.open(REQUESTS.liveavatar, { signal: caller.signal });
    await vi.waitFor(() => expect(failing.waiting).toBe(1));
    caller.abort('gone');
    await expect(opening).rejects.toBe('gone');
    await clock.advance(120_000);

    await service.settled();
    expect(mock.liveavatar).toMatchObject({ opened: 1, open: 0, closed: 1 });
    expect(clock.scheduled).toBe(0);
  });
});

describe('what is refused before anything is paid leaves nothing open', () => {
  test('LiveAvatar: a start that is refused is not stopped', async () => {
    const { mock, server, log } = await stage();
    mock.liveavatar.settings.maxOpenSessions = 0;

    const error = await refused(server('liveavatar').open(REQUESTS.liveavatar, { signal: signal() }));
    expect(error).toMatchObject({ code: 'service-busy', serviceCode: 429 });
    expect([mayHaveOpened(error), mayBeOpenAs(error)]).toEqual([false, undefined]);
    expect(mock.liveavatar.calls.map(({ name }) => name)).toEqual(['session.create', 'session.start']);
    expect(log.join('\n')).not.toContain('nobody will use');
  });

  test('AKOOL: a token that cannot be had, at once or in time', async () => {
    const { mock, options, clock } = await stage();
    const { clientId, clientSecret } = KEYS.akool;
    const akool = akoolServer({ ...options('akool'), clientId, clientSecret });
    mock.akool.fail('server-error', { on: 'token', times: 3 });

    const failed = await refused(akool.open(REQUESTS.akool, { signal: signal() }));
    expect([failed.serviceCode, mayHaveOpened(failed)]).toEqual([500, false]);

    const failing = mock.akool.fail('unanswered', { on: 'token', times: 3 });
    const opening = refused(akool.open(REQUESTS.akool, { signal: signal() }));
    for (const ms of [15_000, 15_000]) {
      await vi.waitFor(() => expect(failing.waiting).toBeGreaterThan(0));
      await clock.advance(ms);
    }
    expect(mayHaveOpened(await opening)).toBe(false);
    failing.release();
    await akool.settled();
    expect(mock.akool.calls.map(({ name }) => name)).not.toContain('session.create');
  });

  test('AKOOL: a create whose old token is refused, and for which there is no new one', async () => {
    const { mock, options } = await stage();
    const { clientId, clientSecret } = KEYS.akool;
    const akool = akoolServer({ ...options('akool'), clientId, clientSecret });
    await akool.languages();
    mock.akool.expireTokens();
    mock.akool.fail('server-error', { on: 'token', times: 3 });

    const error = await refused(akool.open(REQUESTS.akool, { signal: signal() }));
    expect([error.serviceCode, mayHaveOpened(error)]).toEqual([500, false]);
  });
});

describe('what a server half of somebody else rejects with', () => {
  test('says what it was marked with, and can be marked anew', () => {
    const error = new Error('No answer came.');
    expect([mayHaveOpened(error), mayBeOpenAs(error)]).toEqual([false, undefined]);
    expect(markUncertain(error, true, 'id-1')).toBe(error);
    expect([mayHaveOpened(error), mayBeOpenAs(error)]).toEqual([true, 'id-1']);
    markUncertain(error, true);
    expect([mayHaveOpened(error), mayBeOpenAs(error)]).toEqual([true, undefined]);
    markUncertain(error, false, 'id-1');
    expect([mayHaveOpened(error), mayBeOpenAs(error)]).toEqual([false, undefined]);
    expect(Object.keys(error)).toEqual([]);
  });

  test.each([undefined, null, 'gone', Object.freeze({})])(
    'is left alone where it takes no mark: %o',
    (reason) => {
      expect(markUncertain(reason, true, 'id-1')).toBe(reason);
      expect(mayHaveOpened(reason)).toBe(false);
    },
  );
});
