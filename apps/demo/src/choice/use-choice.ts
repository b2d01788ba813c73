import { useEffect, useState } from 'react';
import { type Choice, type Choices, readChoice, writeChoice } from './choice';

/** The choice in the address. Choosing adds a step to the history, so that the browser's back button undoes it. */
export function useChoice(choices: Choices): readonly [Choice, (choice: Choice) => void] {
  const [choice, setChoice] = useState(() => readChoice(location.search, choices));

  useEffect(() => {
    const follow = () => setChoice(readChoice(location.search, choices));
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, [choices]);

  const choose = (next: Choice) => {
    history.pushState(null, '', writeChoice(next, location.search));
    setChoice(next);
  };
  return [choice, choose];
}
