import { expect, test } from 'vitest';

test('the real Chromium grants fake devices without asking', async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  const kinds = stream.getTracks().map((track) => track.kind);
  for (const track of stream.getTracks()) track.stop();

  expect(kinds.sort()).toEqual(['audio', 'video']);
});

test('two peer connections in one page of the real Chromium reach each other', async () => {
  const near = new RTCPeerConnection();
  const far = new RTCPeerConnection();
  near.onicecandidate = ({ candidate }) => void far.addIceCandidate(candidate ?? undefined);
  far.onicecandidate = ({ candidate }) => void near.addIceCandidate(candidate ?? undefined);
  const received = new Promise<unknown>((resolve) => {
    far.ondatachannel = ({ channel }) => {
      channel.onmessage = ({ data }) => resolve(data);
    };
  });

  const channel = near.createDataChannel('test');
  channel.onopen = () => channel.send('hello');
  await near.setLocalDescription();
  await far.setRemoteDescription(near.localDescription as RTCSessionDescription);
  await far.setLocalDescription();
  await near.setRemoteDescription(far.localDescription as RTCSessionDescription);

  await expect(received).resolves.toBe('hello');
  near.close();
  far.close();
});
