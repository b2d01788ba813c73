/** What was asked for and is not done when it becomes known, with each connection, what the avatar can be asked. */

import type { AvatarError } from '../errors';
import type { Call } from './can';
import { createDeferred } from './deferred';

export interface OpenCalls {
  /** `made`, which rejects already when it becomes known that the avatar refuses such a call. */
  unlessRefused<T>(call: Call, made: Promise<T>): Promise<T>;
  /** It is known now. */
  decide(): void;
}

export function createOpenCalls(refusal: (call: Call) => AvatarError | undefined): OpenCalls {
  const open = new Set<() => void>();

  return {
    unlessRefused<T>(call: Call, made: Promise<T>) {
      const caller = createDeferred<T>();
      const decideOn = () => {
        const refused = refusal(call);
        if (refused) caller.reject(refused);
      };
      open.add(decideOn);
      const forget = () => open.delete(decideOn);
      void made.then(caller.resolve, caller.reject).then(forget);
      return caller.promise;
    },
    decide() {
      for (const decideOn of open) decideOn();
    },
  };
}
