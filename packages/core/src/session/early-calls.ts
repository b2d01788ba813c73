/** What was asked for before anybody knew what the avatar can be asked. */

import type { AvatarError } from '../errors';
import type { Call } from './can';
import { createDeferred } from './deferred';

export interface EarlyCalls {
  /** `made`, which rejects already when it becomes known that the avatar refuses such a call. */
  unlessRefused<T>(call: Call, made: Promise<T>): Promise<T>;
  /** It is known now. */
  decide(): void;
}

export function createEarlyCalls(refusal: (call: Call) => AvatarError | undefined): EarlyCalls {
  const open: (() => void)[] = [];

  return {
    unlessRefused<T>(call: Call, made: Promise<T>) {
      const caller = createDeferred<T>();
      made.then(caller.resolve, caller.reject);
      open.push(() => {
        const refused = refusal(call);
        if (refused) caller.reject(refused);
      });
      return caller.promise;
    },
    decide() {
      for (const one of open.splice(0)) one();
    },
  };
}
