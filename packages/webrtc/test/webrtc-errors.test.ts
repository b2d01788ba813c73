import { isAvatarError } from '@avatarwire/core';
import { describe, expect, test } from 'vitest';
import { connectTimeout, redactor, sendFailed, signallingFailed } from '../src/webrtc-errors';

const iceServers = [{ urls: 'turn:turn.example.org', username: 'visitor-7', credential: 's3cret' }];

describe('errors', () => {
  test('every one names the provider, and only those of the network are worth another try', () => {
    const failed = signallingFailed(new Error('502'));
    expect(isAvatarError(failed)).toBe(true);
    expect(failed).toMatchObject({
      code: 'network',
      provider: 'webrtc',
      retryable: true,
      cause: new Error('502'),
    });
    expect(connectTimeout(15_000, 'no answer')).toMatchObject({ code: 'connect-timeout', retryable: true });
    expect(connectTimeout(15_000, 'no answer').message).toContain('15000 ms: no answer');
  });

  test.for([
    ['InvalidStateError', 'not-connected'],
    ['OperationError', 'network'],
    ['NetworkError', 'network'],
  ] as const)(
    'a channel that throws %s on send gives %s, with what it threw as the cause',
    ([name, code]) => {
      const cause = new DOMException('no', name);
      expect(sendFailed(cause, 10, 20)).toMatchObject({ code, cause });
    },
  );

  test('a channel that throws a TypeError on send gives packet-too-large', () => {
    expect(sendFailed(new TypeError('too long'), 10, 20)).toMatchObject({ code: 'packet-too-large' });
  });
});

describe('redaction', () => {
  const redact = redactor(iceServers);

  test('takes TURN user names and credentials out of a message and of the causes below it', () => {
    const error = new Error('turn said no to visitor-7', { cause: new Error('password s3cret') });
    const redacted = redact(error) as Error;
    expect(redacted.message).toBe('turn said no to [redacted]');
    expect((redacted.cause as Error).message).toBe('password [redacted]');
    expect(`${redacted.stack}`).not.toContain('visitor-7');
  });

  test('takes the ICE password and fragment out of a quoted description', () => {
    const quoted = new Error(
      'Invalid SDP line. a=ice-pwd:abc/def a=ice-ufrag:Q7x "a=ice-pwd:zzz\\r\\na=mid:0"',
    );
    expect((redact(quoted) as Error).message).toBe(
      'Invalid SDP line. a=[redacted] a=[redacted] "a=[redacted]\\r\\na=mid:0"',
    );
  });

  test('takes user information out of a quoted URL', () => {
    expect(redact("'turn:me:pass@host' is not valid")).toBe("'[redacted]host' is not valid");
  });

  test('leaves an error without a secret as it is, the very object', () => {
    const error = new TypeError('offline');
    expect(redact(error)).toBe(error);
    expect(redact(undefined)).toBeUndefined();
  });

  test('keeps the name of an error that it had to copy', () => {
    expect(redact(new RangeError('s3cret'))).toMatchObject({ name: 'RangeError', message: '[redacted]' });
  });
});
