/** What a load test needs of the mock: nothing grows with the sessions that have ended. */

import { describe, expect, test } from 'vitest';
import { createVirtualClock, seededRandom } from '../../src';
import { Ring } from '../../src/services/ring';
import { createSessions } from '../../src/services/sessions';
import { send, start, textAt } from './stage';

describe('many sessions', () => {
  test('of those that have ended the last 1,000 are kept; open ones stay, and the sums count all', async () => {
    const clock = createVirtualClock();
    const forgotten: string[] = [];
    const sessions = createSessions({
      service: 'akool',
      clock,
      random: seededRandom(1),
      rooms: ({ id }) => ({ credentials: { room: id } as never, close() {} }),
      charge: 'up-front',
      onRoomFault: () => {},
      onForgotten: (id) => forgotten.push(id),
    });
    const open = async (id: string) => {
      const wanted = { id, provider: 'agora', avatarId: 'a', durationSeconds: 60, request: {} } as const;
      return (await sessions.open(wanted)).session;
    };
    await open('first');
    for (let each = 0; each < 5_000; each += 1) {
      const session = await open(`session-${each}`);
      if (each % 10 === 0) await clock.advance(1);
      sessions.close(session);
    }

    expect(sessions.view).toMatchObject({ open: 1, opened: 5_001, closed: 5_000 });
    expect(sessions.view.sessions).toHaveLength(1_001);
    expect(sessions.find('first')?.ended).toBeUndefined();
    expect(sessions.find('session-3999')).toBeUndefined();
    expect(sessions.find('session-4000')?.ended).toBe('closed');
    expect(forgotten).toHaveLength(4_000);
    // 60 s for the one that is open, 1 ms for each tenth of the others.
    expect(sessions.view.costSeconds).toBeCloseTo(60.5);
    expect(clock.scheduled).toBe(1);
  });

  test('LiveAvatar forgets a token with its session, and never that of one that is open', async () => {
    const { mock } = await start({ liveavatar: { maxOpenSessions: 5 } });
    const base = `${mock.urls.liveavatar}/v1/sessions`;
    const open = async () => {
      const headers = { 'x-api-key': mock.keys.liveavatar };
      const { body } = await send(`${base}/token`, { mode: 'FULL', avatar_id: 'a' }, { headers });
      const token = textAt(body, 'data.session_token');
      const call = (path: string) =>
        send(`${base}${path}`, {}, { headers: { authorization: `Bearer ${token}` } });
      await call('/start');
      return call;
    };
    const long = await open();
    const early = await open();
    expect([(await early('/stop')).status, (await early('/stop')).status]).toEqual([200, 404]);
    for (let each = 0; each < 1_000; each += 1) await (await open())('/stop');

    expect((await early('/stop')).status).toBe(401);
    expect((await long('/keep-alive')).status).toBe(200);
    expect((await long('/stop')).status).toBe(200);
    expect(mock.liveavatar).toMatchObject({ open: 0, opened: 1_002, closed: 1_002 });
  });

  test('a ring keeps the last ones, and says which fell out', () => {
    const ring = new Ring<number>(3);
    expect([1, 2, 3, 4, 5, 6, 7].map((each) => ring.add(each))).toEqual([
      undefined,
      undefined,
      undefined,
      1,
      2,
      3,
      4,
    ]);
  });
});
