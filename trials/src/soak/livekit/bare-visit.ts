/** A visit with the SDK alone: what an application would write without us, for what the SDK itself leaves behind. */

import { Room } from 'livekit-client';
import { QUESTION, type VisitPlan } from './visit-plan';

interface Frame {
  readonly type: string;
  readonly fin?: boolean;
  readonly pld: { readonly text?: string };
}

export async function visitBare({ url, token, avatarId, microphone }: VisitPlan): Promise<void> {
  const room = new Room({
    adaptiveStream: false,
    disconnectOnPageLeave: false,
    stopLocalTrackOnUnpublish: false,
  });
  const video = document.body.appendChild(document.createElement('video'));
  const stream = new MediaStream();
  video.muted = true;
  video.srcObject = stream;
  room.on('trackSubscribed', ({ mediaStreamTrack }) => stream.addTrack(mediaStreamTrack));
  try {
    await room.connect(url, token, { rtcConfig: { iceServers: [] } });
    await here(room, avatarId);
    const answer = answerIn(room);
    const send = (frame: object) =>
      room.localParticipant.publishData(new TextEncoder().encode(JSON.stringify(frame)), {
        reliable: true,
        destinationIdentities: [avatarId],
      });
    // The avatar may hear the first packets before it knows who sent them: an id has to be unique among all visitors.
    const mid = crypto.randomUUID();
    await send({ v: 2, type: 'command', mid: `${mid}-mode`, pld: { cmd: 'set-params', data: { mode: 2 } } });
    await send({ v: 2, type: 'chat', mid, idx: 0, fin: true, pld: { text: QUESTION } });
    if (microphone) await useMicrophone(room);
    const text = await answer;
    if (!text.includes(QUESTION)) throw new Error(`The avatar answered: ${text}`);
  } finally {
    await room.disconnect(false);
    room.removeAllListeners();
    video.srcObject = null;
    video.remove();
  }
}

/** A participant that is still joining receives nothing. */
function here(room: Room, identity: string): Promise<void> {
  if (room.remoteParticipants.get(identity)?.isActive) return Promise.resolve();
  return new Promise((resolve) => {
    room.on('participantActive', (participant) => {
      if (participant.identity === identity) resolve();
    });
  });
}

function answerIn(room: Room): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    room.on('dataReceived', (data) => {
      const { type, fin, pld }: Frame = JSON.parse(new TextDecoder().decode(data));
      if (type !== 'chat') return;
      text += pld.text ?? '';
      if (fin) resolve(text);
    });
  });
}

async function useMicrophone({ localParticipant }: Room): Promise<void> {
  const [track] = (await navigator.mediaDevices.getUserMedia({ audio: true })).getAudioTracks();
  if (track === undefined) throw new Error('There is no microphone.');
  await localParticipant.publishTrack(track);
  await localParticipant.unpublishTrack(track, false);
  track.stop();
}
