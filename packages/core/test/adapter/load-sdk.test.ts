import { describe, expect, test } from 'vitest';
import { loadSdk, requireMembers } from '../../src/adapter';

const acme = { provider: 'acme', name: 'acme-client', range: '^3.1.0' };

describe("a vendor's SDK", () => {
  test('is what the loader gives', async () => {
    const sdk = { join() {} };
    await expect(loadSdk(acme, async () => sdk)).resolves.toBe(sdk);
  });

  test.for([
    ['rejects', () => Promise.reject(new Error('Cannot find package'))],
    [
      'throws',
      () => {
        throw new Error('Cannot find package');
      },
    ],
  ] as const)('whose loader %s is missing, with what to install', async ([, load]) => {
    await expect(loadSdk(acme, load)).rejects.toMatchObject({
      code: 'sdk-missing',
      provider: 'acme',
      retryable: false,
      message: 'acme-client could not be loaded: npm install acme-client@^3.1.0',
      cause: { message: 'Cannot find package' },
    });
  });

  test.for([
    ['function', { join: () => {} }],
    ['object', { Reason: {} }],
    ['string', { VERSION: '3.1.4' }],
  ] as const)('with its members of the type %s is taken', ([type, members]) => {
    expect(() => requireMembers(acme, members, type)).not.toThrow();
  });

  test.for([
    ['function', undefined],
    ['function', {}],
    ['object', null],
    ['object', () => {}],
    ['string', 3],
  ] as const)(
    'whose member is no %s but %o is incompatible, with its name and the range',
    ([type, value]) => {
      expect(() =>
        requireMembers(
          acme,
          { fine: type === 'function' ? () => {} : type === 'object' ? {} : '', odd: value },
          type,
        ),
      ).toThrow(
        expect.objectContaining({
          code: 'sdk-incompatible',
          provider: 'acme',
          message: 'acme-client has no odd: install acme-client@^3.1.0',
        }) as Error,
      );
    },
  );
});
