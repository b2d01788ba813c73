import { useSessionClock } from '@avatarwire/react';
import type { ReactNode } from 'react';

/** Renders every second, and nothing else with it. */
export function TimeLeft(): ReactNode {
  const { timeLeftMs, ending } = useSessionClock();
  if (timeLeftMs === undefined) return null;
  const seconds = Math.ceil(timeLeftMs / 1_000);
  const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} left`;
  return ending === 'expired' ? <strong>{text}</strong> : <span>{text}</span>;
}
