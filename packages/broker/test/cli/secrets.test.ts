import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import { expect, test, vi } from 'vitest';
import { rawClient } from '../node/raw-client';
import { CLOSE_SECRET, close, KEY, open, opened, stage, startCli } from './process';

const SECRET = 'jwt-secret-of-at-least-32-bytes-5f1e';
const MODEL_KEY = 'model-key-8c1d2e3f4a';

const token = (claims: object = {}) =>
  new SignJWT({ sub: 'ann', ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('https://login.example')
    .setAudience('avatar')
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(SECRET));

const login = {
  AVATARWIRE_JWT_ISSUER: 'https://login.example',
  AVATARWIRE_JWT_AUDIENCE: 'avatar',
  AVATARWIRE_JWT_SECRET: SECRET,
};

test('the command on all addresses, with a login, lets in who has a token and nobody else', async () => {
  const { mock, environment } = await stage();
  const { url } = await startCli({ ...environment, ...login, AVATARWIRE_HOST: '0.0.0.0' });
  expect((await open(url)).status).toBe(401);
  const forged = (await token()).replace(
    /[^.]+$/,
    createHmac('sha256', 'guess').update('x').digest('base64url'),
  );
  expect((await open(url, { headers: { authorization: `Bearer ${forged}` } })).status).toBe(401);
  expect(mock.akool.opened).toBe(0);

  const authorization = `Bearer ${await token()}`;
  const { sessionId } = await opened(url, { authorization });
  const other = `Bearer ${await token({ sub: 'bob' })}`;
  const beat = (as: string) =>
    fetch(`${url}/sessions/${sessionId}/beat`, { method: 'POST', headers: { authorization: as } });
  expect((await beat(other)).status).toBe(404);
  expect((await beat(authorization)).status).toBe(204);
  // Behind a name of its own, as with any server that has a login.
  const path = new URL(url).pathname;
  const { said } = await rawClient(url, `GET ${path}/openapi.json HTTP/1.1\r\nHost: broker.example\r\n\r\n`);
  await vi.waitFor(() => expect(said()).toMatch(/^HTTP\/1\.1 200 /));
});

test('no key, token, close secret or credential is in the log, the metrics or an error, whatever fails', async () => {
  const { mock, environment } = await stage();
  const { url, metricsUrl, child, ended } = await startCli({
    ...environment,
    ...login,
    AVATARWIRE_LOG_LEVEL: 'debug',
    AVATARWIRE_OPEN_MS: '1500',
    AVATARWIRE_CLOSE_MS: '1500',
    AVATARWIRE_SESSIONS_PER_CALLER: '100',
    AVATARWIRE_OPENS_PER_MINUTE: '1000',
    AVATARWIRE_SWEEP_EVERY_MS: '50',
    AVATARWIRE_MODEL_BASE_URL: mock.urls.model,
    AVATARWIRE_MODEL_API_KEY: MODEL_KEY,
    AVATARWIRE_MODEL_NAME: 'mock-model',
  });
  const jwt = await token();
  const headers = { authorization: `Bearer ${jwt}` };
  const answers: string[] = [];
  const statuses = new Set<number>();
  const keep = async (asked: Promise<Response>) => {
    const response = await asked;
    statuses.add(response.status);
    answers.push(`${[...response.headers].join('\n')}\n${await response.text()}`);
  };

  for (const failure of [
    { name: 'code', code: 1101 },
    { name: 'code', code: 1102 },
    { name: 'code', code: 1215 },
    { name: 'too-many-requests' },
    { name: 'server-error' },
    { name: 'reset' },
    { name: 'cut' },
    { name: 'malformed' },
    { name: 'abandoned' },
    { name: 'oversize' },
    { name: 'unanswered' },
  ] as const) {
    mock.akool.fail(failure, { on: 'session.create', times: 3 });
    await keep(open(url, { headers }));
    mock.akool.clearFailures();
  }
  const { sessionId, credentials } = await opened(url, headers);
  const at = `${url}/sessions/${sessionId}`;
  // The model's key is not the mock's: refused there.
  await keep(
    fetch(`${at}/chat/completions`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }] }),
    }),
  );
  await keep(open(url));
  await keep(open(url, { headers: { authorization: `Bearer ${jwt}x` } }));
  await keep(open(url, { headers, body: { credentials: CLOSE_SECRET, url: 'https://evil.example' } }));
  await keep(fetch(`${url}/sessions`, { method: 'POST', headers, body: '{"closeSecret":"' }));
  await keep(close(url, sessionId, `${CLOSE_SECRET}-wrong`));
  await keep(fetch(`${at}/calls/ask?token=${jwt}`, { method: 'POST', headers }));
  mock.akool.fail('server-error', { on: 'session.close', times: 10 });
  await keep(close(url, sessionId));
  mock.akool.clearFailures();
  await vi.waitFor(
    () => expect(mock.akool.sessions.find(({ ended: at }) => at !== undefined)).toBeDefined(),
    {
      timeout: 20_000,
    },
  );
  const page = await (await fetch(metricsUrl)).text();
  child.kill('SIGTERM');
  const { out, err } = await ended;

  expect([...statuses].sort()).toEqual(expect.arrayContaining([400, 401, 404, 502, 503]));
  expect(out.split('\n').length).toBeGreaterThan(30);
  const rooms = mock.akool.sessions.map(({ id }) => id);
  expect(rooms.length).toBeGreaterThan(0);
  const signature = jwt.split('.')[2] ?? '';
  for (const secret of [KEY, SECRET, MODEL_KEY, CLOSE_SECRET, jwt, signature, credentials.token]) {
    expect(secret.length).toBeGreaterThan(8);
    for (const text of [out, err, page, ...answers]) expect(text).not.toContain(secret);
  }
  for (const room of rooms) for (const text of [page, ...answers]) expect(text).not.toContain(room);
}, 90_000);
