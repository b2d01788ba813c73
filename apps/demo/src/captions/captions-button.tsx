import { CaptionsIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useShortcut } from '../shortcuts/use-shortcut';
import { IconButton } from '../ui/icon-button';
import { useCaptionSwitch } from './caption-switch';

export function CaptionsButton(): ReactNode {
  const [on, set] = useCaptionSwitch();
  const toggle = () => set(!on);
  useShortcut('c', toggle);
  return (
    <IconButton
      label="Captions"
      title="Captions (C)"
      aria-keyshortcuts="c"
      pressed={on}
      onClick={toggle}
      size="small"
    >
      <CaptionsIcon aria-hidden />
    </IconButton>
  );
}
