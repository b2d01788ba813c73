import { isAvatarError } from '@avatarwire/core';
import { expect, test } from 'vitest';
import { akoolServer } from '../src/akool/server';

test('in real Chromium a server half refuses to hold a key', () => {
  const made = () => akoolServer({ apiKey: 'a-key' });
  expect(made).toThrow(expect.objectContaining({ code: 'unsupported' }));
  expect(made).toThrow(expect.toSatisfy(isAvatarError));
  expect(akoolServer({ apiKey: 'a-key', dangerouslyAllowBrowser: true }).name).toBe('akool');
});
