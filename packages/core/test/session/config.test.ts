import { expect, test } from 'vitest';
import { resolveConfig } from '../../src/session/session-config';

test('an id is 12 characters that no JSON escapes, and hardly ever the same', () => {
  const { newId } = resolveConfig({
    transports: { memory: () => Promise.reject(new Error('not called')) },
    source: { provider: 'memory', credentials: { room: 'r' } },
  });
  const ids = Array.from({ length: 2_000 }, newId);
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{12}$/);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(ids.join('')).size).toBe(64);
});
