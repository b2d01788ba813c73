/** What the page's life means for a session. Nothing happens where there is no page. */

export interface PageEvents {
  /** The page goes away. Never on a mere change of tabs. */
  onHide(): void;
  /** It is in front again, or a tab's timers run at full speed again. */
  onShow(): void;
}

export function watchPage(events: PageEvents): () => void {
  if (typeof window === 'undefined' || typeof document === 'undefined') return () => {};
  const onVisibility = () => {
    if (document.visibilityState === 'visible') events.onShow();
  };
  window.addEventListener('pagehide', events.onHide);
  window.addEventListener('pageshow', events.onShow);
  document.addEventListener('visibilitychange', onVisibility);
  return () => {
    window.removeEventListener('pagehide', events.onHide);
    window.removeEventListener('pageshow', events.onShow);
    document.removeEventListener('visibilitychange', onVisibility);
  };
}
