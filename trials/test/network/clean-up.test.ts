import { expect, test } from 'vitest';
import { createCleanUp } from '../../src/network/clean-up';

test('what was made last is undone first, each even if another fails or hangs, and what failed is named', async () => {
  const cleanUp = createCleanUp(20);
  const undone: string[] = [];
  cleanUp.defer('first', () => void undone.push('first'));
  cleanUp.defer('second', async () => {
    throw new Error('busy');
  });
  cleanUp.defer('third', () => new Promise(() => {}));
  cleanUp.defer('fourth', async () => void undone.push('fourth'));
  expect(await cleanUp.run()).toEqual(['third: not done after 20 ms', 'second: busy']);
  expect(undone).toEqual(['fourth', 'first']);
});

test('everything is undone once, however often that is asked for', async () => {
  const cleanUp = createCleanUp();
  let times = 0;
  cleanUp.defer('it', () => times++);
  await Promise.all([cleanUp.run(), cleanUp.run()]);
  await cleanUp.run();
  expect(times).toBe(1);
});

test('what is made while all is undone is undone too', async () => {
  const cleanUp = createCleanUp();
  const undone: string[] = [];
  cleanUp.defer('early', () => {
    cleanUp.defer('late', () => void undone.push('late'));
  });
  await cleanUp.run();
  cleanUp.defer('too late', () => void undone.push('too late'));
  expect(await cleanUp.run()).toEqual([]);
  expect(undone).toEqual(['late', 'too late']);
});
