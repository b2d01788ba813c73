import { useAvatarSession, useAvatarState, useSessionClock } from '@avatarwire/react';
import type { ReactNode } from 'react';
import { DeviceNotices } from '../devices/device-notices';
import { HearingNotice } from '../devices/hearing-notice';
import { usePhase } from '../session/connection';
import { Button } from '../ui/button';
import { clock } from '../ui/format';
import { Notice } from './notice';
import { SoundButton, useRefused } from './sound-button';

/**
 * Over the foot of the picture, so that nothing moves when one comes or goes. The most urgent is the first; on a phone,
 * where two would hide the picture, it is the only one that is seen.
 */
export function Notices({ simulated }: { readonly simulated: boolean }): ReactNode {
  const phase = usePhase();
  const refused = useRefused();
  const ending = useAvatarState((snapshot) => snapshot.ending?.reason);
  const joined = phase === 'live' || phase === 'waiting' || phase === 'reconnecting';
  return (
    <div className="pointer-events-auto empty:hidden max-md:*:not-first:hidden">
      {joined && ending === 'idle' && <IdleNotice />}
      <DeviceNotices />
      {phase === 'reconnecting' && (
        <Notice tone="warn" title="Reconnecting">
          What you write is kept and sent afterwards.
        </Notice>
      )}
      {joined && ending === 'expired' && <ExpiryNotice />}
      {refused === 'sound' && (
        <Notice tone="calm" title="The sound is off" action={<SoundButton />}>
          The browser waits for a click before it lets a page speak.
        </Notice>
      )}
      {simulated && joined && <HearingNotice />}
    </div>
  );
}

function IdleNotice(): ReactNode {
  const session = useAvatarSession();
  const { idleLeftMs = 0 } = useSessionClock();
  return (
    <Notice
      tone="warn"
      title="Still there?"
      timer={clock(idleLeftMs)}
      action={
        <Button look="solid" size="small" onClick={() => session.keepOpen()}>
          I am here
        </Button>
      }
    >
      Nobody has said a word for a while, and a session costs money.
    </Notice>
  );
}

function ExpiryNotice(): ReactNode {
  const { timeLeftMs = 0 } = useSessionClock();
  return (
    <Notice tone="warn" title="This session ends soon" timer={clock(timeLeftMs)}>
      Sessions have an end, so that a forgotten one costs nothing. Connect again to go on.
    </Notice>
  );
}
