'use client';

import { broker, createAvatarSession, isAvatarError } from '@avatarwire/core';
import { AvatarSessionProvider, AvatarVideo, useAvatarSession, useAvatarState } from '@avatarwire/react';
import { type FormEvent, type ReactNode, useState } from 'react';

/** Called in the browser and on the server: making a session does nothing yet. */
const createSession = () =>
  createAvatarSession({
    transports: { livekit: () => import('@avatarwire/livekit').then(({ livekit }) => livekit()) },
    source: broker('/api/avatar'),
  });

export function Talk(): ReactNode {
  return (
    <AvatarSessionProvider create={createSession}>
      <Conversation />
    </AvatarSessionProvider>
  );
}

function Conversation(): ReactNode {
  const session = useAvatarSession();
  const state = useAvatarState((snapshot) => snapshot.state);
  const answer = useAvatarState(
    ({ messages }) => messages.filter(({ author }) => author === 'avatar').at(-1)?.text ?? '',
  );
  const [problem, setProblem] = useState('');
  const over = state === 'idle' || state === 'closed';

  function attempt(call: Promise<unknown>): void {
    setProblem('');
    call.catch((error: unknown) => {
      setProblem(isAvatarError(error) ? `${error.code}: ${error.message}` : String(error));
    });
  }

  function ask(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = event.currentTarget;
    attempt(session.ask(String(new FormData(form).get('question'))));
    form.reset();
  }

  return (
    <>
      <p role="status">{state}</p>
      <AvatarVideo autoPlay aria-label="The avatar" />
      <p>
        <button type="button" disabled={!over} onClick={() => attempt(session.connect())}>
          Connect
        </button>
        <button type="button" disabled={over} onClick={() => attempt(session.close())}>
          End
        </button>
      </p>
      <form onSubmit={ask}>
        <input name="question" aria-label="Message" placeholder="Ask something" required />
        <button type="submit">Ask</button>
      </form>
      <p data-testid="answer" aria-live="polite">
        {answer}
      </p>
      <p role="alert">{problem}</p>
    </>
  );
}
