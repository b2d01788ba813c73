import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { jwtAuthenticate } from '../../src/jwt';
import { AUDIENCE, asking, claims, clock, ISSUER, keyPair, signed } from './stage';

const first = await keyPair();
const second = await keyPair();
const jwks = (...named: (readonly [string, typeof first])[]) => ({
  keys: named.map(([kid, { jwk }]) => ({ ...jwk, kid, alg: 'RS256', use: 'sig' })),
});

/** A key set over real HTTP on loopback. */
async function keyServer(answer: RequestListener) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  const options = { issuer: ISSUER, audience: AUDIENCE, clock, jwksUrl: url, jwksTimeoutMs: 300 };
  return { seen, authenticate: jwtAuthenticate(options) };
}

const token = (pair: typeof first, kid: string) => signed(pair.privateKey, claims, { alg: 'RS256', kid });

test('keys are read once over HTTP, however many ask at one time', async () => {
  const set = JSON.stringify(jwks(['one', first]));
  const { seen, authenticate } = await keyServer((_, response) => void response.end(set));
  const bearer = `Bearer ${await token(first, 'one')}`;
  const all = await Promise.all(Array.from({ length: 20 }, () => authenticate(asking(bearer))));
  expect(all.every((caller) => caller?.id === 'ann')).toBe(true);
  expect(seen).toHaveLength(1);
});

test('a token of an unknown key, or of another one under its name, names nobody and asks no more within the cool-down', async () => {
  const set = JSON.stringify(jwks(['one', first]));
  const { seen, authenticate } = await keyServer((_, response) => void response.end(set));
  expect(await authenticate(asking(`Bearer ${await token(second, 'one')}`))).toBeUndefined();
  for (const kid of ['two', 'three', '../one'])
    expect(await authenticate(asking(`Bearer ${await token(second, kid)}`))).toBeUndefined();
  expect(seen).toHaveLength(1);
});

test.each<[string, RequestListener]>([
  ['does not answer', () => {}],
  ['answers 500', (_, response) => void response.writeHead(500).end()],
  ['sends elsewhere', (_, response) => void response.writeHead(302, { location: '/elsewhere' }).end()],
  ['answers with a page', (_, response) => void response.end('<html>')],
  ['answers with what is no key set', (_, response) => void response.end('{"keys":7}')],
])('a key set that %s is not blamed on the token', async (_, answer) => {
  const { seen, authenticate } = await keyServer(answer);
  const asked = authenticate(asking(`Bearer ${await token(first, 'one')}`));
  await expect(asked).rejects.toMatchObject({ code: 'network' });
  expect(seen).toEqual(['/keys']);
});

test('a malformed or unallowed token never makes it ask for keys', async () => {
  const { seen, authenticate } = await keyServer((_, response) => void response.end('{}'));
  for (const bad of [
    'Bearer x',
    'Bearer a.b.c',
    `Bearer ${await signed(new Uint8Array(32), claims, { alg: 'HS256' })}`,
  ])
    expect(await authenticate(asking(bad))).toBeUndefined();
  expect(seen).toEqual([]);
});

test('a key set that never ends is read up to a bound, and no further', async () => {
  const { authenticate } = await keyServer((_, response) => {
    const more = () =>
      void (response.write('x'.repeat(65_536)) ? setImmediate(more) : response.once('drain', more));
    response.on('error', () => {});
    more();
  });
  const asked = authenticate(asking(`Bearer ${await token(first, 'one')}`));
  await expect(asked).rejects.toMatchObject({
    code: 'network',
    cause: { message: 'The key set is above 262144 bytes.' },
  });
});
