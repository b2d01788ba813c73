/**
 * Runs in the page, by its own script alone: a session over one provider with an avatar that is seen and heard. What a
 * test driver evaluates counts as a touch of the visitor's, so the page says by itself how it stands.
 */

import type { SessionSnapshot } from '@avatarwire/core';
import { localMedia } from '@avatarwire/core/media';
import { loudestOf } from '../media/far-ear';
import { agoraMedia, livekitMedia, type StartMediaStage, trtcMedia, webrtcMedia } from '../media/stage';
import { SAYS, type Visit, type VisitProvider, type VisitView } from './said';

declare global {
  var visit: Visit;
}

const LOOKS_EVERY_MS = 100;

const parameters = new URLSearchParams(location.search);

async function tokenFor(room: string, who: string): Promise<string> {
  const response = await fetch(`/token?${new URLSearchParams({ room, who })}`);
  return response.text();
}

const stages: Readonly<Record<VisitProvider, StartMediaStage>> = {
  agora: agoraMedia,
  livekit: livekitMedia(parameters.get('livekit') ?? '', tokenFor),
  trtc: trtcMedia,
  webrtc: webrtcMedia,
};

const stage = stages[(parameters.get('provider') ?? 'webrtc') as VisitProvider](localMedia());
const { session } = stage;
const video = document.body.appendChild(document.createElement('video'));
video.muted = parameters.get('picture') === 'muted';
const button = document.body.appendChild(document.createElement('button'));
button.textContent = 'Hear the avatar';
// Where a mouse finds it without a look at the page.
button.style.cssText = 'position: fixed; left: 0; top: 0; width: 200px; height: 100px';
button.addEventListener('click', () => void session.resumePlayback());
session.attach(video);

let alone: SessionSnapshot['playback'] | undefined;
let before = 0;

function look(): VisitView {
  const { state, playback } = session.getSnapshot();
  const player = stage.player(video);
  const time = player?.currentTime ?? 0;
  const goesOn = time > before;
  before = time;
  return {
    state,
    playback,
    ...(alone && { alone }),
    touched: navigator.userActivation.hasBeenActive,
    plays: player !== undefined && !player.paused && !player.muted && player.volume > 0 && goesOn,
  };
}

setInterval(() => console.log(SAYS + JSON.stringify(look())), LOOKS_EVERY_MS);

globalThis.visit = {
  enableMicrophone: () =>
    session.microphone.enable().then(
      () => undefined,
      ({ code }: { readonly code: string }) => code,
    ),
  microphone() {
    const { status, problem } = session.getSnapshot().microphone;
    return {
      status,
      ...(problem && { reason: problem.reason, message: problem.error.message, remedy: problem.remedy }),
    };
  },
  heard: () => loudestOf(stage.received('audio')),
  async voice() {
    stage.avatar?.say('A sentence that is long enough to be heard for a while, and then some more of it.');
    return loudestOf(stage.sound());
  },
};

await session.connect();
if (session.getSnapshot().playback !== 'blocked') await session.once('playback-blocked');
await session.resumePlayback();
alone = session.getSnapshot().playback;
