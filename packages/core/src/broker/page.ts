/** What happens to the page, where there is one. They happen at the document or the window, and not all bubble. */

const CAPTURE = { capture: true };

export function onPage(types: readonly string[], listener: () => void): () => void {
  const page = globalThis.document?.defaultView;
  for (const type of types) page?.addEventListener(type, listener, CAPTURE);
  return () => {
    for (const type of types) page?.removeEventListener(type, listener, CAPTURE);
  };
}
