import { createAvatarSession } from '@avatarwire/core';
import { localMedia } from '@avatarwire/core/media';
import { simulatedWebRtcAvatar } from '@avatarwire/simulator/webrtc';

// Over plain WebRTC in this page, with a picture, a voice and a microphone. The other networks are there, and nobody
// downloads them.
async function talk() {
  const simulator = simulatedWebRtcAvatar({
    avatar: { reply: (text) => `You asked ${text.length} letters.` },
  });
  const session = createAvatarSession({
    transports: {
      agora: () => import('@avatarwire/agora').then(({ agora }) => agora()),
      livekit: () => import('@avatarwire/livekit').then(({ livekit }) => livekit()),
      webrtc: simulator.transport,
    },
    source: simulator.source,
    prefer: ['webrtc'],
    media: localMedia(),
  });
  const video = document.querySelector('video');
  session.attach(video);
  await session.connect();
  await session.microphone.enable();
  if (video.videoWidth === 0) await new Promise((resolve) => video.addEventListener('resize', resolve));
  const received = session.once('message-received');
  await session.ask('Why? '.repeat(400));
  const { message } = await received;
  const letters = simulator.avatar.heard.messages[0]?.text.length;
  await session.close();
  const { open } = simulator.service;
  await simulator.close();
  return { letters, answer: message.text, state: session.getSnapshot().state, open };
}

talk()
  .catch((error) => ({ error: String(error) }))
  .then((outcome) => {
    document.querySelector('#outcome').textContent = JSON.stringify(outcome);
  });
