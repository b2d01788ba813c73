import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTrtcCloud, type TrtcClientDouble, type TrtcEvents } from '../../src/trtc/index';

let microphone: MediaStreamTrack;
let camera: MediaStreamTrack;
const clients: TrtcClientDouble[] = [];

beforeEach(async () => {
  const granted = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  const [sound, picture] = [granted.getAudioTracks()[0], granted.getVideoTracks()[0]];
  if (!sound || !picture) throw new Error('Chromium was started without its fake devices');
  [microphone, camera] = [sound, picture];
});

afterEach(async () => {
  vi.restoreAllMocks();
  for (const client of clients.splice(0)) {
    await client.exitRoom();
    client.destroy();
  }
  microphone.stop();
  camera.stop();
});

/** Two users in a room, of whom one shows and the other watches. */
async function couple() {
  const cloud = createTrtcCloud({ conditions: { latencyMs: 2 } });
  const sdk = await cloud.sdk();
  async function entered(id: string): Promise<TrtcClientDouble> {
    const client = sdk.create();
    clients.push(client);
    const { sdkAppId, userId, userSig } = cloud.credentials('room', id);
    await client.enterRoom({ sdkAppId, userId, userSig, strRoomId: 'room' });
    return client;
  }
  return { cloud, ann: await entered('ann'), bob: await entered('bob') };
}

function next<E extends keyof TrtcEvents>(client: TrtcClientDouble, event: E): Promise<TrtcEvents[E]> {
  return new Promise((resolve) => client.on(event, resolve));
}

async function sounding(client: TrtcClientDouble) {
  await expect.poll(() => client.sounding.length).toBe(1);
  const [one] = client.sounding;
  if (!one?.element) throw new Error('nobody sounds');
  return { ...one, element: one.element };
}

const refuse = () =>
  vi
    .spyOn(HTMLMediaElement.prototype, 'play')
    .mockImplementation(() => Promise.reject(new DOMException('no click yet', 'NotAllowedError')));

describe('playback of the TRTC double, with real tracks in Chromium (double only)', () => {
  test('remote audio sounds in an element outside the page, at the volume that was set', async () => {
    const { ann, bob } = await couple();
    bob.setRemoteAudioVolume('ann', 30);
    const received = next(bob, 'track');
    await ann.startLocalAudio({ option: { audioTrack: microphone } });
    const { track } = await received;
    expect(track).toBeInstanceOf(MediaStreamTrack);
    expect(track).not.toBe(microphone);
    const { element } = await sounding(bob);
    expect(element.isConnected).toBe(false);
    expect(element.paused).toBe(false);
    expect(element.volume).toBeCloseTo(0.3);
    expect(element.srcObject).toBeInstanceOf(MediaStream);
    bob.setRemoteAudioVolume('*', 150);
    expect(element.volume).toBe(1);
  });

  test.each([
    ['muteRemoteAudio', ({ bob }) => bob.muteRemoteAudio('ann', true)],
    ['the microphone is stopped', ({ ann }) => ann.stopLocalAudio()],
    ['we leave', ({ bob }) => bob.exitRoom()],
    ['they leave', ({ ann }) => ann.exitRoom()],
  ] satisfies [string, (both: Awaited<ReturnType<typeof couple>>) => Promise<void>][])(
    'it falls silent when %s',
    async (_when, end) => {
      const both = await couple();
      await both.ann.startLocalAudio({ option: { audioTrack: microphone } });
      const { element, track } = await sounding(both.bob);
      await end(both);
      await expect.poll(() => both.bob.sounding).toEqual([]);
      expect(element.paused).toBe(true);
      expect(element.srcObject).toBeNull();
      expect(track.readyState).toBe('ended');
      expect(microphone.readyState).toBe('live');
    },
  );

  test('a browser that refuses is autoplay-failed, and resume() plays', async () => {
    const { ann, bob } = await couple();
    const refused = refuse();
    const failed = next(bob, 'autoplay-failed');
    await ann.startLocalAudio({ option: { audioTrack: microphone } });
    const { userId, mediaType, resume } = await failed;
    expect({ userId, mediaType }).toEqual({ userId: 'ann', mediaType: 'audio' });
    expect(bob.sounding).toEqual([]);
    refused.mockRestore();
    await resume();
    expect(bob.sounding).toHaveLength(1);
    expect((await sounding(bob)).element.paused).toBe(false);
  });

  test('a resume() that is refused too resolves, and is autoplay-failed again', async () => {
    const { ann, bob } = await couple();
    refuse();
    const failures: TrtcEvents['autoplay-failed'][] = [];
    bob.on('autoplay-failed', (failure) => failures.push(failure));
    await ann.startLocalAudio({ option: { audioTrack: microphone } });
    await expect.poll(() => failures.length).toBe(1);
    await failures[0]?.resume();
    expect(failures).toHaveLength(2);
  });

  test('any click on the page plays what was refused', async () => {
    const { ann, bob } = await couple();
    const refused = refuse();
    const failed = next(bob, 'autoplay-failed');
    await ann.startLocalAudio({ option: { audioTrack: microphone } });
    await failed;
    refused.mockRestore();
    document.body.click();
    expect((await sounding(bob)).userId).toBe('ann');
  });

  test('a real picture arrives as a copy with frames, and ends with the original unharmed', async () => {
    const { ann, bob } = await couple();
    const available = next(bob, 'remote-video-available');
    await ann.startLocalVideo({ option: { videoTrack: camera } });
    await available;
    const received = next(bob, 'track');
    await bob.startRemoteVideo({ userId: 'ann', streamType: 'main' });
    const { track } = await received;
    const video = document.createElement('video');
    video.muted = true;
    video.srcObject = new MediaStream([track]);
    await video.play();
    expect(video.videoWidth).toBeGreaterThan(0);
    await ann.stopLocalVideo();
    await expect.poll(() => track.readyState).toBe('ended');
    expect(camera.readyState).toBe('live');
  });

  test('a placeholder is no track here: 5004', async () => {
    const { PlaceholderTrack } = await import('../../src/index');
    const { ann } = await couple();
    await expect(
      ann.startLocalVideo({ option: { videoTrack: new PlaceholderTrack('video') } }),
    ).rejects.toMatchObject({ extraCode: 5004 });
  });
});
