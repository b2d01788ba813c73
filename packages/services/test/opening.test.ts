/** What a paid create must never do: happen twice, or be forgotten. */

import { describe, expect, test, vi } from 'vitest';
import { mayHaveOpened } from '../src';
import { closedAddress, json, scriptedServer } from './support/scripted-server';
import { makeServer, NAMES, REQUESTS, refused, signal, stage } from './support/stage';

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
    expect(mayHaveOpened(error)).toBe(true);

    failing.release();
    await service.settled();
    expect(mock[name].open).toBe(0);
    expect(clock.scheduled).toBe(0);
    // LiveAvatar had not started it: there was nothing to close.
    if (name !== 'liveavatar') {
      expect(mock[name]).toMatchObject({ opened: 1, closed: 1 });
      expect(log.join('\n')).toContain('closed a session that nobody will use');
    }
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

  test('and counts as open where closing it failed', async () => {
    const { url } = await scriptedServer(({ path }, response) =>
      path.endsWith('create')
        ? json(response, { code: 1000, data: { _id: 'id-1' } })
        : response.writeHead(403).end(),
    );
    const error = await refused(
      makeServer('akool', { baseUrl: url }).open(REQUESTS.akool, { signal: signal() }),
    );
    expect(mayHaveOpened(error)).toBe(true);
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

  test('LiveAvatar: a start that fails is stopped', async () => {
    const { mock, server } = await stage();
    mock.liveavatar.fail('cut', { on: 'session.start' });

    const error = await refused(server('liveavatar').open(REQUESTS.liveavatar, { signal: signal() }));
    expect(mock.liveavatar).toMatchObject({ opened: 1, open: 0, closed: 1 });
    expect(mayHaveOpened(error)).toBe(false);
  });
});
