// @vitest-environment happy-dom
import type { Message } from '@avatarwire/core';
import { act, cleanup } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { useTranscript } from '../src/index';
import { renderWithSession } from './render-with-session';

afterEach(cleanup);

const message = (id: string, author: Message['author'], text: string, complete = true): Message => ({
  id,
  author,
  text,
  complete,
  at: 0,
});
const asked = message('1', 'application', 'What can you do?');
const begun = message('2', 'avatar', 'Many', false);
const answered = { ...begun, text: 'Many things.', complete: true };
const heard = message('3', 'user', 'Thanks.');

test('shows text while it is still coming, and keeps every message that did not change', () => {
  const { session, result } = renderWithSession(() => useTranscript(), undefined);
  expect(result.current).toEqual([]);
  act(() => session.change({ messages: [asked, begun] }));
  expect(result.current).toEqual([asked, begun]);
  act(() => session.change({ messages: [asked, answered] }));
  expect(result.current[0]).toBe(asked);
  expect(result.current[1]).toBe(answered);
});

test('only the authors that are wanted, and only the last so many of them; options written inline', () => {
  const { session, result, rerender } = renderWithSession(
    (limit: number) => useTranscript({ limit, authors: ['avatar', 'user'] }),
    1,
  );
  act(() => session.change({ messages: [asked, answered, heard] }));
  expect(result.current).toEqual([heard]);
  rerender(2);
  expect(result.current).toEqual([answered, heard]);
  rerender(0);
  expect(result.current).toEqual([]);
});

test('does not render, and stays the same array, for what it does not show', () => {
  const { session, result, rendersDuring } = renderWithSession(
    () => useTranscript({ authors: ['avatar'] }),
    undefined,
  );
  act(() => session.change({ messages: [answered] }));
  const before = result.current;
  expect(rendersDuring(() => session.change({ messages: [answered, heard] }))).toBe(0);
  expect(rendersDuring(() => session.change({ playback: 'blocked' }))).toBe(0);
  expect(result.current).toBe(before);
});
