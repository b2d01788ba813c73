import { isAvatarError, silentLogger } from '@avatarwire/core';
import { createVirtualClock } from '@avatarwire/simulator';
import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../src/memory';
import { createModelProxy } from '../../src/model/create-model-proxy';
import type { ModelProxyOptions } from '../../src/model/options';

const GOOD = { baseUrl: 'https://model.example/v1', apiKey: 'sk-0123456789', model: 'big' };

const create = (options: object) =>
  createModelProxy(options as ModelProxyOptions, {
    store: memoryStore(),
    clock: createVirtualClock(),
    random: () => 0,
    logger: silentLogger,
    observe: () => {},
  });

function refused(more: object): string {
  try {
    create({ ...GOOD, ...more });
  } catch (error) {
    if (isAvatarError(error) && error.code === 'invalid-argument') return error.message;
    throw error;
  }
  return 'taken';
}

describe('options of the model proxy', () => {
  test.each([
    ['model.baseUrl', { baseUrl: undefined }],
    ['model.baseUrl', { baseUrl: 'model.example' }],
    ['model.baseUrl', { baseUrl: 'http://model.example/v1' }],
    ['model.baseUrl', { baseUrl: 'http://localhost.example/v1' }],
    ['model.baseUrl', { baseUrl: 'ftp://127.0.0.1/v1' }],
    ['model.baseUrl', { baseUrl: 'https://ann:secret@model.example/v1' }],
    ['model.baseUrl', { baseUrl: 'https://model.example/v1?key=secret' }],
    ['model.apiKey', { apiKey: undefined }],
    ['model.apiKey', { apiKey: '' }],
    ['model.apiKey', { apiKey: 'sk-secret\n' }],
    ['model.apiKey', { apiKey: 'sk secret' }],
    ['model.apiKey', { apiKey: 'sk-secrét' }],
    ['model.model', { model: '' }],
    ['model.model', { model: undefined }],
    ['model.system', { system: 7 }],
    ['model.maxAnswerTokens', { maxAnswerTokens: 0 }],
    ['model.maxAnswerTokens', { maxAnswerTokens: 1.5 }],
    ['model.tokenLimitField', { tokenLimitField: 'limit' }],
    ['model.asksForUsage', { asksForUsage: 'yes' }],
    ['model.temperature', { temperature: 3 }],
    ['model.temperature', { temperature: Number.NaN }],
    ['model.tools', { tools: {} }],
    ['model.tools.0', { tools: ['hammer'] }],
    ['model.budget', { budget: 100 }],
    ['model.budget.tokensPerSession', { budget: { tokensPerSession: -1 } }],
    ['model.budget.tokensPerCallerAndDay', { budget: { tokensPerCallerAndDay: Number.POSITIVE_INFINITY } }],
    ['model.budget.tokensPerDay', { budget: { tokensPerDay: 5 } }],
    ['model.maxMessages', { maxMessages: '64' }],
    ['model.maxCharacters', { maxCharacters: 0 }],
    ['model.timeoutMs', { timeoutMs: 0 }],
    ['model.silenceMs', { silenceMs: Number.NaN }],
    ['model.cache', { cache: true }],
    ['model.cache.ttlMs', { cache: { entries: 5 } }],
    ['model.cache.entries', { cache: { entries: 0, ttlMs: 1_000 } }],
    ['model.fetch', { fetch: 'fetch' }],
    ['model.sytem', { sytem: 'Be kind.' }],
  ])('%s is named when it is wrong: %o', (name, more) => {
    const message = refused(more);
    expect(message.startsWith(`${name} `)).toBe(true);
    expect(message).not.toMatch(/secr/);
  });

  test('the whole is named when it is no object', () => {
    expect(() => create(Object(5))).toThrow(/^model/);
  });

  test.each([
    ['http://127.0.0.1:8080/v1'],
    ['http://localhost:8080'],
    ['http://[::1]:8080/v1'],
    ['https://model.example/openai/v1/'],
  ])('%s is taken as an address', (baseUrl) => {
    expect(refused({ baseUrl })).toBe('taken');
  });
});
