import { createAvatarSession, systemClock } from '@avatarwire/core';
import { simulate } from '@avatarwire/simulator';

async function talk() {
  const sim = simulate({
    clock: systemClock,
    policy: 'trtc',
    reply: (text) => `You asked ${text.length} letters.`,
  });
  const session = createAvatarSession({
    ...sim.options,
    transports: {
      ...sim.options.transports,
      // There, and not downloaded.
      livekit: () => import('@avatarwire/livekit').then(({ livekit }) => livekit()),
      trtc: () => import('@avatarwire/trtc').then(({ trtc }) => trtc()),
    },
    prefer: ['memory'],
  });
  await session.connect();
  const received = session.once('message-received');
  await session.ask('Why? '.repeat(400));
  const { message } = await received;
  await session.close();
  sim.close();
  return {
    letters: sim.avatar.heard.messages[0]?.text.length,
    answer: message.text,
    state: session.getSnapshot().state,
    open: sim.service.open,
  };
}

talk()
  .catch((error) => ({ error: String(error) }))
  .then((outcome) => {
    document.querySelector('#outcome').textContent = JSON.stringify(outcome);
  });
