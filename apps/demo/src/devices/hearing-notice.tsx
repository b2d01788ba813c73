import { useAvatarState } from '@avatarwire/react';
import type { ReactNode } from 'react';
import { Notice } from '../stage/notice';
import { storedSwitch, useStored } from '../ui/stored';

const hearingNotice = storedSwitch('hearing-notice', 'on');

/** Who speaks to a simulated avatar shall not wait for an answer. Said until it was read once. */
export function HearingNotice(): ReactNode {
  const [wanted, set] = useStored(hearingNotice);
  const heard = useAvatarState(({ microphone }) => microphone.sending && !microphone.muted);
  if (!heard || wanted === 'off') return null;
  return (
    <Notice tone="calm" title="This avatar recognises no speech" onDismiss={() => set('off')}>
      It is simulated: write to be answered.
    </Notice>
  );
}
