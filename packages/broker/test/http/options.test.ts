import { isAvatarError } from '@avatarwire/core';
import { describe, expect, it } from 'vitest';
import { type BrokerOptions, createBroker } from '../../src';
import { memoryStore } from '../../src/memory';
import { serviceDouble } from './support/service-double';

const GOOD: BrokerOptions = {
  services: [serviceDouble()],
  authenticate: () => undefined,
  authorize: () => undefined,
  store: memoryStore(),
};

function refusedWith(options: object): string {
  try {
    createBroker({ ...GOOD, ...options });
  } catch (error) {
    if (isAvatarError(error) && error.code === 'invalid-argument') return error.message;
    throw error;
  }
  return 'nothing';
}

describe('the options of a broker', () => {
  it.each([
    ['services', { services: [] }],
    ['services', { services: [{ name: 'x' }] }],
    ['services', { services: undefined }],
    ['services', { services: [serviceDouble(), serviceDouble()] }],
    ['authenticate', { authenticate: undefined }],
    ['authorize', { authorize: { guide: {} } }],
    ['store', { store: undefined }],
    ['store', { store: {} }],
    ['basePath', { basePath: '/api/' }],
    ['basePath', { basePath: 'api' }],
    ['basePath', { basePath: '/api/../x' }],
    ['basePath', { basePath: '/api/:id' }],
    ['basePath', { basePath: '/a%20b' }],
    ['basePath', { basePath: 'https://x.example/api' }],
    ['limits.maxBodyBytes', { limits: { maxBodyBytes: 0 } }],
    ['limits.callsPerMinute', { limits: { callsPerMinute: Number.NaN } }],
    ['limits.opensPerMinute', { limits: { opensPerMinute: Number.POSITIVE_INFINITY } }],
    ['limits.opensPerMinute', { limits: { opensPerMinute: '12' } }],
    ['limits.opensPerHour', { limits: { opensPerHour: 12 } }],
    ['timings.beatMs', { timings: { beatMs: -1 } }],
    ['timings.silenceMs', { timings: { beatMs: 5_000, silenceMs: 5_000 } }],
    ['timings.intentMs', { timings: { openMs: 45_000, intentMs: 45_000 } }],
    ['timings.toString', { timings: { toString: 5 } }],
    ['exclusiveKeys', { exclusiveKeys: ['akool'] }],
    ['exclusiveKeys', { exclusiveKeys: ['double'] }],
    ['allowedOrigins', { allowedOrigins: ['*'] }],
    ['allowedOrigins', { allowedOrigins: ['https://app.example/'] }],
    ['allowedOrigins', { allowedOrigins: ['https://app.example/page'] }],
    ['allowedOrigins', { allowedOrigins: ['https://APP.example'] }],
    ['allowedOrigins', { allowedOrigins: ['https://app.example:443'] }],
    ['allowedOrigins', { allowedOrigins: ['app.example'] }],
    ['allowedOrigins', { allowedOrigins: ['null'] }],
    ['allowedOrigins', { allowedOrigins: ['https://*.example'] }],
  ])('are looked at when it is made: %s in %j is refused by name', (name, options) => {
    expect(refusedWith(options)).toContain(`options.${name}`);
  });

  it('may leave out whatever has a default', () => {
    expect(refusedWith({ limits: { callsPerMinute: undefined }, timings: {} })).toBe('nothing');
  });

  it('take a service whose sessions can be listed among exclusiveKeys, and origins of apps in a shell', () => {
    const listing = { ...serviceDouble(), list: async () => [] };
    const allowedOrigins = ['https://app.example', 'http://localhost:5173', 'capacitor://localhost'];
    expect(refusedWith({ services: [listing], exclusiveKeys: ['double'], allowedOrigins })).toBe('nothing');
  });
});
