import { ratePolicies } from '@avatarwire/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { describeCloud } from './cloud-cases';
import { agoraService, type StartCloudStage, stageAt } from './cloud-stage';
import { describeConversation } from './conversation';

const patience = { timeout: 25_000 };
const start: StartCloudStage = (options) => stageAt(agoraService(options), options);

describe("a conversation over a double of Agora's SDK in Chromium, the simulated avatar in the page", () => {
  describeConversation({ start, rate: ratePolicies.agora });
  // By default its SDK reports a conflict of ids as a ban.
  describeCloud(start, 'removed');

  test('a conflict of ids that the SDK calls one ends the session as joined elsewhere, and nobody comes back', async () => {
    const service = agoraService({ behaviour: { sameUid: 'UID_CONFLICT' } });
    const { session, close } = await stageAt(service);
    onTestFinished(close);
    await session.connect();
    const closed = session.once('closed');
    await service.joinAs('visitor');
    expect(await closed).toMatchObject({ reason: 'joined-elsewhere' });
    expect(service.closes).toEqual(['joined-elsewhere']);
    expect(service.cloud.clients).toHaveLength(3);
  });

  test('a token that is about to expire is announced 30 s ahead, and the conversation goes on', async () => {
    const service = agoraService({ tokenExpiresInMs: 31_000 });
    const { session, avatar, close } = await stageAt(service);
    onTestFinished(close);
    const expiring = session.once('expiring');
    await session.connect();
    expect(await expiring).toEqual({ inMs: 30_000 });
    await session.speak('There is time.');
    await expect.poll(async () => (await avatar.report()).messages, patience).toEqual(['There is time.']);
  });
});
