import type { CDPSession, Page } from 'playwright';

/** One page, on its way from state to state. */
export interface Visit {
  readonly page: Page;
  readonly devTools: CDPSession;
  /** What the visitor, or the browser's settings, say to the page's asking for a device. */
  allow(device: 'microphone' | 'camera', setting: 'granted' | 'denied'): Promise<void>;
  /** For what is only prettier after a while, such as a picture that begins blurred. Tests do not wait for it. */
  rest(ms: number): Promise<void>;
}

/** One state of the page, and how one comes there from the state before it on the same visit. */
export interface State {
  readonly name: string;
  reach(visit: Visit): Promise<void>;
  /** Where it is seen on a phone. @default `Talk` */
  readonly panel?: 'Talk' | 'Direct' | 'Wire';
  /** A phone shows it otherwise than a desk does, and not only narrower. */
  readonly otherOnPhone?: boolean;
  /** It stands before everything else, which is not to be reached. */
  readonly modal?: boolean;
}

export interface Journey {
  readonly name: string;
  /** Of the address. */
  readonly search: string;
  /** Before the page is loaded. */
  prepare?(visit: Visit): Promise<unknown>;
  readonly states: readonly State[];
}

export const desk = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

/** Shows the state as one sees it on a screen of that size: on a phone its panel is chosen, nothing is pointed at. */
export async function showAt(
  { page }: Visit,
  { panel = 'Talk', modal }: State,
  size: typeof desk,
): Promise<void> {
  await page.setViewportSize(size);
  if (size.width < 768 && modal !== true) {
    const tab = page
      .getByRole('navigation', { name: 'Panels' })
      .getByRole('button', { name: panel, exact: true });
    // A click would close what is open over the page.
    if ((await tab.getAttribute('aria-current')) !== 'true') await tab.click();
  }
  await page.mouse.move(0, 0);
}
