import { type Provider, silentLogger } from '@avatarwire/core';
import { check, checkSame } from '../check';
import { bytesOf, type Rule, rule } from '../define';
import { readable } from '../readable';
import type { Stage, Watched } from '../stage-types';

export const hygiene: readonly Rule[] = [
  rule('methods that return a promise never throw at once', [], async (stage) => {
    const { transport } = stage.create();
    const options = { signal: AbortSignal.abort(new Error('no')), logger: silentLogger };
    const calls: readonly [string, () => Promise<unknown>][] = [
      ['send before connect', () => transport.send(new Uint8Array(1))],
      ['connect without credentials', () => transport.connect(undefined as never, options)],
      ['connect after it', () => transport.connect(stage.credentials(), options)],
      ['close', () => transport.close()],
      ['send after close', () => transport.send(new Uint8Array(1))],
      ['connect after close', () => transport.connect(stage.credentials(), options)],
      ['close again', () => transport.close()],
    ];
    for (const [what, call] of calls) {
      let result: Promise<unknown> | undefined;
      try {
        result = call();
      } catch (error) {
        check(false, `${what} threw: ${String(error)}`);
      }
      check(typeof result?.then === 'function', `${what} must return a promise.`);
      await stage.settles(result, what);
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
          watched.transport.connect(spoilt as never, {
            signal: new AbortController().signal,
            logger: silentLogger,
          }),
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

  rule(
    'close leaves no listener of ours on the vendor and takes no foreign one',
    ['listeners'],
    async (stage) => {
      const watched = await stage.connect();
      const foreignStands = stage.addForeignListener(watched);
      check(
        stage.listenerCount(watched) > 0,
        'While connected there must be listeners to count, or the harness counts nothing.',
      );
      await stage.resolves(watched.transport.close(), 'close()', 3_500);
      await noListener(stage, watched);
      check(foreignStands(), 'A listener that is not ours must stay.');
    },
  ),

  rule(
    'the end from the far side leaves no listener of ours and takes no foreign one',
    ['listeners', 'anyEnd'],
    async (stage) => {
      const watched = await stage.connect();
      const foreignStands = stage.addForeignListener(watched);
      await stage.endFromFar();
      await stage.until(() => watched.all('closed').length > 0, 'closed must come', 20_000);
      await stage.resolves(watched.transport.close(), 'close()', 3_500);
      await noListener(stage, watched);
      check(foreignStands(), 'A listener that is not ours must stay.');
    },
  ),

  rule('an aborted connect leaves no listener', ['listeners', 'hangJoin'], async (stage) => {
    await stage.far.hangJoin();
    const watched = stage.create();
    const abort = new AbortController();
    const connecting = watched.connect({ signal: abort.signal });
    await stage.quiet();
    abort.abort(new Error('no'));
    await stage.rejects(connecting, 'an aborted connect()');
    await noListener(stage, watched);
  }),

  rule('a connect that timed out leaves no listener', ['listeners', 'hangJoin'], async (stage) => {
    await stage.far.hangJoin();
    const watched = stage.create();
    const connecting = watched.connect();
    await stage.passDeadline(stage.connectTimeoutMs + 500);
    await stage.rejects(connecting, 'connect() into silence');
    await noListener(stage, watched);
  }),

  rule('a refused connect leaves no listener', ['listeners', 'refuseJoin'], async (stage) => {
    await stage.far.refuseJoin();
    const watched = stage.create();
    await stage.rejects(watched.connect(), 'a refused connect()', 10_000);
    await noListener(stage, watched);
  }),
];

async function noListener<P extends Provider>(stage: Stage<P>, watched: Watched<P>): Promise<void> {
  await stage.quiet();
  checkSame(stage.listenerCount(watched), 0, 'The number of listeners left on the vendor');
}
