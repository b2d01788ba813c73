import { onTestFinished, vi } from 'vitest';

/** Real contexts are made as ever, and those made from here on are listed. */
export function watchContexts(): AudioContext[] {
  const made: AudioContext[] = [];
  const construct = (original: typeof AudioContext, given: unknown[]) => {
    const context: AudioContext = Reflect.construct(original, given);
    made.push(context);
    return context;
  };
  vi.stubGlobal('AudioContext', new Proxy(AudioContext, { construct }));
  onTestFinished(() => void vi.unstubAllGlobals());
  return made;
}
