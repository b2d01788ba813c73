import { createAvatarSession } from '@avatarwire/core';
import { AvatarSessionProvider, AvatarVideo, useAvatarSession, useAvatarState } from '@avatarwire/react';
import { simulatedWebRtcAvatar } from '@avatarwire/simulator/webrtc';

const { transport, source } = simulatedWebRtcAvatar();
const create = () => createAvatarSession({ transports: { webrtc: transport }, source });

export const Page = () => (
  <AvatarSessionProvider create={create} autoConnect>
    <AvatarVideo />
    <AskButton />
  </AvatarSessionProvider>
);

function AskButton() {
  const session = useAvatarSession();
  const live = useAvatarState((snapshot) => snapshot.state === 'live');
  return (
    <button type="button" disabled={!live} onClick={() => void session.ask('What can you do?')}>
      Ask
    </button>
  );
}
