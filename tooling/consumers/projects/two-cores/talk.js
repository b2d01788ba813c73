// The session is made by one copy of core; the avatar, the network and the adapter stand on others.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import * as core from '@avatarwire/core';
import { livekit } from '@avatarwire/livekit';
import { simulate } from '@avatarwire/simulator';

const { AvatarError, createAvatarSession, isAvatarError, systemClock } = core;

const besideSimulator = createRequire(import.meta.resolve('@avatarwire/simulator/package.json'));
const other = await import(pathToFileURL(besideSimulator.resolve('@avatarwire/core')));
assert.notEqual(other.createAvatarSession, createAvatarSession, 'there are two copies');

const foreign = new other.AvatarError('network', 'Made by the other copy.');
assert.equal(foreign instanceof AvatarError, false, 'its class is another one');
assert.equal(isAvatarError(foreign), true, "each copy recognises the other's errors");
assert.equal(other.isAvatarError(new AvatarError('network', 'Made by this copy.')), true);

// An adapter on a copy of its own refuses what it is given, and this copy understands the refusal.
const signal = AbortSignal.timeout(5_000);
const refused = await livekit()
  .connect({ url: '', token: '' }, { signal, logger: core.silentLogger })
  .catch((error) => error);
assert.equal(refused instanceof AvatarError, false);
assert.equal(isAvatarError(refused) && refused.code, 'invalid-credentials');

const sim = simulate({
  clock: systemClock,
  policy: 'agora',
  reply: (text) => `You asked ${text.length} letters.`,
});
const session = createAvatarSession(sim.options);
sim.service.refuseNext(new other.AvatarError('service-busy', 'Made by the other copy.', { retryAfterMs: 5 }));
const busy = await session.connect().catch((error) => error);
assert.equal(isAvatarError(busy) && busy.code, 'service-busy', 'what ends an attempt keeps its code');

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
