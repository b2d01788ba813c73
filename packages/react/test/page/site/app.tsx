import {
  AvatarSessionProvider,
  AvatarVideo,
  CameraPreview,
  useAvatarEvent,
  useAvatarState,
  useMicrophone,
  useMicrophoneLevel,
  useSessionClock,
  useStatistics,
  useTranscript,
} from '@avatarwire/react';
import { useEffect, useRef, useState } from 'react';
import { create, note } from './session';

const title = 'as it was written';

export function Talk() {
  const state = useAvatarState((snapshot) => snapshot.state);
  const microphone = useMicrophone({ watch: true });
  const { enable } = microphone;
  const { timeLeftMs } = useSessionClock();
  const statistics = useStatistics();
  const messages = useTranscript({ limit: 5 });
  const meter = useRef<HTMLMeterElement>(null);
  const [clicks, setClicks] = useState(0);
  const [ends, setEnds] = useState(0);
  useAvatarEvent('closed', () => setEnds((before) => before + 1));
  useMicrophoneLevel((level) => {
    if (meter.current) meter.current.value = level;
  });
  useEffect(() => void enable(), [enable]);
  return (
    <section>
      <h1>{title}</h1>
      <h2>{note}</h2>
      <output>{state}</output>
      <AvatarVideo muted />
      <CameraPreview />
      <meter ref={meter} />
      <p>
        {ends} ends, {messages.length} messages, {timeLeftMs} ms, {statistics?.roundTripMs} ms
      </p>
      <button type="button" id="microphone" onClick={microphone.toggle}>
        {microphone.state.status}
      </button>
      <button type="button" id="count" onClick={() => setClicks(clicks + 1)}>
        {clicks}
      </button>
    </section>
  );
}

/** Another provider for each `id`, with a `create` of its own. */
export function App({ id }: { readonly id: string }) {
  return (
    <AvatarSessionProvider key={id} create={() => create()} autoConnect>
      <Talk />
    </AvatarSessionProvider>
  );
}
