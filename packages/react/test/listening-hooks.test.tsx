// @vitest-environment happy-dom
import { act, cleanup } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { useAvatarEvent, useMicrophoneLevel, useStatistics } from '../src/index';
import { renderWithSession } from './render-with-session';

afterEach(cleanup);

test('useMicrophoneLevel tells the newest function and renders nothing', () => {
  const heard: string[] = [];
  const { session, rerender, unmount, rendersDuring } = renderWithSession(
    (name: string) => useMicrophoneLevel((level) => heard.push(`${name} ${level}`)),
    'first',
  );
  expect(session.media.following.get('level')).toBe(1);
  expect(rendersDuring(() => session.media.say(0.5))).toBe(0);
  rerender('second');
  session.media.say(0.25);
  unmount();
  session.media.say(1);
  expect(heard).toEqual(['first 0.5', 'second 0.25']);
  expect(session.media.following.get('level')).toBe(0);
});

test('useAvatarEvent tells the newest handler, listens once however often it renders, and stops when it is gone', () => {
  const heard: string[] = [];
  const { session, rerender, unmount, rendersDuring } = renderWithSession(
    (name: string) => useAvatarEvent('idling', ({ inMs }) => heard.push(`${name} ${inMs}`)),
    'first',
  );
  expect(rendersDuring(() => session.emit('idling', { inMs: 3 }))).toBe(0);
  rerender('second');
  expect(session.others()).toBe(1);
  session.emit('idling', { inMs: 2 });
  session.emit('expiring', { inMs: 1 });
  unmount();
  expect(session.others()).toBe(0);
  expect(heard).toEqual(['first 3', 'second 2']);
});

test('useStatistics shows the last measurement of this connection and measures only while there is one', () => {
  const { session, result, unmount } = renderWithSession(() => useStatistics({ everyMs: 500 }), undefined);
  expect(session.others()).toBe(0);
  act(() => session.change({ state: 'live' }));
  expect(session.measuredEvery.at(-1)).toBe(500);
  expect(session.others()).toBe(1);
  act(() => session.measure({ roundTripMs: 40 }));
  expect(result.current).toEqual({ roundTripMs: 40 });
  act(() => session.change({ state: 'reconnecting' }));
  expect(result.current).toEqual({ roundTripMs: 40 });
  act(() => session.change({ state: 'closed' }));
  expect(result.current).toBeUndefined();
  expect(session.others()).toBe(0);
  act(() => session.change({ state: 'waiting' }));
  expect(result.current).toBeUndefined();
  unmount();
  expect(session.others()).toBe(0);
});
