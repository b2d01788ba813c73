import { type ProviderCredentials, silentLogger } from '@avatarwire/core';
import { check, checkError } from '../check';
import { type Rule, rule } from '../define';

export const credentials: readonly Rule[] = [
  rule(
    'credentials with a wrong field are refused as invalid-credentials, naming the field',
    [],
    async (stage) => {
      const valid: Readonly<Record<string, unknown>> = { ...stage.credentials() };
      // No field of any provider takes a function, and none takes an object with nothing that it knows.
      const wrong = Object.keys(valid).map((field) => ({
        field,
        credentials: { ...valid, [field]: () => 'nonsense' } as unknown,
      }));
      const cases = [...wrong, ...stage.invalidCredentials];
      if (cases.length === 0) return { unsupported: 'it has no field that could be wrong' };
      for (const { field, credentials: given } of cases) {
        const watched = stage.create();
        const reason = await stage.rejects(
          watched.transport.connect(given as never, {
            signal: new AbortController().signal,
            logger: silentLogger,
          }),
          `connect() with a wrong ${field}`,
        );
        const error = checkError(reason, 'invalid-credentials', `connect() with a wrong ${field}`);
        check(error.message.includes(field), `The error must name ${field}: ${error.message}`);
        await stage.resolves(watched.transport.close(), 'close()', 3_500);
        check(watched.events.length === 0, 'Refused credentials must emit nothing.');
      }
      return undefined;
    },
  ),

  rule('credentials that are no object are refused as invalid-credentials', [], async (stage) => {
    for (const given of [undefined, null, 'a token', 7, []] as unknown[]) {
      const watched = stage.create();
      const reason = await stage.rejects(
        watched.transport.connect(given as ProviderCredentials[never], {
          signal: new AbortController().signal,
          logger: silentLogger,
        }),
        `connect() with ${String(given)}`,
      );
      checkError(reason, 'invalid-credentials', `connect() with ${String(given)}`);
    }
  }),
];
