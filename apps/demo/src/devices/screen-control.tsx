import { useScreen } from '@avatarwire/react';
import { ScreenShare, ScreenShareOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from '../ui/icon-button';

const possible = typeof navigator.mediaDevices?.getDisplayMedia === 'function';

/** The browser itself asks what is to be shared. Phones share nothing. */
export function ScreenControl(): ReactNode {
  const { state, toggle } = useScreen();
  if (!possible) return null;
  const on = state.status !== 'off';
  return (
    <IconButton label="Share screen" pressed={on} onClick={toggle}>
      {on ? <ScreenShareOff aria-hidden /> : <ScreenShare aria-hidden />}
    </IconButton>
  );
}
