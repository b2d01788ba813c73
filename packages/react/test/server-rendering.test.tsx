// @vitest-environment happy-dom
import { createAvatarSession } from '@avatarwire/core';
import { act } from '@testing-library/react';
import { StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, expect, test, vi } from 'vitest';
import { idleSnapshot } from '../src/idle-snapshot';
import { AvatarSessionProvider, AvatarVideo, useAvatarSession, useAvatarState } from '../src/index';
import { fakeSession } from './fake-session';

afterEach(() => vi.restoreAllMocks());

function Page() {
  useAvatarSession();
  const { state, messages } = useAvatarState((snapshot) => ({
    state: snapshot.state,
    messages: snapshot.messages.length,
  }));
  return (
    <main>
      <AvatarVideo />
      {state}, {messages} messages
    </main>
  );
}

test('a server renders an idle session and connects, attaches and subscribes nothing', () => {
  const session = fakeSession();
  const html = renderToString(
    <AvatarSessionProvider create={() => session} autoConnect>
      <Page />
    </AvatarSessionProvider>,
  );
  expect(html).toContain('idle');
  expect(html).toMatch(/<video playsinline=""><\/video>/i);
  expect(session.calls).toEqual({ connect: 0, close: 0 });
  expect(session.listeners.size + session.attached.size).toBe(0);
});

test('a page whose session is live by then hydrates without a mismatch and shows it at once', async () => {
  const errors = vi.spyOn(console, 'error');
  const session = fakeSession();
  const tree = (
    <StrictMode>
      <AvatarSessionProvider session={session}>
        <Page />
      </AvatarSessionProvider>
    </StrictMode>
  );
  const container = document.createElement('div');
  container.innerHTML = renderToString(tree);
  session.change({ state: 'live' });
  const root = await act(async () => hydrateRoot(container, tree));
  expect(container.textContent).toBe('live, 0 messages');
  expect(errors).not.toHaveBeenCalled();
  act(() => root.unmount());
});

test('the idle session that a server renders is what a real session begins as', () => {
  const session = createAvatarSession({
    transports: { memory: () => Promise.reject(new Error('not connected here')) },
    source: { provider: 'memory', credentials: { room: 'none' } },
  });
  expect(session.getSnapshot()).toEqual(idleSnapshot);
});
