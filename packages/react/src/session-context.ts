import { AvatarError } from '@avatarwire/core';
import { createContext, useContext } from 'react';
import type { SessionHolder } from './session-holder';

export const SessionContext = createContext<SessionHolder | undefined>(undefined);

export function useSessionHolder(caller: string): SessionHolder {
  const holder = useContext(SessionContext);
  if (holder === undefined) {
    throw new AvatarError('invalid-argument', `${caller} needs an <AvatarSessionProvider> above it.`);
  }
  return holder;
}
