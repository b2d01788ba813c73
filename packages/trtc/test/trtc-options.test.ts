import { describe, expect, test } from 'vitest';
import { trtc } from '../src/index';
import { checkCredentials, checkOptions } from '../src/trtc-options';

const VALID = { sdkAppId: 1_400_000_000, room: 'a room', userId: 'visitor', userSig: 'signature' };

describe('options', () => {
  test.each([
    ['connectTimeoutMs', 0],
    ['connectTimeoutMs', -1],
    ['connectTimeoutMs', Number.NaN],
    ['connectTimeoutMs', '15000'],
    ['logLevel', 'loud'],
    ['logLevel', 5],
    ['uploadLogs', 'no'],
    ['sdk', {}],
  ])('%s %o is refused by name, when the transport is made', (option, value) => {
    expect(() => trtc({ [option]: value })).toThrowError(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(option) }),
    );
  });

  test.each([
    [{}, [5]],
    [{ logLevel: 'trace' }, [0]],
    [{ logLevel: 'none' }, [5]],
    [{ logLevel: 'none', uploadLogs: false }, [5, false]],
    [{ uploadLogs: false }, [5, false]],
  ] as const)('%o calls setLogLevel with %o', (options, logging) => {
    expect(checkOptions(options).logging).toEqual(logging);
  });

  test('frozen ones are taken', () => {
    expect(() => trtc(Object.freeze({ connectTimeoutMs: 1 }))).not.toThrow();
  });
});

describe('credentials', () => {
  test.each([
    ['sdkAppId', undefined],
    ['room', undefined],
    ['room', null],
    ['room', Number.NaN],
    ['userId', undefined],
    ['userSig', undefined],
  ])('%s %o is refused by name', (field, value) => {
    expect(() => checkCredentials({ ...VALID, [field]: value })).toThrowError(
      expect.objectContaining({
        code: 'invalid-credentials',
        message: expect.stringContaining(`credentials.${field}`),
      }),
    );
  });

  test.each(['123', 'x'.repeat(64), '!#$%&()+-:;<=.>?@[]^_{}|~, '])(
    'the string room %s is taken as a string',
    (room) => {
      const { room: config } = checkCredentials({ ...VALID, room });

      expect(config).toMatchObject({ strRoomId: room });
      expect(config).not.toHaveProperty('roomId');
    },
  );

  test.each([1, 123, 4_294_967_294])('the numeric room %i is taken as a number', (room) => {
    const { room: config } = checkCredentials({ ...VALID, room });

    expect(config).toMatchObject({ roomId: room });
    expect(config).not.toHaveProperty('strRoomId');
  });

  test('a user id that the documents advise against is taken, as the SDK takes it', () => {
    expect(checkCredentials({ ...VALID, userId: 'ü'.repeat(200) }).room.userId).toBe('ü'.repeat(200));
  });

  test.each([
    [undefined, 1],
    [1, 1],
    [10, 10],
  ])('cmdId %o is %i', (cmdId, ours) => {
    expect(checkCredentials(cmdId === undefined ? VALID : { ...VALID, cmdId }).cmdId).toBe(ours);
  });
});
