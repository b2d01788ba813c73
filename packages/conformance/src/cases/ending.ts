import type { Provider } from '@avatarwire/core';
import { check, checkSame } from '../check';
import { bytesOf, type Rule, rule } from '../define';
import { remoteEnds } from '../far';
import type { TransportHarness } from '../harness';
import type { Stage, Watched } from '../stage-types';
import { comesBack } from './reconnecting';
import { withAvatar } from './sending';

const CLOSE_DEADLINE_MS = 3_000;

export const ending: readonly Rule[] = [
  rule('close before connect resolves, says nothing, and connect is refused after it', [], async (stage) => {
    const watched = stage.create();
    await closes(stage, watched, 'close() before connect()');
    await stage.rejects(watched.connect(), 'connect() after close()');
    checkSame(watched.events.length, 0, 'The number of events');
  }),

  rule('close during connect ends it, and says nothing', [], async (stage) => {
    const watched = stage.create();
    const connecting = watched.connect();
    await closes(stage, watched, 'close() during connect()');
    await stage.rejects(connecting, 'connect() after close()', 500);
    await stage.quiet();
    checkSame(watched.all('closed').length, 0, 'The number of closed events');
  }),

  rule('close during a join that hangs resolves within 3 s', ['hangJoin'], async (stage) => {
    await stage.far.hangJoin();
    const watched = stage.create();
    const connecting = watched.connect();
    await stage.quiet();
    await closes(stage, watched, 'close() during a join that hangs');
    await stage.rejects(connecting, 'connect() after close()', 500);
  }),

  rule('close after connect emits closed once, with requested, and nothing after it', [], async (stage) => {
    const watched = await stage.connect();
    await closes(stage, watched, 'close()');
    await stage.quiet();
    watched.checkEnded('requested');
    checkSame(watched.all('closed')[0]?.error, undefined, 'The error of a requested close');
  }),

  rule(
    'close twice at once and once more later resolves each time and emits closed once',
    [],
    async (stage) => {
      const watched = await stage.connect();
      const both = [watched.transport.close(), watched.transport.close()];
      for (const closing of both)
        await stage.resolves(closing, 'close() twice at once', CLOSE_DEADLINE_MS + 500);
      await closes(stage, watched, 'close() again');
      await stage.quiet();
      watched.checkEnded('requested');
    },
  ),

  rule('close after a failed connect resolves', [], async (stage) => {
    const watched = stage.create();
    await stage.rejects(
      watched.connect({ signal: AbortSignal.abort(new Error('no')) }),
      'an aborted connect()',
    );
    await closes(stage, watched, 'close() after a failed connect()');
    checkSame(watched.all('closed').length, 0, 'The number of closed events');
  }),

  rule('close resolves within 3 s where the SDK never finishes leaving', ['hangLeave'], async (stage) => {
    const watched = await stage.connect();
    await stage.far.hangLeave();
    const closing = watched.transport.close();
    await stage.passDeadline(CLOSE_DEADLINE_MS + 100);
    await stage.resolves(closing, 'close() of an SDK that hangs', 500);
    watched.checkEnded('requested');
  }),

  ...remoteEnds.map(([operation, reason, what]) =>
    rule(`when ${what}, closed says ${reason}, once, and nothing follows`, [operation], async (stage) => {
      const watched = await stage.connect();
      await stage.far[operation]();
      await ended(stage, watched);
      await closes(stage, watched, 'close() after the end');
      await stage.quiet();
      watched.checkEnded(reason);
    }),
  ),

  ...remoteEnds.map(([operation, reason, what]) =>
    rule(`when ${what} while close is under way, closed still comes once`, [operation], async (stage) => {
      const watched = await stage.connect();
      const closing = watched.transport.close();
      await stage.far[operation]();
      await stage.resolves(closing, 'close()', CLOSE_DEADLINE_MS + 500);
      await stage.quiet();
      watched.checkEnded(['requested', reason]);
    }),
  ),

  rule('close while the far side ends the connection emits closed once', ['anyEnd'], async (stage) => {
    const watched = await stage.connect();
    const ending = stage.endFromFar();
    await closes(stage, watched, 'close()');
    const reason = await ending;
    await stage.quiet();
    watched.checkEnded(['requested', reason]);
  }),

  rule('close in the listener of closed resolves', ['anyEnd'], async (stage) => {
    const watched = await stage.connect();
    let closing: Promise<void> | undefined;
    watched.transport.on('closed', () => {
      closing = watched.transport.close();
    });
    const reason = await stage.endFromFar();
    await ended(stage, watched);
    check(closing !== undefined, 'closed must reach every listener.');
    await stage.resolves(closing, 'close() from the listener', CLOSE_DEADLINE_MS + 500);
    watched.checkEnded(reason);
  }),

  rule('the end while the link is down comes once', ['cut', 'lose'], async (stage) => {
    const watched = await stage.connect();
    await stage.far.cut();
    await stage.until(() => watched.all('reconnecting').length > 0, 'reconnecting must come', 20_000);
    await stage.far.lose();
    await ended(stage, watched);
    await stage.quiet();
    watched.checkEnded('network-lost');
    checkSame(watched.all('reconnected').length, 0, 'The number of reconnected events');
  }),

  rule('close while the link is down resolves and says requested', ['cut'], async (stage) => {
    const watched = await stage.connect();
    await stage.far.cut();
    await stage.until(() => watched.all('reconnecting').length > 0, 'reconnecting must come', 20_000);
    await closes(stage, watched, 'close() while the link is down');
    await stage.quiet();
    watched.checkEnded('requested');
  }),

  rule(
    'what the far end does after close is not heard',
    ['joinAsAvatar', 'deliver', 'anyEnd'],
    async (stage) => {
      const watched = await withAvatar(stage);
      await closes(stage, watched, 'close()');
      const before = watched.events.length;
      await stage.far.deliver(bytesOf(9));
      await stage.endFromFar();
      await stage.quiet();
      checkSame(watched.events.length, before, 'The number of events after close()');
      watched.checkEnded('requested');
    },
  ),

  rule(
    'what arrives while close is under way comes before closed or not at all',
    ['joinAsAvatar', 'deliver'],
    async (stage) => {
      const watched = await withAvatar(stage);
      const closing = watched.transport.close();
      await stage.far.deliver(bytesOf(9));
      await stage.resolves(closing, 'close()', CLOSE_DEADLINE_MS + 500);
      await stage.quiet();
      watched.checkEnded('requested');
    },
  ),

  rule(
    'the events of a whole life come in their order',
    ['cut', 'resume', 'joinAsAvatar', 'deliver', 'anyEnd'],
    async (stage) => {
      const watched = stage.create();
      await stage.quiet();
      checkSame(watched.events.length, 0, 'The number of events before connect()');
      await stage.far.joinAsAvatar();
      await stage.resolves(watched.connect(), 'connect()', 10_000);
      await stage.far.deliver(bytesOf(5));
      await stage.until(() => watched.all('packet').length === 1, 'The packet must arrive');
      await comesBack(stage, watched, () => stage.far.resume());
      const reason = await stage.endFromFar();
      await ended(stage, watched);
      watched.checkEnded(reason);
      const states = watched.events.flatMap(({ event }) =>
        event === 'reconnecting' || event === 'reconnected' || event === 'closed' ? [event] : [],
      );
      checkSame(states.join(), 'reconnecting,reconnected,closed', 'The order of events');
      const names = watched.events.map(({ event }) => event);
      const sign = names.indexOf('participant-joined');
      check(
        sign < 0 || sign < names.indexOf('packet'),
        'A participant must be announced before its first packet.',
      );
    },
  ),
];

