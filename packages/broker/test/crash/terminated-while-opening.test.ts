import { expect, test } from 'vitest';
import { startCli } from '../cli/process';
import {
  crashStage,
  eventually,
  lengthsIn,
  lengthsOf,
  liveInFile,
  openAll,
  terminated,
} from './support/stage';

test('SIGTERM with 10 creates in flight that are too slow for the grace: the pages are cut off, what the services open after that is closed, and the exit code is 0 (command, real SQLite file, mock services over HTTP)', async () => {
  const stage = await crashStage();
  const { mock, page, standing } = stage;
  const cli = await startCli({
    ...stage.environment,
    AVATARWIRE_OPEN_MS: '20000',
    AVATARWIRE_INTENT_MS: '30000',
    AVATARWIRE_GRACE_MS: '200',
  });
  const before = [page(cli.url, 'akool'), page(cli.url, 'a2e')];
  await openAll(before);
  const held = [mock.akool, mock.a2e].flatMap((service) => [
    service.fail('unanswered', { on: 'session.create', times: 3 }),
    service.fail('slow', { on: 'session.create', times: 2 }),
  ]);
  const cutOff = Array.from({ length: 10 }, (_, index) =>
    page(cli.url, index % 2 === 0 ? 'akool' : 'a2e')
      .open()
      .catch(() => 'cut off'),
  );
  await eventually(() => expect(held.reduce((sum, { waiting }) => sum + waiting, 0)).toBe(10));

  const ended = terminated(cli);
  expect(await Promise.all(cutOff)).toEqual(Array(10).fill('cut off'));
  for (const failure of held) failure.release();
  await ended;
  expect(cli.lines().at(-1)).toMatchObject({ open: 2 });
  expect(mock.akool.opened + mock.a2e.opened).toBe(12);
  expect(standing()).toEqual(lengthsOf(before));
  expect(lengthsIn(await liveInFile(stage))).toEqual(lengthsOf(before));
});

test('SIGTERM with 10 creates in flight that finish in time: each page has its answer, and the next start goes on with them (command, real SQLite file, mock services over HTTP)', async () => {
  const stage = await crashStage();
  const { mock, page, standing } = stage;
  const first = await startCli(stage.environment);
  const held = [mock.akool, mock.a2e].map((service) =>
    service.fail('unanswered', { on: 'session.create', times: 5 }),
  );
  const pages = Array.from({ length: 10 }, (_, index) => page(first.url, index % 2 === 0 ? 'akool' : 'a2e'));
  const answers = pages.map((each) => each.open());
  await eventually(() => expect(held.reduce((sum, { waiting }) => sum + waiting, 0)).toBe(10));

  first.child.kill('SIGTERM');
  await eventually(() => expect(first.said.out).toContain('Ending.'));
  for (const failure of held) failure.release();
  expect(await Promise.all(answers)).toEqual(pages.map(() => 201));
  expect(await first.ended).toMatchObject({ code: 0, err: '' });
  expect(standing()).toEqual(lengthsOf(pages));

  const second = await startCli(stage.environment);
  for (const each of pages) {
    each.url = second.url;
    expect((await each.sign()).status).toBe(204);
    expect(await each.close()).toBe(204);
  }
  await terminated(second);
  expect(standing()).toEqual([]);
  expect(await liveInFile(stage)).toEqual([]);
});
