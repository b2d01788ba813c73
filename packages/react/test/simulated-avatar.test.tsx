// @vitest-environment happy-dom
// A real session over the memory network, with the simulated avatar on a virtual clock. Without tracks: the
// MediaStream of happy-dom holds none.
import { type AvatarSession, createAvatarSession } from '@avatarwire/core';
import { simulate } from '@avatarwire/simulator';
import { act, cleanup, render, screen } from '@testing-library/react';
import { StrictMode } from 'react';
import { afterEach, expect, test } from 'vitest';
import { AvatarSessionProvider, AvatarVideo, useAvatarSession, useAvatarState } from '../src/index';

afterEach(cleanup);

let session: AvatarSession;

function Page() {
  session = useAvatarSession();
  const state = useAvatarState((snapshot) => snapshot.state);
  const said = useAvatarState(({ messages }) => messages.map(({ author, text }) => `${author}: ${text}`));
  return (
    <>
      <AvatarVideo />
      <h1>{state}</h1>
      <ol>
        {said.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
    </>
  );
}

test('a page under StrictMode opens one paid session, shows the talk, and closes it when it is gone', async () => {
  const sim = simulate({
    mode: 'dialogue',
    reply: () => 'Many things.',
    tracks: [],
    behaviour: { namedInDetails: true },
  });
  const { unmount } = render(
    <StrictMode>
      <AvatarSessionProvider create={() => createAvatarSession(sim.options)} autoConnect>
        <Page />
      </AvatarSessionProvider>
    </StrictMode>,
  );
  screen.getByText('idle');
  await act(() => sim.advance(2_000));
  screen.getByText('live');
  expect([sim.service.opened, sim.service.open]).toEqual([1, 1]);

  await act(() => sim.run(session.send('What can you do?')));
  await act(() => sim.advance(5_000));
  screen.getByText('application: What can you do?');
  screen.getByText('avatar: Many things.');

  unmount();
  await sim.advance(5_000);
  expect([sim.service.opened, sim.service.open]).toEqual([1, 0]);
  expect(session.getSnapshot().closed?.reason).toBe('requested');
  sim.close();
});
