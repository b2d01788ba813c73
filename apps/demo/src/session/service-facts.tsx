import type { SessionCapabilities } from '@avatarwire/core';
import { useAvatarState } from '@avatarwire/react';
import { createContext, type ReactNode, useContext } from 'react';
import type { DemoService } from '../choice/choice';
import { type CompanyFacts, factsOf } from '../choice/companies';

const Context = createContext<CompanyFacts>(factsOf('none'));

export function ServiceFactsProvider({
  service,
  children,
}: {
  readonly service: DemoService;
  readonly children: ReactNode;
}): ReactNode {
  return <Context.Provider value={factsOf(service)}>{children}</Context.Provider>;
}

/** Whose avatar one talks with, or will. */
export const useServiceFacts = (): CompanyFacts => useContext(Context);

/** What can be asked of the avatar: as the session says while there is one, before and after as the service is known. */
export function useCan(): SessionCapabilities {
  const { can: known } = useServiceFacts();
  return useAvatarState(({ state, can }) =>
    state === 'waiting' || state === 'live' || state === 'reconnecting' ? can : known,
  );
}
