import { describe, it } from 'vitest';
import { claims } from './claims/index';
import { doubleSubject } from './double-subject';

/** The same table as in Chromium, where the real SDK is asked too; here with tracks that carry nothing. */
describe('the double in Node', () => {
  for (const [topic, of] of Object.entries(claims)) {
    describe(topic, () => {
      for (const { name, only, run } of of)
        if (only === undefined) it.concurrent(name, async () => run(await doubleSubject()));
    });
  }
});
