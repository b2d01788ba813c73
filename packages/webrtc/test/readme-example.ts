import { createAvatarSession } from '@avatarwire/core';
import { type Signalling, webrtc } from '@avatarwire/webrtc';

/** Signals over one WebSocket; the far end sends the same JSON. */
function overWebSocket(url: string): Signalling {
  const socket = new WebSocket(url);
  const say = (message: object) => socket.send(JSON.stringify(message));
  return {
    role: 'offerer',
    open: (remote) =>
      new Promise((resolve, reject) => {
        socket.onopen = () => resolve();
        socket.onerror = () => reject(new Error('The signalling server does not answer.'));
        socket.onclose = () => remote.failed(new Error('The signalling server has gone.'));
        socket.onmessage = ({ data }) => {
          const { description, candidate, bye } = JSON.parse(data);
          if (bye) remote.ended();
          else if (description) remote.description(description);
          else remote.candidate(candidate);
        };
      }),
    sendDescription: (description) => say({ description }),
    sendCandidate: (candidate) => say({ candidate }),
    close() {
      if (socket.readyState === WebSocket.OPEN) say({ bye: true });
      socket.close();
    },
  };
}

export async function talk(video: HTMLVideoElement): Promise<void> {
  const session = createAvatarSession({
    transports: { webrtc: () => webrtc({ signalling: overWebSocket('wss://example.org/signal') }) },
    source: { provider: 'webrtc', credentials: { iceServers: [{ urls: 'stun:stun.example.org' }] } },
  });
  session.attach(video);
  await session.connect();
  await session.ask('What can you do?');
}
