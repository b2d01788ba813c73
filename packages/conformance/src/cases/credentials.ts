import type { ProviderCredentials } from '@avatarwire/core';
import { check, checkError } from '../check';
import { bytesOf, type Rule, rule } from '../define';
import { readable } from '../readable';

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
          watched.transport.connect(given as never, { signal: new AbortController().signal, logger: quiet }),
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
          logger: quiet,
        }),
        `connect() with ${String(given)}`,
      );
      checkError(reason, 'invalid-credentials', `connect() with ${String(given)}`);
    }
  }),

  rule('no secret is read in an error or in a log', ['secrets'], async (stage) => {
    const secrets = stage.secrets();
    check(secrets.length > 0, 'The harness names no secret.');
    const seen: unknown[] = [];
    const valid: Readonly<Record<string, unknown>> = { ...stage.credentials() };
    for (const field of Object.keys(valid)) {
      const watched = stage.create();
      const spoilt = { ...valid, [field]: { value: valid[field] } };
      seen.push(
        await stage.settles(
          watched.transport.connect(spoilt as never, { signal: new AbortController().signal, logger: quiet }),
          `connect() with a wrong ${field}`,
        ),
      );
      await stage.settles(watched.transport.close(), 'close()');
    }
    const connected = await stage.connect();
    seen.push(
      await stage.settles(
        connected.send(bytesOf(connected.connection.maxPacketBytes + 1)),
        'an over-size send()',
      ),
    );
    await stage.settles(connected.transport.close(), 'close()');
    seen.push(await stage.settles(connected.send(bytesOf(3)), 'send() after close()'));
    // After the rest: a network told to refuse goes on refusing.
    if (stage.can('refuseJoin')) {
      await stage.far.refuseJoin();
      seen.push(await stage.settles(stage.create().connect(), 'a refused connect()', 10_000));
    }
    const text = [...seen.map((value) => readable(value)), ...stage.logged].join('\n');
    for (const secret of secrets) {
      check(!text.includes(secret), `A secret of ${secret.length} characters is in an error or a log.`);
    }
  }),
];

const nothing = () => {};
const quiet = Object.freeze({ error: nothing, warn: nothing, info: nothing, debug: nothing });
