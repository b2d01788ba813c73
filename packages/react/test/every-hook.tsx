import type { AvatarSession } from '@avatarwire/core';
import { renderToString } from 'react-dom/server';
import {
  AvatarSessionProvider,
  AvatarVideo,
  CameraPreview,
  useAvatarEvent,
  useAvatarSession,
  useAvatarState,
  useCamera,
  useMicrophone,
  useMicrophoneLevel,
  usePushToTalk,
  useScreen,
  useSessionClock,
  useSpeaker,
  useStatistics,
  useTranscript,
} from '../src/index';

/** A page with everything in it that this package has. */
export function EveryHook() {
  useAvatarSession();
  useAvatarEvent('closed', () => undefined);
  useMicrophoneLevel(() => undefined);
  const { state, messages } = useAvatarState((snapshot) => ({
    state: snapshot.state,
    messages: snapshot.messages.length,
  }));
  const microphone = useMicrophone({ watch: true });
  const camera = useCamera({ watch: true });
  const screen = useScreen();
  const speaker = useSpeaker({ watch: true });
  const { talking, buttonProps } = usePushToTalk();
  const { timeLeftMs = 'no' } = useSessionClock();
  const { roundTripMs = 'no' } = useStatistics() ?? {};
  const said = useTranscript({ limit: 10 }).map(({ text }) => text);
  return (
    <main>
      <AvatarVideo />
      <CameraPreview />
      <p>
        {state}, {messages} messages, {timeLeftMs} ms left, {roundTripMs} ms there and back
      </p>
      <p>{[microphone.state, camera.state, screen.state].map(({ status }) => status).join()}</p>
      <p>{speaker.state.devices.length} speakers</p>
      <p>{said.join()}</p>
      <button type="button" {...buttonProps}>
        {talking ? 'Talking' : 'Hold to talk'}
      </button>
    </main>
  );
}

export const renderedOnServer = (session: AvatarSession) =>
  renderToString(
    <AvatarSessionProvider create={() => session} autoConnect>
      <EveryHook />
    </AvatarSessionProvider>,
  );
