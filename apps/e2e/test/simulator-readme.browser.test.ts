import { expect, onTestFinished, test } from 'vitest';
import { rehearse } from './simulator-readme-example';

test("the example of the simulator's README is asked and answers, over a double of Agora's SDK in Chromium", async () => {
  const { session, simulator, cloud } = rehearse();
  onTestFinished(simulator.close);
  onTestFinished(session.close);
  await session.connect();
  const answered = session.once('message-received', { where: ({ message }) => message.author === 'avatar' });
  await session.ask('Anybody there?');
  expect((await answered).message.text).toBe('You asked: Anybody there?');
  await session.close();
  expect(simulator.service.open).toBe(0);
  expect(cloud.network.violations).toEqual([]);
});
