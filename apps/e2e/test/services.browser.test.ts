import { afterAll, beforeAll, describe, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { serviceCases } from './services/cases';
import { type Combination, pageNetworks } from './services/combinations';
import { createRecorder } from './services/record';
import { openServicesPage, type ServicesPage, type Stage } from './services/stage';
import { haveLivekitServer } from './stage';

const networks = pageNetworks();
const canRun = ({ network }: Combination) => network !== 'livekit' || haveLivekitServer;
const recorder = createRecorder(networks.combinations, canRun);

describe('a mock service over HTTP behind a real broker, in real Chromium', () => {
  let page: ServicesPage;
  beforeAll(async () => {
    page = await openServicesPage(networks);
    await clickOnce();
  });
  afterAll(async () => {
    await page?.close();
    await recorder.keep();
  });

  for (const combination of networks.combinations) {
    const { title, real } = combination;
    describe.skipIf(!canRun(combination))(`${title}, over ${real}`, () => {
      let stage: Stage;
      beforeAll(() => {
        stage = page.stage(combination);
      });
      afterAll(() => stage?.close());

      for (const { name, sentence, run } of serviceCases)
        test(`${name}: ${sentence}`, () => recorder.run(combination, name, () => run(stage)));
    });
  }
});

/** Sound is refused until the visitor has touched the page. */
async function clickOnce(): Promise<void> {
  const button = document.createElement('button');
  button.textContent = 'Hear the avatars';
  document.body.append(button);
  await userEvent.click(button);
  button.remove();
}
