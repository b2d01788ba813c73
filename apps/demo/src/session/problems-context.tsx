import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react';
import { addProblem, type Problem } from './problems';

/** Runs what may fail; a failure is shown to the visitor. Resolves with undefined then. */
export type Attempt = <T>(run: () => Promise<T>) => Promise<T | undefined>;

interface Problems {
  readonly problems: readonly Problem[];
  readonly attempt: Attempt;
  dismiss(id: number): void;
}

const Context = createContext<Problems | undefined>(undefined);

export function ProblemsProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const nextId = useRef(1);

  const attempt = useCallback(async <T,>(run: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await run();
    } catch (thrown) {
      const id = nextId.current++;
      setProblems((before) => addProblem(before, thrown, id));
      return undefined;
    }
  }, []);
  const dismiss = useCallback(
    (id: number) => setProblems((before) => before.filter((problem) => problem.id !== id)),
    [],
  );

  const value = useMemo(() => ({ problems, attempt, dismiss }), [problems, attempt, dismiss]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useProblems(): Problems {
  const problems = useContext(Context);
  if (problems === undefined) throw new Error('useProblems needs a <ProblemsProvider> above it');
  return problems;
}
