import { expect, onTestFinished, test } from 'vitest';
import { agoraService, stageAt } from './cloud-stage';

test('expiry', { repeats: 30, timeout: 12_000 }, async () => {
  const steps: string[] = [];
  const t0 = performance.now();
  const step = (name: string) => steps.push(`${name}@${Math.round(performance.now() - t0)}`);
  const service = agoraService({ tokenExpiresInMs: 31_000 });
  const { session, avatar, close } = await stageAt(service);
  onTestFinished(close);
  onTestFinished(({ task }) => { if (task.result?.state !== 'pass') console.log('STEPS', steps.join(' '), session.getSnapshot().state); });
  session.on('state-changed', ({ state }) => step(state));
  const expiring = session.once('expiring');
  expiring.then(() => step('expiring'));
  await session.connect();
  step('connected');
  await expiring;
  await session.speak('There is time.');
  step('spoken');
  await expect.poll(async () => (await avatar.report()).messages).toEqual(['There is time.']);
});
