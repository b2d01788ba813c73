// @vitest-environment happy-dom
import { act, cleanup } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { useSessionClock } from '../src/index';
import { fakeSession } from './fake-session';
import { renderWithSession } from './render-with-session';

const NOW = 1_000_000;
let hidden = false;

// Inside, for the hooks must not reach the other files when React 18 runs them all as one.
describe('useSessionClock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
  });
  afterEach(() => {
    cleanup();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    vi.restoreAllMocks();
    hidden = false;
  });

  const pass = (ms: number) => act(() => void vi.advanceTimersByTime(ms));
  const turn = (away: boolean) =>
    act(() => {
      hidden = away;
      document.dispatchEvent(new Event('visibilitychange'));
    });

  test('counts down in whole seconds, rounded up, and renders once for each', () => {
    const { session, result, rendersDuring } = renderWithSession(() => useSessionClock(), undefined);
    expect(result.current).toEqual({});
    act(() => session.change({ state: 'live', expiresAt: NOW + 90_400 }));
    expect(result.current).toEqual({ timeLeftMs: 91_000 });
    // Twice, because of StrictMode.
    expect(rendersDuring(() => void vi.advanceTimersByTime(400))).toBe(2);
    expect(result.current).toEqual({ timeLeftMs: 90_000 });
    expect(rendersDuring(() => void vi.advanceTimersByTime(999))).toBe(0);
    expect(rendersDuring(() => void vi.advanceTimersByTime(1))).toBe(2);
    expect(result.current).toEqual({ timeLeftMs: 89_000 });
  });

  test('shows the time until nobody has spoken for too long, begins it anew with a word, and says what ends it', () => {
    const { session, result } = renderWithSession(() => useSessionClock({ everyMs: 5_000 }), undefined);
    act(() => session.change({ state: 'live', idleEndsAt: NOW + 20_000 }));
    pass(15_000);
    act(() => session.change({ ending: { reason: 'idle', at: NOW + 20_000 } }));
    expect(result.current).toEqual({ idleLeftMs: 5_000, ending: 'idle' });
    const { ending: _, ...said } = session.getSnapshot();
    act(() => session.replace({ ...said, idleEndsAt: NOW + 35_000 }));
    expect(result.current).toEqual({ idleLeftMs: 20_000 });
  });

  test('no timer runs while nothing counts, at zero, and once the session is over', () => {
    const { session, result } = renderWithSession(() => useSessionClock(), undefined);
    expect(vi.getTimerCount()).toBe(0);
    act(() => session.change({ state: 'live', expiresAt: NOW + 1_000 }));
    expect(vi.getTimerCount()).toBe(1);
    pass(1_000);
    expect(result.current).toEqual({ timeLeftMs: 0 });
    expect(vi.getTimerCount()).toBe(0);
    act(() => session.change({ expiresAt: NOW + 60_000 }));
    expect(vi.getTimerCount()).toBe(1);
    act(() => session.change({ state: 'closed', closed: { reason: 'requested' } }));
    expect(result.current).toEqual({});
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a hidden page counts nothing and is right again when it is seen', () => {
    const session = fakeSession();
    session.change({ state: 'live', expiresAt: NOW + 60_000 });
    const { result, rendersDuring } = renderWithSession(() => useSessionClock(), undefined, session);
    turn(true);
    expect(vi.getTimerCount()).toBe(0);
    expect(rendersDuring(() => void vi.advanceTimersByTime(30_000))).toBe(0);
    turn(false);
    expect(result.current).toEqual({ timeLeftMs: 30_000 });
    pass(1_000);
    expect(result.current).toEqual({ timeLeftMs: 29_000 });
  });

  test('leaves no timer and no listener of the page when it is gone', () => {
    const session = fakeSession();
    session.change({ state: 'live', expiresAt: NOW + 60_000, idleEndsAt: NOW + 30_000 });
    const { unmount, rendersDuring } = renderWithSession(() => useSessionClock(), undefined, session);
    expect(vi.getTimerCount()).toBe(2);
    unmount();
    expect(vi.getTimerCount()).toBe(0);
    expect(rendersDuring(() => void document.dispatchEvent(new Event('visibilitychange')))).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    expect(session.listeners.size).toBe(0);
  });

  test.each([0, 99, 3_600_001, Number.NaN, Infinity])('refuses to tick every %s ms', (everyMs) => {
    const quiet = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(() => renderWithSession(() => useSessionClock({ everyMs }), undefined)).toThrow(/everyMs/);
    quiet.mockRestore();
  });
});
