// The example of the README's part on mock services, run by readme.test.ts.
import assert from 'node:assert/strict';
// begin
import { createVirtualClock } from '@avatarwire/simulator';
import { startMockServices } from '@avatarwire/simulator/services';

export async function aBusyAvatarCostsNothing(): Promise<void> {
  const clock = createVirtualClock();
  const mock = await startMockServices({ clock });
  const create = () =>
    fetch(`${mock.urls.akool}/api/open/v4/liveAvatar/session/create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': mock.keys.akool.apiKey },
      body: JSON.stringify({ avatar_id: 'dvp_Tristan_cloth2_1080P', duration: 600 }),
    });

  mock.akool.fail({ name: 'code', code: 1215 }, { on: 'session.create' });
  assert.equal((await (await create()).json()).code, 1215);
  assert.equal(mock.akool.costSeconds, 0);

  await create();
  await clock.advance(30_000); // nobody closes it
  assert.deepEqual([mock.akool.open, mock.akool.costSeconds], [1, 600]);
  await mock.close();
}
// end
