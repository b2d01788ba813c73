// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react';
import * as React from 'react';
import { StrictMode } from 'react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { AvatarSessionProvider, useAvatarSession, useAvatarState } from '../src/index';
import { type FakeSession, fakeSession } from './fake-session';

afterEach(cleanup);

const settled = () => new Promise<void>((resolve) => setTimeout(resolve));

function State() {
  useAvatarSession();
  return <p>{useAvatarState((snapshot) => snapshot.state)}</p>;
}

describe('a provider that makes its session, under StrictMode', () => {
  const made: FakeSession[] = [];
  const create = vi.fn(() => {
    const session = fakeSession();
    made.push(session);
    return session;
  });
  afterEach(() => {
    made.length = 0;
    create.mockClear();
  });
  const tree = (autoConnect?: boolean) => (
    <StrictMode>
      <AvatarSessionProvider create={create} {...(autoConnect !== undefined && { autoConnect })}>
        <State />
        <State />
      </AvatarSessionProvider>
    </StrictMode>
  );

  test('makes one, however many components read it and however often they render', async () => {
    const { rerender } = render(tree());
    rerender(tree());
    await settled();
    expect(create).toHaveBeenCalledTimes(1);
    expect(made[0]?.calls).toEqual({ connect: 0, close: 0 });
  });

  test('ignores a later create', async () => {
    const { rerender } = render(tree());
    const another = vi.fn(() => fakeSession());
    rerender(
      <StrictMode>
        <AvatarSessionProvider create={another}>
          <State />
        </AvatarSessionProvider>
      </StrictMode>,
    );
    await settled();
    expect(another).not.toHaveBeenCalled();
    expect(made[0]?.calls.close).toBe(0);
  });

  test('connects once with autoConnect, and shows it', async () => {
    const { findAllByText } = render(tree(true));
    expect(await findAllByText('live')).toHaveLength(2);
    expect(made[0]?.calls).toEqual({ connect: 1, close: 0 });
  });

  test('connects when autoConnect is switched on later', async () => {
    const { rerender, findAllByText } = render(tree(false));
    await settled();
    expect(made[0]?.calls.connect).toBe(0);
    rerender(tree(true));
    await findAllByText('live');
    expect(made[0]?.calls.connect).toBe(1);
  });

  test('closes once when it is gone, and no listener stays', async () => {
    const { unmount, findAllByText } = render(tree(true));
    await findAllByText('live');
    expect(made[0]?.listeners.size).toBe(2);
    unmount();
    await settled();
    expect(made[0]?.calls).toEqual({ connect: 1, close: 1 });
    expect(made[0]?.listeners.size).toBe(0);
  });

  test('gone before it connected: never connects', async () => {
    render(tree(true)).unmount();
    await settled();
    expect(made[0]?.calls).toEqual({ connect: 0, close: 1 });
  });

  test('a new key closes the session of before and makes another', async () => {
    const keyed = (key: string) => (
      <StrictMode>
        <AvatarSessionProvider key={key} create={create} autoConnect>
          <State />
        </AvatarSessionProvider>
      </StrictMode>
    );
    const { rerender, findByText } = render(keyed('a'));
    await findByText('live');
    rerender(keyed('b'));
    await settled();
    expect(made.map((session) => session.calls)).toEqual([
      { connect: 1, close: 1 },
      { connect: 1, close: 0 },
    ]);
  });

  // React 18 has none.
  test.skipIf(!('Activity' in React))(
    'hidden by <Activity> it closes, shown again it connects the same session',
    async () => {
      const inActivity = (mode: 'visible' | 'hidden') => (
        <StrictMode>
          <React.Activity mode={mode}>{tree(true)}</React.Activity>
        </StrictMode>
      );
      const { rerender, findAllByText } = render(inActivity('visible'));
      await findAllByText('live');
      rerender(inActivity('hidden'));
      await settled();
      expect(made[0]?.calls).toEqual({ connect: 1, close: 1 });
      rerender(inActivity('visible'));
      await settled();
      expect(made[0]?.calls).toEqual({ connect: 2, close: 1 });
      expect(create).toHaveBeenCalledTimes(1);
    },
  );

  test('a connect that fails causes no unhandled rejection', async () => {
    const failing = fakeSession(() => Promise.reject(new Error('refused')));
    render(
      <AvatarSessionProvider create={() => failing} autoConnect>
        <State />
      </AvatarSessionProvider>,
    );
    await settled();
    expect(failing.calls.connect).toBe(1);
  });

  test('a session that is just closing is connected after that', async () => {
    const closing = fakeSession();
    closing.change({ state: 'closing' });
    render(
      <AvatarSessionProvider create={() => closing} autoConnect>
        <State />
      </AvatarSessionProvider>,
    );
    await settled();
    expect(closing.calls).toEqual({ connect: 1, close: 1 });
  });
});

describe('a provider that is given a session', () => {
  test('never closes it, and connects it only when asked to', async () => {
    const session = fakeSession();
    const { unmount, findByText } = render(
      <StrictMode>
        <AvatarSessionProvider session={session} autoConnect>
          <State />
        </AvatarSessionProvider>
      </StrictMode>,
    );
    await findByText('live');
    unmount();
    await settled();
    expect(session.calls).toEqual({ connect: 1, close: 0 });
  });

  test('leaves alone what is connected already', async () => {
    const session = fakeSession();
    session.change({ state: 'live' });
    render(
      <AvatarSessionProvider session={session} autoConnect>
        <State />
      </AvatarSessionProvider>,
    );
    await settled();
    expect(session.calls.connect).toBe(0);
  });

  test('reads the other session when it is exchanged', async () => {
    const first = fakeSession();
    const second = fakeSession();
    second.change({ state: 'live' });
    const tree = (session: FakeSession) => (
      <AvatarSessionProvider session={session}>
        <State />
      </AvatarSessionProvider>
    );
    const { rerender, getByText } = render(tree(first));
    getByText('idle');
    rerender(tree(second));
    getByText('live');
    expect(first.listeners.size).toBe(0);
  });
});

test('a hook without a provider above says so', () => {
  const quiet = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect(() => render(<State />)).toThrow(/useAvatarSession needs an <AvatarSessionProvider>/);
  quiet.mockRestore();
});
