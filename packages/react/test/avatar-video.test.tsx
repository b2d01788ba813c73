// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react';
import { createRef, StrictMode } from 'react';
import { afterEach, expect, test } from 'vitest';
import { AvatarSessionProvider, AvatarVideo } from '../src/index';
import { fakeSession } from './fake-session';

afterEach(cleanup);

test('attaches its element once, passes props and the ref on, and detaches when gone, under StrictMode', () => {
  const session = fakeSession();
  const ref = createRef<HTMLVideoElement>();
  const { unmount } = render(
    <StrictMode>
      <AvatarSessionProvider session={session}>
        <AvatarVideo ref={ref} className="stage" aria-label="Avatar" muted />
      </AvatarSessionProvider>
    </StrictMode>,
  );
  const video = ref.current;
  expect(video).toBeInstanceOf(HTMLVideoElement);
  expect([...session.attached]).toEqual([video]);
  expect(video?.className).toBe('stage');
  expect(video?.getAttribute('aria-label')).toBe('Avatar');
  expect(video?.hasAttribute('playsinline')).toBe(true);
  unmount();
  expect(session.attached.size).toBe(0);
});

test('renders nothing but the video', () => {
  const { container } = render(
    <AvatarSessionProvider session={fakeSession()}>
      <AvatarVideo />
    </AvatarSessionProvider>,
  );
  expect(container.innerHTML.replace(/ [a-z-]+=""/g, '')).toBe('<video></video>');
});

test('moves to the other session when the provider is given another', () => {
  const first = fakeSession();
  const second = fakeSession();
  const tree = (session: typeof first) => (
    <AvatarSessionProvider session={session}>
      <AvatarVideo />
    </AvatarSessionProvider>
  );
  const { rerender } = render(tree(first));
  rerender(tree(second));
  expect([first.attached.size, second.attached.size]).toEqual([0, 1]);
});
