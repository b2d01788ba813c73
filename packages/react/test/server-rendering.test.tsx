// @vitest-environment happy-dom
import { createAvatarSession, idleSnapshot } from '@avatarwire/core';
import { act } from '@testing-library/react';
import { StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, expect, test, vi } from 'vitest';
import { AvatarSessionProvider } from '../src/index';
import { EveryHook, renderedOnServer } from './every-hook';
import { deviceOff } from './fake-media';
import { fakeSession } from './fake-session';

afterEach(() => vi.restoreAllMocks());

test('a server renders an idle session with every hook, and connects, attaches, asks and subscribes nothing', () => {
  const session = fakeSession();
  const html = renderedOnServer(session);
  expect(html).toContain('idle');
  expect(html).toMatch(/<video playsinline=""><\/video>/i);
  expect(session.calls).toEqual({ connect: 0, close: 0 });
  expect(session.listeners.size + session.attached.size + session.others()).toBe(0);
  expect([session.media.called, session.media.following.size]).toEqual([[], 0]);
});

test('a page whose session is live by then hydrates without a mismatch and shows it at once', async () => {
  const errors = vi.spyOn(console, 'error');
  const session = fakeSession();
  const tree = (
    <StrictMode>
      <AvatarSessionProvider session={session}>
        <EveryHook />
      </AvatarSessionProvider>
    </StrictMode>
  );
  const container = document.createElement('div');
  container.innerHTML = renderToString(tree);
  session.change({
    state: 'live',
    expiresAt: Date.now() + 59_500,
    microphone: { ...deviceOff, status: 'on' },
    camera: { ...deviceOff, facing: 'environment' },
    speaker: { choosable: true, devices: [{ id: 'a', label: 'Headset' }] },
    messages: [{ id: '1', author: 'avatar', text: 'Hello.', complete: true, at: 0 }],
  });
  const root = await act(async () => hydrateRoot(container, tree));
  expect(container.textContent).toBe(
    'live, 1 messages, 60000 ms left, no ms there and backon,off,off1 speakersHello.Hold to talk',
  );
  expect(errors).not.toHaveBeenCalled();
  act(() => root.unmount());
  expect(session.listeners.size + session.attached.size + session.others()).toBe(0);
  expect([...session.media.following.values()]).toEqual([0, 0, 0, 0]);
});

test('the idle session that a server renders is what a real session begins as', () => {
  const session = createAvatarSession({
    transports: { memory: () => Promise.reject(new Error('not connected here')) },
    source: { provider: 'memory', credentials: { room: 'none' } },
  });
  expect(session.getSnapshot()).toEqual(idleSnapshot);
});
