import { ratePolicies } from '@avatarwire/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { describeCloud } from './cloud-cases';
import { type StartCloudStage, stageAt, trtcService } from './cloud-stage';
import { describeConversation } from './conversation';

const start: StartCloudStage = (options) => stageAt(trtcService(options), options);

describe("a conversation over a double of TRTC's SDK in Chromium, the simulated avatar in the page", () => {
  describeConversation({ start, rate: ratePolicies.trtc });
  describeCloud(start);

  test('a voice that the browser refuses to the SDK is announced, and a real click lets it in', async () => {
    const service = trtcService();
    service.cloud.faults.autoplay = 'refused';
    const { session, close } = await stageAt(service);
    onTestFinished(close);
    const blocked = session.once('playback-blocked');
    await session.connect();
    expect(await blocked).toEqual({ kind: 'audio' });
    expect(session.getSnapshot().playback).toBe('blocked');
    const visitor = service.cloud.clients.at(-1);
    expect(visitor?.sounding).toEqual([]);

    const button = document.createElement('button');
    button.textContent = 'Hear the avatar';
    button.addEventListener('click', () => void session.resumePlayback());
    document.body.append(button);
    onTestFinished(() => button.remove());
    await userEvent.click(button);
    await expect.poll(() => session.getSnapshot().playback, { timeout: 25_000 }).toBe('playing');
    expect(visitor?.sounding.map(({ userId }) => userId)).toEqual(['avatar']);
  });
});
