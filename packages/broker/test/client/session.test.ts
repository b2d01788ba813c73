import { expect, test, vi } from 'vitest';
import { stage } from './stage';

const all = 'with mock AKOOL and a real broker over HTTP';

test(`connect, ask and close cover the paid session ${all}: its counter stops`, async () => {
  const { session, mock, heard } = await stage();
  await session.connect();
  expect([mock.open, mock.opened]).toEqual([1, 1]);
  expect(session.getSnapshot()).toMatchObject({ state: 'live', provider: 'livekit', service: 'akool' });

  await expect(session.ask('What can you do?')).resolves.toMatchObject({ status: 'sent' });
  await vi.waitFor(() => expect(heard).toEqual(['What can you do?']));

  await session.close();
  expect([mock.open, mock.closed]).toEqual([0, 1]);
  // The mock charges 300 s at once and gives back what was not used.
  expect(mock.costSeconds).toBeLessThan(30);
});

test(`connect works again after close ${all}`, async () => {
  const { session, mock } = await stage();
  await session.connect();
  await session.close();
  await session.connect();
  expect([mock.open, mock.opened]).toEqual([1, 2]);
  await session.close();
  expect(mock.open).toBe(0);
});

test(`a network that cannot be joined is closed before the next is opened ${all}`, async () => {
  const { session, mock } = await stage({ prefer: ['agora', 'livekit'], broken: ['agora'] });
  const openAtFailure: number[] = [];
  session.on('attempt-failed', () => openAtFailure.push(mock.open));
  await session.connect();
  expect(session.getSnapshot().provider).toBe('livekit');
  expect(openAtFailure).toEqual([0]);
  expect([mock.open, mock.opened]).toEqual([1, 2]);
  await session.close();
  expect(mock.open).toBe(0);
});

test(`a connect that fails after the session was opened closes it ${all}`, async () => {
  const { session, mock } = await stage({ broken: ['livekit'] });
  await expect(session.connect()).rejects.toMatchObject({ name: 'AvatarError' });
  expect([mock.open, mock.opened, mock.closed]).toEqual([0, 1, 1]);
});

test(`an abort while the service opens leaves nothing ${all}`, async () => {
  const { session, mock, observed } = await stage();
  const slow = mock.fail({ name: 'slow' }, { on: 'session.create' });
  const controller = new AbortController();
  const connecting = session.connect({ signal: controller.signal });
  connecting.catch(() => {});
  await vi.waitFor(() => expect(slow.waiting).toBe(1));
  controller.abort('enough');
  await expect(connecting).rejects.toBe('enough');
  slow.release();
  await vi.waitFor(() => expect(observed).toContainEqual(expect.objectContaining({ type: 'closed' })));
  expect([mock.open, mock.opened]).toEqual([0, 1]);
});

test(`what the service refuses reaches the caller with its code ${all}`, async () => {
  const { session, mock } = await stage();
  mock.fail({ name: 'code', code: 1_215 }, { on: 'session.create' });
  await expect(session.connect()).rejects.toMatchObject({ service: 'akool', serviceCode: 1_215 });
  expect([mock.open, mock.opened]).toEqual([0, 0]);
});

test(`a page without a login gets nothing opened ${all}`, async () => {
  const { session, mock } = await stage({ source: { headers: () => ({}) } });
  await expect(session.connect()).rejects.toMatchObject({ code: 'service-refused', retryable: false });
  expect(mock.calls).toEqual([]);
});
