import { useAvatarSession, useAvatarState } from '@avatarwire/react';
import { type FormEvent, type ReactNode, useState } from 'react';

export function Composer(): ReactNode {
  const session = useAvatarSession();
  const can = useAvatarState((snapshot) => snapshot.can);
  const [text, setText] = useState('');

  function ask(event: FormEvent): void {
    event.preventDefault();
    // What becomes of it stands in the transcript.
    session.ask(text).catch(() => {});
    setText('');
  }

  return (
    <form onSubmit={ask}>
      <input
        aria-label="Message"
        placeholder="Ask something"
        required
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <button type="submit" disabled={!can.ask}>
        Ask
      </button>
      <button
        type="button"
        disabled={!can.interrupt}
        onClick={() => void session.interrupt().catch(() => {})}
      >
        Interrupt
      </button>
    </form>
  );
}
