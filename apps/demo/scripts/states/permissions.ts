import type { Browser, CDPSession } from 'playwright';
import type { Visit } from './visit';

/** Asked of the browser itself: a page's own session speaks for another context than the page's. */
export async function permissionsOf(
  browser: Browser,
  devTools: CDPSession,
  url: string,
): Promise<Visit['allow']> {
  const { targetInfo } = await devTools.send('Target.getTargetInfo');
  const { browserContextId } = targetInfo;
  const whole = await browser.newBrowserCDPSession();
  return async (name, setting) => {
    await whole.send('Browser.setPermission', {
      permission: { name },
      setting,
      origin: url,
      ...(browserContextId !== undefined && { browserContextId }),
    });
  };
}
