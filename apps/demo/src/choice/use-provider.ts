import { useEffect, useState } from 'react';
import { type DemoProvider, readProvider, writeProvider } from './provider';

/** The choice in the address. Choosing adds a step to the history, so that the browser's back button undoes it. */
export function useProvider(): readonly [DemoProvider, (provider: DemoProvider) => void] {
  const [provider, setProvider] = useState(() => readProvider(location.search));

  useEffect(() => {
    const follow = () => setProvider(readProvider(location.search));
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, []);

  const choose = (next: DemoProvider) => {
    history.pushState(null, '', writeProvider(next, location.search));
    setProvider(next);
  };
  return [provider, choose];
}
