import { AvatarVideo, useAvatarSession, useAvatarState } from '@avatarwire/react';
import type { ReactNode } from 'react';
import { Composer } from './composer';
import { Microphone } from './microphone';
import { TimeLeft } from './time-left';
import { Transcript } from './transcript';

export function App(): ReactNode {
  const session = useAvatarSession();
  const state = useAvatarState((snapshot) => snapshot.state);
  const blocked = useAvatarState((snapshot) => snapshot.playback === 'blocked');
  // What connecting failed with stands in the snapshot.
  const failure = useAvatarState((snapshot) => snapshot.closed?.error?.message);
  const over = state === 'idle' || state === 'closed';

  return (
    <main>
      <h1>An avatar in React</h1>
      <p role="status">
        {state} <TimeLeft />
      </p>
      <AvatarVideo autoPlay aria-label="The avatar" />
      <p>
        {over ? (
          <button type="button" onClick={() => void session.connect().catch(() => {})}>
            Connect
          </button>
        ) : (
          <button type="button" onClick={() => void session.close()}>
            End
          </button>
        )}
        {blocked && (
          <button type="button" onClick={() => void session.resumePlayback()}>
            Turn the sound on
          </button>
        )}
      </p>
      <Microphone />
      <Composer />
      <Transcript />
      <p role="alert">{failure}</p>
    </main>
  );
}
