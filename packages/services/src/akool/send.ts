import { isAvatarError } from '@avatarwire/core';
import type { Line } from '../http/attempt';
import { type Call, call } from '../http/line';
import { unlessAborted } from '../http/unless-aborted';
import type { Authentication } from './authentication';
import { TOKEN_REFUSED } from './codes';

/** Who we are is added to every call. */
export type AkoolLine = <T>(wanted: Omit<Call<T>, 'headers'>) => Promise<T>;

/**
 * A token that was refused is fetched anew, once: who was not let in has opened nothing. HTTP says 200 then, as a rule;
 * where it says 401 and no more, that counts as well, or an old token would stay for ever.
 */
export function createSend(line: Line, authentication: Authentication): AkoolLine {
  return async (wanted) => {
    const signals = [wanted.signal, wanted.stop];
    const headers = await unlessAborted(authentication.headers(), signals);
    try {
      return await call(line, { ...wanted, headers });
    } catch (error) {
      const refused =
        isAvatarError(error) && (error.serviceCode === TOKEN_REFUSED || error.serviceCode === 401);
      if (!refused) throw error;
      const renewed = await unlessAborted(authentication.renewed(headers), signals);
      if (renewed === undefined) throw error;
      return call(line, { ...wanted, headers: renewed });
    }
  };
}
