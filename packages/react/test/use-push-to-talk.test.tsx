// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { StrictMode } from 'react';
import { afterEach, describe, expect, test } from 'vitest';
import { AvatarSessionProvider, usePushToTalk } from '../src/index';
import { type FakeSession, fakeSession } from './fake-session';
import { renderWithSession } from './render-with-session';

afterEach(cleanup);

function TalkButton() {
  const { talking, buttonProps } = usePushToTalk();
  return (
    <button type="button" {...buttonProps}>
      {talking ? 'Talking' : 'Hold to talk'}
    </button>
  );
}

const tree = (session: FakeSession) => (
  <StrictMode>
    <AvatarSessionProvider session={session}>
      <TalkButton />
    </AvatarSessionProvider>
  </StrictMode>
);
const button = () => screen.getByRole('button');
const pressing = {
  'the pointer': () => fireEvent.pointerDown(button()),
  space: () => fireEvent.keyDown(button(), { key: ' ' }),
  enter: () => fireEvent.keyDown(button(), { key: 'Enter' }),
};
const lettingGo = {
  'the pointer is let go, also elsewhere': () => fireEvent.pointerUp(document.body),
  'the system takes the pointer': () => fireEvent.pointerCancel(button()),
  'the key is let go': () => fireEvent.keyUp(button(), { key: ' ' }),
  'the window loses the focus': () => fireEvent.blur(window),
};

describe('push-to-talk', () => {
  test.each(Object.entries(pressing))('holding with %s is heard', (_, press) => {
    const session = fakeSession();
    render(tree(session));
    press();
    press();
    expect(session.media.held).toBe(1);
    expect(button().textContent).toBe('Talking');
  });

  test.each(Object.entries(lettingGo))('ends when %s', (_, letGo) => {
    const session = fakeSession();
    render(tree(session));
    pressing['the pointer']();
    letGo();
    expect(session.media.held).toBe(0);
    expect(button().textContent).toBe('Hold to talk');
    pressing.space();
    expect(session.media.held).toBe(1);
  });

  test('another key does nothing, and space does not scroll the page', () => {
    const session = fakeSession();
    render(tree(session));
    fireEvent.keyDown(button(), { key: 'a' });
    expect(session.media.held).toBe(0);
    // What it returns is false when the default was prevented.
    expect(fireEvent.keyDown(button(), { key: ' ' })).toBe(false);
  });

  test('a button that goes away while it is held is heard no more', () => {
    const session = fakeSession();
    const { unmount } = render(tree(session));
    pressing['the pointer']();
    unmount();
    expect(session.media.held).toBe(0);
  });

  test('exchanging the session while it is held ends it at the first', () => {
    const first = fakeSession();
    const second = fakeSession();
    const { rerender } = render(tree(first));
    pressing['the pointer']();
    rerender(tree(second));
    expect([first.media.held, second.media.held]).toEqual([0, 0]);
    expect(button().textContent).toBe('Hold to talk');
  });

  test('a page with a key of its own starts and stops it', () => {
    const { session, result } = renderWithSession(usePushToTalk, undefined);
    act(result.current.start);
    expect([session.media.held, result.current.talking]).toEqual([1, true]);
    act(result.current.stop);
    act(result.current.stop);
    expect([session.media.held, result.current.talking]).toEqual([0, false]);
  });
});
