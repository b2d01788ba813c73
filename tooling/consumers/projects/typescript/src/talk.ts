import { type AvatarSession, createAvatarSession, isAvatarError, type Message } from '@avatarwire/core';
import { type Simulation, simulate } from '@avatarwire/simulator';

const sim: Simulation = simulate({ policy: 'agora', reply: (text) => `You asked ${text.length} letters.` });
const session: AvatarSession = createAvatarSession(sim.options);
await sim.run(session.connect());
const received = session.once('message-received');
await sim.run(session.ask('Why? '.repeat(400)));
const { message }: { readonly message: Message } = await sim.run(received);
await sim.run(session.close());

const refused: unknown = await session.ask('Too late?').catch((error: unknown) => error);
if (!isAvatarError(refused) || refused.code !== 'not-connected') throw refused;

// @ts-expect-error: what was imported is not `any`
const notText: number = message.text;

console.log(
  JSON.stringify({
    letters: sim.avatar.heard.messages[0]?.text.length,
    answer: notText,
    state: session.getSnapshot().state,
    open: sim.service.open,
  }),
);
