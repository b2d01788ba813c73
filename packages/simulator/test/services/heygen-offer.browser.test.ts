import { expect, test } from 'vitest';
import { seededRandom } from '../../src';
import { madeUpOffer } from '../../src/services/made-up-offer';

test('real Chromium answers the made-up offer with voice, picture and a data channel', async () => {
  const connection = new RTCPeerConnection();
  try {
    await connection.setRemoteDescription({ type: 'offer', sdp: madeUpOffer(seededRandom(1)) });
    const answer = await connection.createAnswer();
    await connection.setLocalDescription(answer);
    expect(answer.sdp?.match(/^m=\w+ (?!0 )/gm)).toHaveLength(3);
    expect(connection.getReceivers().map(({ track }) => track.kind)).toEqual(['audio', 'video']);
  } finally {
    connection.close();
  }
});
