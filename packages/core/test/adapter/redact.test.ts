import { describe, expect, test } from 'vitest';
import { redact, redactError } from '../../src/adapter';

const TOKEN = 'a-very-secret-token';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl';

describe('text', () => {
  test('loses every secret, wherever and however often it stands', () => {
    expect(redact(`${TOKEN}: no token=${TOKEN}&again`, [TOKEN])).toBe(
      '[redacted]: no token=[redacted]&again',
    );
  });

  test('loses web tokens that nobody named', () => {
    expect(redact(`renewed to ${JWT}.`, [])).toBe('renewed to [redacted].');
  });

  test('loses what an expression finds', () => {
    expect(redact('a=ice-pwd:abc and a=ice-pwd:def', [/ice-pwd:\w+/g])).toBe('a=[redacted] and a=[redacted]');
  });

  test('keeps everything where the secret is empty', () => {
    expect(redact('as it is', [''])).toBe('as it is');
  });
});

describe('an error', () => {
  test('without a secret in it stays the very same object, also deep in others', () => {
    const error = new Error('plain', { cause: { status: 500, headers: ['a', 'b'] } });
    expect(redactError(error, [TOKEN])).toBe(error);
  });

  test('loses it in message, stack, fields and cause, and keeps its name and its other fields', () => {
    class VendorError extends Error {
      override readonly name = 'VendorError';
      readonly status = 401;
      readonly url = `wss://acme.example?token=${TOKEN}`;
    }
    const error = new VendorError(`refused ${TOKEN}`, { cause: new Error(`because of ${JWT}`) });
    const clean = redactError(error, [TOKEN]) as VendorError;

    expect(clean).not.toBe(error);
    expect(clean).toBeInstanceOf(Error);
    expect(clean).toMatchObject({
      name: 'VendorError',
      message: 'refused [redacted]',
      status: 401,
      url: 'wss://acme.example?token=[redacted]',
      cause: { message: 'because of [redacted]' },
    });
    expect(clean.stack).not.toContain(TOKEN);
    expect(error.message).toContain(TOKEN);
  });

  test('of the browser loses it, whose message is no property of its own', () => {
    const clean = redactError(new DOMException(`bad line ${TOKEN}`, 'OperationError'), [TOKEN]);

    expect(clean).toMatchObject({ name: 'OperationError', message: 'bad line [redacted]' });
  });

  test('loses it in plain objects and in lists', () => {
    const answer = { body: { tokens: ['fine', TOKEN], status: 403 }, request: [`GET /${TOKEN}`] };
    expect(redactError(answer, [TOKEN])).toEqual({
      body: { tokens: ['fine', '[redacted]'], status: 403 },
      request: ['GET /[redacted]'],
    });
  });

  test('keeps the parts of it that hold no secret as they are', () => {
    const response = { status: 403 };
    const clean = redactError({ response, message: TOKEN }, [TOKEN]) as { response: unknown };
    expect(clean.response).toBe(response);
  });

  test('that is its own cause, or in a ring with others, comes to an end, and loses the secret in every turn of it', () => {
    const one = new Error(`one ${TOKEN}`);
    const two = new Error(`two ${TOKEN}`, { cause: one });
    one.cause = two;
    const ring: { message: string; all?: unknown[] } = { message: TOKEN };
    ring.all = [ring];

    for (const start of [one, ring])
      expect(JSON.stringify(readable(redactError(start, [TOKEN])))).not.toContain(TOKEN);
    expect(redactError(one, [TOKEN])).toMatchObject({
      message: 'one [redacted]',
      cause: { message: 'two [redacted]' },
    });
  });

  test.for([undefined, null, 7, true, Symbol.iterator])('that is %s is given back', (value) => {
    expect(redactError(value, [TOKEN])).toBe(value);
  });

  test('that is text loses it, too', () => {
    expect(redactError(`no ${TOKEN}`, [TOKEN])).toBe('no [redacted]');
  });

  test('of a class of the vendor that is no Error is given back: nothing is known of it', () => {
    const room = new (class Room {})();
    expect(redactError(room, [TOKEN])).toBe(room);
  });
});

/** Errors have no fields for JSON to see. */
function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.getOwnPropertyNames(value).map((name) => [name, readable(Reflect.get(value, name))]);
}
