// @vitest-environment happy-dom
import type { SessionSnapshot } from '@avatarwire/core';
import { act, cleanup, renderHook } from '@testing-library/react';
import { type ReactNode, StrictMode } from 'react';
import { afterEach, expect, test } from 'vitest';
import { AvatarSessionProvider, useAvatarState } from '../src/index';
import { fakeSession } from './fake-session';

afterEach(cleanup);

function reading<T>(selector: (snapshot: SessionSnapshot) => T, equality?: (a: T, b: T) => boolean) {
  const session = fakeSession();
  let renders = 0;
  const wrapper = ({ children }: { children: ReactNode }) => (
    <StrictMode>
      <AvatarSessionProvider session={session}>{children}</AvatarSessionProvider>
    </StrictMode>
  );
  const hook = renderHook(
    () => {
      renders += 1;
      // Inline, as everybody writes it: another function in every render.
      return useAvatarState((snapshot) => selector(snapshot), equality);
    },
    { wrapper },
  );
  const rendersDuring = (run: () => void) => {
    const before = renders;
    act(run);
    return renders - before;
  };
  return { session, hook, rendersDuring };
}

test('follows what the selector reads and does not render for anything else', () => {
  const { session, hook, rendersDuring } = reading((snapshot) => snapshot.state);
  expect(hook.result.current).toBe('idle');
  expect(rendersDuring(() => session.change({ playback: 'blocked' }))).toBe(0);
  expect(rendersDuring(() => session.change({ state: 'live' }))).toBeGreaterThan(0);
  expect(hook.result.current).toBe('live');
});

test('a selector that returns a fresh object each time does not loop', () => {
  const { session, hook } = reading((snapshot) => ({
    state: snapshot.state,
    ids: snapshot.messages.map(({ id }) => id),
  }));
  act(() => session.change({ state: 'waiting' }));
  expect(hook.result.current).toEqual({ state: 'waiting', ids: [] });
});

test('with an equality the object stays the same, and nothing renders, until it differs', () => {
  const { session, hook, rendersDuring } = reading(
    (snapshot) => ({ speaking: snapshot.avatar.speaking }),
    (a, b) => a.speaking === b.speaking,
  );
  const before = hook.result.current;
  expect(rendersDuring(() => session.change({ state: 'connecting' }))).toBe(0);
  hook.rerender();
  expect(hook.result.current).toBe(before);
  act(() => session.change({ avatar: { present: true, speaking: true, audio: true, video: true } }));
  expect(hook.result.current).toEqual({ speaking: true });
});

test('a selector that reads props sees the newest ones', () => {
  const session = fakeSession();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <AvatarSessionProvider session={session}>{children}</AvatarSessionProvider>
  );
  const hook = renderHook(({ prefix }) => useAvatarState(({ state }) => `${prefix}:${state}`), {
    wrapper,
    initialProps: { prefix: 'a' },
  });
  hook.rerender({ prefix: 'b' });
  expect(hook.result.current).toBe('b:idle');
});

test('calls the methods on their session, so one written as a class works too', () => {
  const inner = fakeSession();
  const session = {
    ...inner,
    inner,
    getSnapshot() {
      return this.inner.getSnapshot();
    },
    subscribe(listener: () => void) {
      return this.inner.subscribe(listener);
    },
  };
  const hook = renderHook(() => useAvatarState(({ state }) => state), {
    wrapper: ({ children }) => <AvatarSessionProvider session={session}>{children}</AvatarSessionProvider>,
  });
  act(() => inner.change({ state: 'live' }));
  expect(hook.result.current).toBe('live');
});
