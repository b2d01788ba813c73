import { readFile } from 'node:fs/promises';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Page } from './readme-example';

const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');

test('the example in the README is the one that the compiler checks', async () => {
  const example = /```tsx\n([\s\S]*?)```/.exec(await read('../README.md'))?.[1];
  expect(example).toBe(await read('./readme-example.tsx'));
});

test('the example renders on a server', () => {
  expect(renderToString(createElement(Page))).toMatch(/<video.*<button type="button" disabled="">Ask/);
});
