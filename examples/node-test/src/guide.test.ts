import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAvatarSession } from '@avatarwire/core';
import { simulate } from '@avatarwire/simulator';
import { guide } from './guide';

const stops = ['This vase is Greek.', 'This one is a copy. '.repeat(2_000), 'And this is the way out.'];

void test('the avatar says every stop, in order, and never faster than Agora allows', async () => {
  const sim = simulate({ policy: 'agora' });
  const session = createAvatarSession(sim.options);
  await sim.run(session.connect());

  const tour = guide(session, stops);
  await sim.run(tour.finished);
  await sim.advance(1_000);

  assert.deepEqual(
    sim.avatar.heard.messages.map(({ text }) => text),
    stops,
  );
  assert.deepEqual(sim.network.violations, []);
  await sim.run(session.close());
  assert.equal(sim.service.open, 0);
});

void test('a visitor who has had enough hears no further stop', async () => {
  const sim = simulate({ policy: 'agora' });
  const session = createAvatarSession(sim.options);
  await sim.run(session.connect());

  const tour = guide(session, stops);
  await sim.advance(2_000);
  await sim.run(tour.stop());
  await sim.run(tour.finished);
  await sim.advance(5_000);

  assert.deepEqual(tour.told, stops.slice(0, 1));
  assert.equal(sim.avatar.heard.messages.filter(({ text }) => text === stops[2]).length, 0);
  await sim.run(session.close());
});

void test('a link that may have swallowed words ends the tour with an error that says so', async () => {
  const sim = simulate({ policy: 'agora' });
  const session = createAvatarSession(sim.options);
  await sim.run(session.connect());

  const tour = guide(session, stops);
  const lost = assert.rejects(sim.run(tour.finished), { code: 'delivery-uncertain' });
  await sim.advance(2_000);
  sim.network.cut();
  await sim.advance(2_000);
  sim.network.lossyReconnect();
  await lost;
  await sim.run(session.close());
  assert.equal(sim.service.open, 0);
});
