import type { AvatarMode, Delivery } from '@avatarwire/core';
import { useAvatarSession, useAvatarState } from '@avatarwire/react';
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { useProblems } from './problems-context';
import { useCan } from './service-facts';

/** What becomes of a text: the avatar answers it, or says it. */
export interface SayMode {
  /** As it was asked for, and as the avatar acknowledged it as soon as that is known. */
  readonly mode: AvatarMode;
  /** False where the avatar can only do the one. */
  readonly switchable: boolean;
  choose(mode: AvatarMode): Promise<void>;
  say(text: string): Promise<Delivery>;
}

const Context = createContext<SayMode | undefined>(undefined);

/**
 * Where the service takes settings, the mode is one of them and the avatar has it. Where it does not, each text says
 * by itself what it is, and the page remembers what was chosen.
 */
export function SayModeProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const session = useAvatarSession();
  const { attempt } = useProblems();
  const { ask, speak, setParams } = useCan();
  const acknowledged = useAvatarState((snapshot) => snapshot.mode);
  const [wanted, setWanted] = useState<AvatarMode>();

  const value = useMemo((): SayMode => {
    const only = ask ? undefined : 'retelling';
    if (!setParams) {
      const mode = only ?? (speak ? (wanted ?? 'dialogue') : 'dialogue');
      return {
        mode,
        switchable: ask && speak,
        choose: async (next) => setWanted(next),
        say: (text) => (mode === 'dialogue' ? session.ask(text) : session.speak(text)),
      };
    }
    return {
      mode: wanted ?? acknowledged ?? 'dialogue',
      switchable: true,
      async choose(next) {
        setWanted(next);
        await attempt(() => session.setParams({ mode: next }));
        setWanted(undefined);
      },
      say: (text) => session.send(text),
    };
  }, [session, attempt, ask, speak, setParams, acknowledged, wanted]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useSayMode(): SayMode {
  const sayMode = useContext(Context);
  if (sayMode === undefined) throw new Error('useSayMode needs a <SayModeProvider> above it');
  return sayMode;
}
