import { useEffect, useState } from 'react';
import { type Choice, readChoice, writeChoice } from './choice';

/** The choice in the address. Choosing adds a step to the history, so that the browser's back button undoes it. */
export function useChoice(): readonly [Choice, (change: Partial<Choice>) => void] {
  const [choice, setChoice] = useState(() => readChoice(location.search));

  useEffect(() => {
    const follow = () => setChoice(readChoice(location.search));
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, []);

  const choose = (change: Partial<Choice>) => {
    const next = { ...choice, ...change };
    history.pushState(null, '', writeChoice(next, location.search));
    setChoice(next);
  };
  return [choice, choose];
}
