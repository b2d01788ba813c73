import type { Provider } from '@avatarwire/core';
import { check, checkSame } from '../check';
import { type Rule, rule } from '../define';
import type { Stage, Watched } from '../stage-types';

export const leftovers: readonly Rule[] = [
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
    ['listeners', 'endRoom'],
    async (stage) => {
      const watched = await stage.connect();
      const foreignStands = stage.addForeignListener(watched);
      await stage.far.endRoom();
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
