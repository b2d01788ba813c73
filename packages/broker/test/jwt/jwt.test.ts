import { createHmac } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { describe, expect, test } from 'vitest';
import { jwtAuthenticate } from '../../src/jwt';
import { AUDIENCE, asking, claims, clock, ISSUER, keyPair, now, signed, unsigned } from './stage';

const SECRET = 'a-secret-of-at-least-thirty-two-bytes!';
const { pem, jwk, publicKey, privateKey } = await keyPair();
const common = { issuer: ISSUER, audience: AUDIENCE, clock };
const bySecret = jwtAuthenticate({ ...common, secret: SECRET });
const byKey = jwtAuthenticate({ ...common, key: pem });

const withSecret = (
  payload: JWTPayload,
  header: { alg: string; [name: string]: unknown } = { alg: 'HS256' },
) => signed(new TextEncoder().encode(SECRET), payload, header);

describe('a token that is right', () => {
  test.each([
    ['PEM', pem],
    ['a JWK', jwk],
    ['an imported key', publicKey],
  ])('names its caller, with the public key as %s', async (_, key) => {
    const authenticate = jwtAuthenticate({ ...common, key });
    expect(await authenticate(asking(`Bearer ${await signed(privateKey)}`))).toEqual({ id: 'ann', claims });
  });

  test.each(['PS256', 'ES256', 'EdDSA'])('may be signed with %s', async (alg) => {
    const pair = await keyPair(alg);
    const authenticate = jwtAuthenticate({ ...common, key: pair.pem });
    const token = await signed(pair.privateKey, claims, { alg });
    expect(await authenticate(asking(`Bearer ${token}`))).toMatchObject({ id: 'ann' });
  });

  test('names its caller with a shared secret, and the scheme in any case', async () => {
    const token = await withSecret(claims);
    expect(await bySecret(asking(`bEARER ${token}`))).toMatchObject({ id: 'ann' });
  });

  test('may name the caller in another claim, and stand alone in another header', async () => {
    const authenticate = jwtAuthenticate({
      ...common,
      secret: SECRET,
      callerClaim: 'email',
      header: 'X-Login',
    });
    const token = await withSecret({ ...claims, email: 'ann@example.com' });
    const request = new Request('http://127.0.0.1/', { headers: { 'x-login': token } });
    expect(await authenticate(request)).toMatchObject({ id: 'ann@example.com' });
    expect(await authenticate(asking(`Bearer ${token}`))).toBeUndefined();
  });

  test('is taken for a clock tolerance after its end, and no longer', async () => {
    const at = async (exp: number) => bySecret(asking(`Bearer ${await withSecret({ ...claims, exp })}`));
    expect(await at(now - 4)).toMatchObject({ id: 'ann' });
    expect(await at(now - 5)).toBeUndefined();
  });

  test('is for one of several audiences', async () => {
    const authenticate = jwtAuthenticate({ ...common, audience: ['chat', AUDIENCE], secret: SECRET });
    const token = await withSecret({ ...claims, aud: ['mail', AUDIENCE] });
    expect(await authenticate(asking(`Bearer ${token}`))).toMatchObject({ id: 'ann' });
  });
});