/** Each way in which the vendor reports an end, its events in every order. */
export function endingRules<P extends Provider, Room>(harness: TransportHarness<P, Room>): OrderRule<Room>[] {
  return (harness.endings ?? []).flatMap((end) =>
    permutations(end.events.map((_, index) => index)).map((order) => ({
      name:
        end.events.length < 2
          ? `${end.name} ends it once`
          : `${end.name} ends it once, vendor events in the order ${order.map((index) => index + 1).join(' ')}`,
      needs: [],
      async run(stage, room) {
        const watched = await stage.connect();
        for (const index of order) await end.events[index]?.(room);
        await ended(stage, watched);
        await closes(stage, watched, 'close() after the end');
        await stage.quiet();
        watched.checkEnded(typeof end.reason === 'string' ? [end.reason] : end.reason);
      },
    })),
  );
}

export interface OrderRule<Room> {
  readonly name: string;
  readonly needs: readonly [];
  run<P extends Provider>(stage: Stage<P>, room: Room): Promise<void>;
}

export function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}

async function closes<P extends Provider>(stage: Stage<P>, watched: Watched<P>, what: string): Promise<void> {
  await stage.resolves(watched.transport.close(), what, CLOSE_DEADLINE_MS + 500);
}

async function ended<P extends Provider>(stage: Stage<P>, watched: Watched<P>): Promise<void> {
  await stage.until(() => watched.all('closed').length > 0, 'closed must be emitted', 20_000);
}
