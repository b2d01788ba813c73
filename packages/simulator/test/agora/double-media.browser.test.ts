import { expect, it, onTestFinished } from 'vitest';
import { userEvent } from 'vitest/browser';
import { createAgoraCloud } from '../../src/agora/index';
import { countFrames, listenTo } from '../media-probes';

/** A picture that changes all the time. */
function moving(): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  canvas.width = 64;
  canvas.height = 48;
  const context = canvas.getContext('2d');
  let hue = 0;
  const timer = setInterval(() => {
    hue += 40;
    if (context === null) return;
    context.fillStyle = `hsl(${hue} 90% 50%)`;
    context.fillRect(0, 0, 64, 48);
  }, 30);
  onTestFinished(() => clearInterval(timer));
  const [track] = canvas.captureStream().getVideoTracks();
  if (track === undefined) throw new Error('a canvas makes a track');
  return track;
}

async function tone(): Promise<MediaStreamTrack> {
  // Without a click there is no sound.
  await userEvent.click(document.body);
  const context = new AudioContext();
  await context.resume();
  onTestFinished(() => context.close());
  const oscillator = new OscillatorNode(context, { frequency: 440 });
  const out = context.createMediaStreamDestination();
  oscillator.connect(out);
  oscillator.start();
  const [track] = out.stream.getAudioTracks();
  if (track === undefined) throw new Error('a destination makes a track');
  return track;
}

it('what is published in Chromium is seen and heard by who subscribes, until it is unpublished (double only, real tracks)', async () => {
  const cloud = createAgoraCloud({ conditions: { latencyMs: 1 } });
  const { default: sdk } = await cloud.sdk();
  const [sender, receiver] = [1, 2].map((uid) => {
    const client = sdk.createClient({ mode: 'rtc', codec: 'vp8' });
    const { appId, channel, token } = cloud.credentials('room', uid);
    return { client, join: () => client.join(appId, channel, token, uid) };
  });
  if (sender === undefined || receiver === undefined) throw new Error('two were made');
  await sender.join();
  await receiver.join();
  const picture = sdk.createCustomVideoTrack({ mediaStreamTrack: moving() });
  const voice = sdk.createCustomAudioTrack({ mediaStreamTrack: await tone() });
  await sender.client.publish([picture, voice]);
  await expect.poll(() => receiver.client.remoteUsers[0]?.hasAudio).toBe(true);
  const [seen, heard] = [
    (await receiver.client.subscribe(1, 'video')).getMediaStreamTrack(),
    (await receiver.client.subscribe(1, 'audio')).getMediaStreamTrack(),
  ];

  expect(seen).toBeInstanceOf(MediaStreamTrack);
  expect(await countFrames(seen, 5)).toMatchObject({ width: 64, height: 48, different: true });
  const ear = await listenTo(heard);
  expect(await ear.level(200)).toBeGreaterThan(0.1);
  await ear.close();

  await sender.client.unpublish(picture);
  await expect.poll(() => seen.readyState).toBe('ended');
  expect([picture.getMediaStreamTrack().readyState, heard.readyState]).toEqual(['live', 'live']);
  await sender.client.leave();
  await expect.poll(() => heard.readyState).toBe('ended');
  await receiver.client.leave();
  picture.close();
  voice.close();
});
