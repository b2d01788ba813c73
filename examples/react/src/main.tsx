import './page.css';
import { createAvatarSession } from '@avatarwire/core';
import { localMedia } from '@avatarwire/core/media';
import { AvatarSessionProvider } from '@avatarwire/react';
import { simulatedWebRtcAvatar } from '@avatarwire/simulator/webrtc';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';

/** With a service: `transports: { livekit: () => livekit() }, source: broker('/api/avatar')`; nothing else changes. */
function createSession() {
  const avatar = simulatedWebRtcAvatar({ expiresInMs: 15 * 60_000 });
  return createAvatarSession({
    transports: { webrtc: () => avatar.transport() },
    source: avatar.source,
    media: localMedia(),
  });
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

createRoot(root).render(
  <StrictMode>
    <AvatarSessionProvider create={createSession}>
      <App />
    </AvatarSessionProvider>
  </StrictMode>,
);
