/**
 * What TRTC's SDK does, as claims that anyone can ask of it offline: each is one test of the real SDK and one of its
 * double. Nothing of a real room is among them; see `rooms.test.ts` for what only the double has.
 */

import { expect } from 'vitest';
import { callWith, expectFailure, outcome, type Subject } from './claim-tools';
import { acceptedArguments, refusedArguments, thrownArguments } from './claims-arguments';
import { capturingClaims } from './claims-capturing';
import { emitterClaims } from './claims-emitter';
import { enteringClaims } from './claims-entering';
import { sendingClaims } from './claims-sending';

export interface Claim {
  readonly name: string;
  /** Takes seconds of the real SDK. @default false */
  readonly slow?: boolean;
  run(subject: Subject): Promise<void>;
}

function argumentClaim(
  name: string,
  call: string,
  values: readonly unknown[],
  check: (result: Awaited<ReturnType<typeof outcome>>) => void,
): Claim {
  return {
    name,
    async run({ sdk }) {
      const instance = sdk.create();
      check(await outcome(() => callWith(instance, call, values)));
      instance.destroy();
    },
  };
}

export const claims: readonly Claim[] = [
  ...refusedArguments.map(([what, call, values, extraCode, code = 5000]) =>
    argumentClaim(`${call} refuses ${what}: ${extraCode}`, call, values, (result) =>
      expectFailure(result, 'rejected', code, extraCode),
    ),
  ),
  ...thrownArguments.map(([what, call, values, extraCode, code = 5000]) =>
    argumentClaim(`${call} throws on ${what}: ${extraCode}`, call, values, (result) =>
      expectFailure(result, 'threw', code, extraCode),
    ),
  ),
  ...acceptedArguments.map(([what, call, values]) =>
    argumentClaim(`${call} takes ${what}`, call, values, ({ how }) =>
      expect(['returned', 'resolved']).toContain(how),
    ),
  ),
  {
    name: 'an error has the name of its code, an extraCode, the function, and is an Error',
    async run({ sdk }) {
      const instance = sdk.create();
      const refused = await outcome(() => callWith(instance, 'enterRoom', []));
      expect(refused).toMatchObject({
        error: {
          name: 'INVALID_PARAMETER',
          code: 5000,
          extraCode: 5001,
          functionName: 'enterRoom',
          message: expect.any(String),
        },
      });
      expect('error' in refused && refused.error).toBeInstanceOf(Error);
      instance.destroy();
    },
  },
  {
    name: 'the SDK is one class, and that of its errors is not on it',
    async run({ sdk }) {
      expect(sdk).not.toHaveProperty('RtcError');
      expect(sdk.EVENT.CUSTOM_MESSAGE).toBe('custom-message');
      expect(sdk.ERROR_CODE).toMatchObject({
        INVALID_OPERATION: 5100,
        OPERATION_ABORT: 5998,
        SERVER_ERROR: 5400,
      });
    },
  },
  {
    name: 'isSupported tells what a page can do, flag by flag',
    async run({ sdk }) {
      const { result, detail } = await sdk.isSupported();
      expect(typeof result).toBe('boolean');
      expect(detail).toMatchObject({ isWebRTCSupported: true, isH264DecodeSupported: expect.any(Boolean) });
    },
  },
  {
    name: 'setLogLevel takes any number',
    async run({ sdk }) {
      expect(await outcome(() => sdk.setLogLevel(99))).toMatchObject({ how: 'returned' });
      sdk.setLogLevel(5, false);
    },
  },
  ...emitterClaims,
  ...sendingClaims,
  ...capturingClaims,
  ...enteringClaims,
];
