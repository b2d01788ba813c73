import { storedSwitch, useStored } from '../ui/stored';

const captionSwitch = storedSwitch('captions', 'off');

/** Remembered on this machine. */
export function useCaptionSwitch(): readonly [boolean, (on: boolean) => void] {
  const [value, set] = useStored(captionSwitch);
  return [value === 'on', (on) => set(on ? 'on' : 'off')];
}
