import type { Page, Route } from 'playwright';
import type { Visit } from './visit';

export const state = (page: Page, word: string) =>
  page.getByTestId('state').getByText(word, { exact: true }).waitFor({ timeout: 30_000 });
export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
export const press = (page: Page, name: string) => button(page, name).click();

export const packets = (page: Page) => page.getByRole('listbox', { name: 'Packets' }).getByRole('option');

export async function connect(page: Page): Promise<void> {
  await press(page, 'Connect');
  await state(page, 'Live');
}

export async function say(page: Page, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Message' });
  await field.fill(text);
  await field.press('Enter');
}

/** Whether a control shows what it opens. */
export async function open(page: Page, name: string): Promise<void> {
  const opener = button(page, name);
  if ((await opener.getAttribute('aria-expanded')) !== 'true') await opener.click();
}

export async function pressed(page: Page, name: string): Promise<void> {
  const toggle = button(page, name);
  if ((await toggle.getAttribute('aria-pressed')) !== 'true') await toggle.click();
}

const OPENING = '**/api/avatar/sessions';

/** The answer to the next opening of a session waits until the function returned is called. */
export async function holdOpening(page: Page): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const hold = async (route: Route) => {
    await released;
    await route.continue();
  };
  await page.route(OPENING, hold, { times: 1 });
  return release;
}

/** Sessions end that soon, as if the service gave no longer ones. */
export async function expireIn(page: Page, expiresInMs: number): Promise<void> {
  await page.route(OPENING, async (route) => {
    const response = await route.fetch();
    const details = (await response.json()) as object;
    await route.fulfill({ response, json: { ...details, expiresInMs } });
  });
}

export const withoutServer = (page: Page) => page.route('**/api/**', (route) => route.abort());

/** As `tooling/page-network` does for pages of Vitest: acts on peer connections made after it was armed. */
const AS_IS = {
  offline: false,
  latency: 1,
  downloadThroughput: 1e8,
  uploadThroughput: 1e8,
  packetLoss: 0,
  packetQueueLength: 0,
};

export async function armNetwork({ devTools }: Visit): Promise<void> {
  await devTools.send('Network.enable');
  await devTools.send('Network.emulateNetworkConditions', AS_IS);
}

/** Not one packet of WebRTC passes. */
export async function cutNetwork({ devTools }: Visit): Promise<void> {
  await devTools.send('Network.emulateNetworkConditions', { ...AS_IS, packetLoss: 100 });
}
