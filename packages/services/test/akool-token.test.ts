import { describe, expect, test, vi } from 'vitest';
import { createAuthentication } from '../src/akool/authentication';
import { akoolDialect } from '../src/akool/envelope';
import { akoolServer } from '../src/akool/server';
import { startLine } from '../src/http/start';
import { json, scriptedServer } from './support/scripted-server';
import { everythingIn, KEYS, REQUESTS, refused, signal, stage } from './support/stage';

const { clientId, clientSecret } = KEYS.akool;
const fetches = (calls: readonly { readonly path: string }[]) =>
  calls.filter(({ path }) => path.endsWith('/getToken')).length;

describe('clientId and clientSecret, with the mock over HTTP', () => {
  test.each(['top', 'data'] as const)(
    'buy one token for all calls, wherever the answer has it: %s',
    async (tokenAt) => {
      const { mock, options } = await stage();
      mock.akool.settings.tokenAt = tokenAt;
      const akool = akoolServer({ ...options('akool'), clientId, clientSecret });

      await Promise.all([akool.languages(), akool.avatars(), akool.knowledgeBases()]);
      await akool.open(REQUESTS.akool, { signal: signal() });
      expect(fetches(mock.akool.calls)).toBe(1);
    },
  );

  test('a token that was refused is fetched anew once, for all who hold it', async () => {
    const { mock, options } = await stage();
    const akool = akoolServer({ ...options('akool'), clientId, clientSecret });
    await akool.languages();
    mock.akool.expireTokens();

    await Promise.all([akool.languages(), akool.avatars(), akool.open(REQUESTS.akool, { signal: signal() })]);
    expect(fetches(mock.akool.calls)).toBe(2);
    expect(mock.akool.opened).toBe(1);
  });

  test('a token that a gateway refuses with a bare 401 is fetched anew, too', async () => {
    let tokens = 0;
    const { url } = await scriptedServer(({ path, headers }, response) => {
      if (path.endsWith('/getToken')) json(response, { code: 1000, token: `token-number-${++tokens}` });
      else if (headers.authorization === 'Bearer token-number-1') response.writeHead(401).end();
      else json(response, { code: 1000, data: { lang_list: [] } });
    });
    const akool = akoolServer({ baseUrl: url, clientId, clientSecret });
    await expect(akool.languages()).resolves.toEqual([]);
    await expect(akool.languages()).resolves.toEqual([]);
    expect(tokens).toBe(2);
  });

  test('a second refusal ends it', async () => {
    const { mock, options } = await stage();
    const akool = akoolServer({ ...options('akool'), clientId, clientSecret });
    mock.akool.fail({ name: 'code', code: 1101 }, { on: 'language.list', times: 5 });

    expect(await refused(akool.languages())).toMatchObject({
      code: 'credentials-refused',
      serviceCode: 1101,
    });
    expect(fetches(mock.akool.calls)).toBe(2);
    expect(mock.akool.calls.filter(({ name }) => name === 'language.list')).toHaveLength(2);
  });

  test('a failure to get one reaches everybody who waits, and the next call tries again', async () => {
    const { mock, options } = await stage();
    const akool = akoolServer({ ...options('akool'), clientId, clientSecret });
    mock.akool.fail({ name: 'code', code: 1109 });

    const failed = await Promise.all([refused(akool.languages()), refused(akool.avatars())]);
    expect(failed.map(({ serviceCode }) => serviceCode)).toEqual([1109, 1109]);
    await expect(akool.languages()).resolves.not.toHaveLength(0);
  });

  test('who is aborted while it is fetched goes, and the others stay', async () => {
    const { mock, options } = await stage();
    const akool = akoolServer({ ...options('akool'), clientId, clientSecret });
    const failing = mock.akool.fail('unanswered');
    const caller = new AbortController();
    const going = akool.languages({ signal: caller.signal });
    const staying = akool.languages();
    await vi.waitFor(() => expect(failing.waiting).toBe(1));
    caller.abort('going');

    await expect(going).rejects.toBe('going');
    failing.release();
    await expect(staying).resolves.not.toHaveLength(0);
  });

  test('a wrong secret is refused, and neither it nor a token is in the error', async () => {
    const { options, log } = await stage();
    const akool = akoolServer({ ...options('akool'), clientId, clientSecret: 'wrong-secret-55d1' });
    const error = await refused(akool.languages());

    expect(error.code).toBe('credentials-refused');
    expect(everythingIn(error) + log.join('\n')).not.toContain('wrong-secret-55d1');
  });

  test('a token that was bought is a secret, too', async () => {
    const token = 'bought-token-90aa';
    const { url, asked } = await scriptedServer(({ path }, response) =>
      path.endsWith('/getToken')
        ? json(response, { code: 1000, token })
        : json(response, { code: 4242, msg: `your ${token} is odd` }),
    );
    const error = await refused(akoolServer({ baseUrl: url, clientId, clientSecret }).languages());

    expect(asked.at(-1)?.headers.authorization).toBe(`Bearer ${token}`);
    expect(error.message).toContain('[redacted] is odd');
    expect(everythingIn(error)).not.toContain(token);
  });
});

test('several who were refused in the same turn share one new token', async () => {
  const { mock, options } = await stage();
  const line = startLine(akoolDialect, mock.urls.akool, options('akool'));
  const authentication = createAuthentication({ clientId, clientSecret }, line);
  const refusedHeaders = await authentication.headers();

  const renewed = await Promise.all([1, 2, 3].map(() => authentication.renewed(refusedHeaders)));
  expect(new Set(renewed).size).toBe(1);
  expect(renewed[0]).not.toBe(refusedHeaders);
  expect(fetches(mock.akool.calls)).toBe(2);
});
