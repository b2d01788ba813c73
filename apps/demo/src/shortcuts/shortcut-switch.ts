import { storedSwitch, useStored } from '../ui/stored';

/** Keys of one letter can be turned off: who speaks to the computer says letters without meaning them. */
const shortcutSwitch = storedSwitch('shortcuts', 'on');

export function useShortcutSwitch(): readonly [boolean, (on: boolean) => void] {
  const [value, set] = useStored(shortcutSwitch);
  return [value === 'on', (on) => set(on ? 'on' : 'off')];
}