describe('nobody is named by', () => {
  const { exp: _exp, ...withoutEnd } = claims;
  const { sub: _sub, ...withoutCaller } = claims;
  const { aud: _aud, ...withoutAudience } = claims;
  const { iss: _iss, ...withoutIssuer } = claims;

  test.each<[string, JWTPayload]>([
    ['another issuer', { ...claims, iss: 'https://evil.example' }],
    ['another audience', { ...claims, aud: 'mail' }],
    ['no issuer', withoutIssuer],
    ['no audience', withoutAudience],
    ['an end that is over', { ...claims, exp: now - 60 }],
    ['no end', withoutEnd],
    ['a beginning that is to come', { ...claims, nbf: now + 60 }],
    ['no caller', withoutCaller],
    ['an empty caller', { ...claims, sub: '' }],
    ['a caller of 257 characters', { ...claims, sub: 'a'.repeat(257) }],
  ])('a signed token with %s', async (_, payload) => {
    expect(await bySecret(asking(`Bearer ${await withSecret(payload)}`))).toBeUndefined();
  });

  test('a signed token whose caller is a number, or a list', async () => {
    for (const sub of [7, ['ann'], null, { id: 'ann' }]) {
      const payload = { ...claims, sub } as unknown;
      expect(await bySecret(asking(`Bearer ${await withSecret(payload as JWTPayload)}`))).toBeUndefined();
    }
  });

  test('a token that says it is not signed, in any case of the word', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '', 'HS256']) {
      for (const signature of ['', 'AAAA']) {
        const token = unsigned({ alg }, claims, signature);
        expect(await bySecret(asking(`Bearer ${token}`))).toBeUndefined();
        expect(await byKey(asking(`Bearer ${token}`))).toBeUndefined();
      }
    }
  });

  test('the public key used as the secret of an HMAC', async () => {
    for (const secret of [pem, pem.trim(), JSON.stringify(jwk)]) {
      const text = unsigned({ alg: 'HS256' }, claims).slice(0, -1);
      const token = `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
      expect(await byKey(asking(`Bearer ${token}`))).toBeUndefined();
    }
  });

  test('the key of somebody else, and one that comes along in the header', async () => {
    const other = await keyPair();
    const plain = await signed(other.privateKey);
    const embedded = await signed(other.privateKey, claims, { alg: 'RS256', jwk: other.jwk });
    const pointing = await signed(other.privateKey, claims, { alg: 'RS256', jku: 'http://127.0.0.1:9/' });
    for (const token of [plain, embedded, pointing]) {
      expect(await byKey(asking(`Bearer ${token}`))).toBeUndefined();
    }
  });

  test('an algorithm that is not among those allowed, although the signature is right', async () => {
    const token = await withSecret(claims, { alg: 'HS384' });
    expect(await bySecret(asking(`Bearer ${token}`))).toBeUndefined();
    const other = await keyPair('RS512');
    const authenticate = jwtAuthenticate({ ...common, key: other.pem });
    const strong = await signed(other.privateKey, claims, { alg: 'RS512' });
    expect(await authenticate(asking(`Bearer ${strong}`))).toBeUndefined();
  });

  test('a critical header that nobody here understands', async () => {
    const header = { alg: 'HS256', crit: ['http://example.com/x'], 'http://example.com/x': true };
    const text = unsigned(header, claims).slice(0, -1);
    const token = `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
    expect(await bySecret(asking(`Bearer ${token}`))).toBeUndefined();
  });

  test('a token that was changed anywhere', async () => {
    const token = await withSecret(claims);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'bob' })).toString('base64url');
    for (const forged of [
      `${header}.${changed}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -2)}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${token}.${signature}`,
      ` ${token} x`,
    ]) {
      expect(await bySecret(asking(`Bearer ${forged}`))).toBeUndefined();
    }
  });

  test('a header that is missing, of another scheme, without a token or too long', async () => {
    const token = await withSecret({ ...claims, filler: 'x'.repeat(8_192) });
    expect(await bySecret(new Request('http://127.0.0.1/'))).toBeUndefined();
    for (const value of ['', 'Bearer', 'Bearer ', 'Basic YTpi', token, `Bearer ${token}`]) {
      expect(await bySecret(asking(value))).toBeUndefined();
    }
  });

  test('several Authorization headers, even when each is right', async () => {
    const token = await withSecret(claims);
    expect(await bySecret(asking(`Bearer ${token}`, `Bearer ${token}`))).toBeUndefined();
    expect(await bySecret(asking('Basic YTpi', `Bearer ${token}`))).toBeUndefined();
  });
});

describe('options', () => {
  const valid = { ...common, secret: SECRET };
  const { d: _d, ...publicJwk } = jwk;
  test.each<[string, object, RegExp]>([
    ['none', common, /exactly one of options\.key, secret and jwksUrl/],
    ['two keys', { ...valid, key: pem }, /exactly one/],
    ['a secret of 31 bytes', { ...common, secret: 'x'.repeat(31) }, /options\.secret .*32 bytes/],
    ['a secret too short for HS512', { ...valid, algorithms: ['HS512'] }, /options\.secret .*64 bytes/],
    ['algorithm none', { ...valid, algorithms: ['none'] }, /options\.algorithms/],
    ['no algorithm', { ...valid, algorithms: [] }, /options\.algorithms/],
    ['RS256 with a secret', { ...valid, algorithms: ['RS256'] }, /options\.algorithms/],
    ['HS256 with a public key', { ...common, key: pem, algorithms: ['HS256'] }, /options\.algorithms/],
    ['a private JWK', { ...common, key: { ...publicJwk, d: 'AQAB' } }, /options\.key/],
    ['a symmetric JWK', { ...common, key: { kty: 'oct', k: 'AQAB' } }, /options\.key/],
    ['a private key', { ...common, key: privateKey }, /options\.key/],
    ['a secret as the key', { ...common, key: SECRET }, /options\.key/],
    ['plain http', { ...common, jwksUrl: 'http://login.example/keys' }, /options\.jwksUrl/],
    ['a login in the address', { ...common, jwksUrl: 'https://a:b@login.example/' }, /options\.jwksUrl/],
    ['no issuer', { ...valid, issuer: '' }, /options\.issuer/],
    ['no audience', { ...valid, audience: [] }, /options\.audience/],
    ['a tolerance of a day', { ...valid, clockToleranceSeconds: 86_400 }, /options\.clockToleranceSeconds/],
    ['a header of two words', { ...valid, header: 'x y' }, /options\.header/],
    ['no claim', { ...valid, callerClaim: '' }, /options\.callerClaim/],
  ])('with %s are refused by name, and without their values', (_, options, words) => {
    const make = () => jwtAuthenticate(options as Parameters<typeof jwtAuthenticate>[0]);
    expect(make).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringMatching(words) }),
    );
    expect(make).not.toThrow(SECRET);
  });

  test('with a key that fits none of the algorithms say so, and do not blame the token', async () => {
    const elliptic = await keyPair('ES256');
    const authenticate = jwtAuthenticate({ ...common, key: elliptic.pem, algorithms: ['RS256'] });
    await expect(authenticate(asking(`Bearer ${await signed(privateKey)}`))).rejects.toMatchObject({
      code: 'invalid-credentials',
    });
  });
});
