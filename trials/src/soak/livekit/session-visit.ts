/** A visit with a session: it connects, asks, speaks, hears the answer and closes. */

import { type AvatarSession, createAvatarSession } from '@avatarwire/core';
import { localMedia } from '@avatarwire/core/media';
import { livekit } from '@avatarwire/livekit';
import { QUESTION, type VisitPlan, type Visits } from './visit-plan';

let sessions: readonly WeakRef<AvatarSession>[] = [];
const kept: AvatarSession[] = [];
let opened = 0;
let closed = 0;

export async function visitWithSession({ url, token, avatarId, microphone, leak }: VisitPlan): Promise<void> {
  const session = createAvatarSession({
    // The server names a STUN server that nobody runs, and loop-back needs none.
    transports: { livekit: () => livekit({ rtcConfig: { iceServers: [] } }) },
    source: {
      async open() {
        opened += 1;
        return { provider: 'livekit', credentials: { url, token }, avatarId };
      },
      async close() {
        closed += 1;
      },
    },
    media: localMedia(),
  });
  sessions = [...sessions, new WeakRef(session)];
  if (leak) kept.push(session);
  const video = document.body.appendChild(document.createElement('video'));
  video.muted = true;
  const detach = session.attach(video);
  try {
    await session.connect();
    const answer = session.once('message-received', { where: ({ message }) => message.author === 'avatar' });
    await session.ask(QUESTION);
    if (microphone) {
      await session.microphone.enable();
      await session.microphone.disable();
    }
    const { message } = await answer;
    if (!message.text.includes(QUESTION)) throw new Error(`The avatar answered: ${message.text}`);
  } finally {
    await session.close();
    detach();
    video.remove();
  }
}

export function counted(): ReturnType<Visits['count']> {
  sessions = sessions.filter((session) => session.deref() !== undefined);
  return { opened, closed, inMemory: sessions.length };
}
