/**
 * For `addInitScript`: these run in the page, before its own scripts, and see nothing of this module. No
 * function in them has a name: what runs TypeScript here would mark it with a helper that no page has.
 */

declare global {
  interface Window {
    /** Lets go what {@link holdAtWaiting} holds. */
    goOn?: () => void;
  }
}

/**
 * From the moment at which the page says `Waiting`, nothing more comes over the emulated network, until `goOn()`: the
 * timers that its packets travel by are held, later ones are not.
 */
export function holdAtWaiting(): void {
  const native = {
    setTimeout: window.setTimeout.bind(window),
    clearTimeout: window.clearTimeout.bind(window),
  };
  let generation = 0;
  let holding = false;
  const held = new Map<number, () => void>();
  window.setTimeout = ((handler: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
    const born = generation;
    const id: number = native.setTimeout(() => {
      if (holding && born === 0) held.set(id, () => handler(...args));
      else handler(...args);
    }, ms);
    return id;
  }) as typeof setTimeout;
  window.clearTimeout = ((id?: number) => {
    if (id !== undefined) held.delete(id);
    native.clearTimeout(id);
  }) as typeof clearTimeout;
  window.goOn = () => {
    holding = false;
    for (const run of held.values()) run();
    held.clear();
  };
  const watch = new MutationObserver(() => {
    if (document.querySelector('[data-testid=state]')?.textContent !== 'Waiting') return;
    watch.disconnect();
    generation = 1;
    holding = true;
  });
  watch.observe(document, { subtree: true, childList: true, characterData: true });
}

/**
 * Connects without anybody having touched the page, and says on the console when the browser has refused the sound. A
 * test driver's own calls count as gestures, so none is made until then.
 */
export function connectUntouched(): void {
  let clicked = false;
  const watch = new MutationObserver(() => {
    for (const button of document.querySelectorAll('button')) {
      const name = button.textContent?.trim();
      if (name === 'Connect' && !clicked) {
        clicked = true;
        button.click();
      }
      if (name === 'Turn the sound on') {
        watch.disconnect();
        console.info('sound refused');
      }
    }
  });
  watch.observe(document, { subtree: true, childList: true });
}
