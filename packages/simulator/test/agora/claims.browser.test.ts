import newest from 'agora-rtc-sdk-ng';
import oldest from 'agora-rtc-sdk-ng-oldest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from 'vitest/browser';
import { claims } from './claims/index';
import { doubleSubject } from './double-subject';
import { realSubject } from './real-subject';
import type { SdkUnderTest, Subject } from './subject';

/** Taken for what a claim calls, which is wider: a claim also asks with nonsense, and for what no type declares. */
function isUnderTest(sdk: object): sdk is SdkUnderTest {
  return ['createClient', 'createCustomAudioTrack', 'createCustomVideoTrack'].every((name) => name in sdk);
}

function quiet(sdk: typeof newest | typeof oldest): { default: SdkUnderTest } {
  sdk.setLogLevel(4);
  const asked: object = sdk;
  if (!isUnderTest(asked)) throw new Error('the SDK has lost what every claim calls');
  return { default: asked };
}

interface Asked {
  readonly open: () => Promise<Subject>;
  /** Of some topics alone. */
  readonly about?: readonly string[];
}

const subjects: Readonly<Record<string, Asked>> = {
  [`the real SDK ${newest.VERSION} in Chromium`]: { open: async () => realSubject(quiet(newest)) },
  [`the real SDK ${oldest.VERSION} in Chromium`]: { open: async () => realSubject(quiet(oldest)) },
  'the double in Chromium': { open: () => doubleSubject() },
  'the double as 4.20 in Chromium': {
    open: () => doubleSubject({ sendRefusals: 'thrown' }),
    about: ['data messages'],
  },
};

const NEWEST = '4.24.8';
const OLDEST = '4.20.0';

beforeAll(() => commands.blockOutside('aborted'));
afterAll(async () => {
  await commands.releaseOutside();
});

it('the versions are those that the claims were written for', () => {
  expect([newest.VERSION, oldest.VERSION]).toEqual([NEWEST, OLDEST]);
});

for (const [who, { open, about = Object.keys(claims) }] of Object.entries(subjects)) {
  const isOne = (versions: readonly string[]) => versions.some((version) => who.includes(version));
  describe(who, () => {
    for (const topic of about) {
      describe(topic, () => {
        for (const { name, except = [], only, run } of claims[topic] ?? []) {
          // What is not said of a version is not asked of it; nothing is skipped.
          if (isOne(except) || (only !== undefined && !isOne(only))) continue;
          it(name, async () => run(await open()));
        }
      });
    }
  });
}
