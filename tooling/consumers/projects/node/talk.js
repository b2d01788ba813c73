import { createAvatarSession, systemClock } from '@avatarwire/core';
import { simulate } from '@avatarwire/simulator';

// On the machine's own clock: a timer that nobody stopped keeps this process alive, and that is found.
const sim = simulate({
  clock: systemClock,
  policy: 'agora',
  reply: (text) => `You asked ${text.length} letters.`,
});
const session = createAvatarSession(sim.options);
await session.connect();
const received = session.once('message-received');
await session.ask('Why? '.repeat(400));
const { message } = await received;
await session.close();

console.log(
  JSON.stringify({
    letters: sim.avatar.heard.messages[0]?.text.length,
    answer: message.text,
    state: session.getSnapshot().state,
    open: sim.service.open,
  }),
);
