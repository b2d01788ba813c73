'use client';

import { type AvatarSession, createAvatarSession, systemClock } from '@avatarwire/core';
import { AvatarSessionProvider, AvatarVideo, useAvatarSession, useAvatarState } from '@avatarwire/react';
import { type Simulation, simulate } from '@avatarwire/simulator';
import { type ReactNode, useState } from 'react';

interface Stage {
  readonly sim: Simulation;
  readonly session: AvatarSession;
}

/** On the server and in the browser: making a session does nothing yet. */
function makeStage(): Stage {
  const sim = simulate({ clock: systemClock, reply: (text) => `You asked ${text.length} letters.` });
  const session = createAvatarSession({
    ...sim.options,
    transports: {
      ...sim.options.transports,
      livekit: () => import('@avatarwire/livekit').then(({ livekit }) => livekit()),
    },
    prefer: ['memory'],
  });
  return { sim, session };
}

export function Talk(): ReactNode {
  const [{ sim, session }] = useState(makeStage);
  return (
    <AvatarSessionProvider session={session}>
      <Conversation sim={sim} />
    </AvatarSessionProvider>
  );
}

function Conversation({ sim }: { readonly sim: Simulation }): ReactNode {
  const session = useAvatarSession();
  const state = useAvatarState((snapshot) => snapshot.state);
  const answer = useAvatarState(
    ({ messages }) => messages.filter(({ author }) => author === 'avatar').at(-1)?.text,
  );
  const [outcome, setOutcome] = useState('');

  async function talk(): Promise<object> {
    await session.connect();
    const received = session.once('message-received');
    await session.ask('Why? '.repeat(400));
    await received;
    await session.close();
    sim.close();
    return {
      letters: sim.avatar.heard.messages[0]?.text.length,
      state: session.getSnapshot().state,
      open: sim.service.open,
    };
  }

  function start(): void {
    talk()
      .catch((error: unknown) => ({ error: String(error) }))
      .then((told) => setOutcome(JSON.stringify(told)));
  }

  return (
    <>
      <p role="status">{state}</p>
      <AvatarVideo autoPlay aria-label="The avatar" />
      <button type="button" onClick={start}>
        Talk
      </button>
      <pre id="outcome">{outcome && JSON.stringify({ ...JSON.parse(outcome), answer })}</pre>
    </>
  );
}
