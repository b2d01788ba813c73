import { useAvatarSession } from '@avatarwire/react';
import { type ReactNode, useEffect, useState } from 'react';

const LONGEST = 400;

/** Reads finished messages and changes of state to screen readers: not every word as it streams in. */
export function Announcer(): ReactNode {
  const session = useAvatarSession();
  const [spoken, setSpoken] = useState('');

  useEffect(() => {
    const undo = [
      session.on('message-received', ({ message }) => {
        const author = message.author === 'avatar' ? 'Avatar' : 'You, as understood';
        setSpoken(`${author}: ${message.text.slice(0, LONGEST)}`);
      }),
      session.on('state-changed', ({ state }) =>
        setSpoken(state === 'live' ? 'Connected: the avatar is here' : `Session ${state}`),
      ),
    ];
    return () => {
      for (const remove of undo) remove();
    };
  }, [session]);

  return (
    <p aria-live="polite" className="sr-only">
      {spoken}
    </p>
  );
}
