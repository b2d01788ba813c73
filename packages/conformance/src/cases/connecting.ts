import { type Provider, silentLogger } from '@avatarwire/core';
import { check, checkError, checkSame } from '../check';
import { type Rule, rule } from '../define';
import type { Stage, Watched } from '../stage-types';

export const connecting: readonly Rule[] = [
  rule('its capabilities are frozen and known before connecting', [], async (stage) => {
    const { transport } = stage.create();
    const { capabilities } = transport;
    checkSame(transport.provider, stage.provider, 'provider');
    check(Object.isFrozen(capabilities), 'capabilities must be frozen.');
    check(
      Number.isInteger(capabilities.maxPacketBytes) && capabilities.maxPacketBytes > 0,
      'maxPacketBytes must be a whole number.',
    );
    for (const claim of ['reliable', 'ordered', 'media', 'playsAudio'] as const) {
      checkSame(typeof capabilities[claim], 'boolean', `The type of capabilities.${claim}`);
    }
    checkSame(transport.capabilities, capabilities, 'capabilities, read twice,');
  }),

  rule('connect says what this connection can do, never more than the capabilities', [], async (stage) => {
    const { transport, connection } = await stage.connect();
    check(
      typeof connection.localId === 'string' && connection.localId !== '',
      'localId must be a string with content.',
    );
    checkSame(typeof connection.canSend, 'boolean', 'The type of canSend');
    const { maxPacketBytes } = connection;
    check(Number.isInteger(maxPacketBytes) && maxPacketBytes > 0, 'maxPacketBytes must be a whole number.');
    check(
      maxPacketBytes <= transport.capabilities.maxPacketBytes,
      `This connection claims ${maxPacketBytes} B a packet; its capabilities allow ${transport.capabilities.maxPacketBytes}.`,
    );
  }),

  rule('once connected it is in the room, and once closed it is not', ['present'], async (stage) => {
    const { transport } = await stage.connect();
    await stage.until(async () => stage.far.present(), 'The far end must see us after connect()');
    await stage.resolves(transport.close(), 'close()');
    await stage.until(async () => !(await stage.far.present()), 'The far end must see us go after close()');
  }),

  rule('it accepts frozen credentials and options', [], async (stage) => {
    const watched = stage.create();
    const credentials = deepFreeze(stage.credentials());
    const signal = new AbortController().signal;
    const options = Object.freeze({
      signal,
      logger: silentLogger,
      ...(stage.avatarId !== undefined && { avatarId: stage.avatarId }),
    });
    await stage.resolves(watched.transport.connect(credentials, options), 'connect() with frozen arguments');
  }),

  rule('an abort before connect rejects with the reason itself and joins nothing', [], async (stage) => {
    const watched = stage.create();
    const reason = { because: 'the visitor left' };
    await checkAborted(stage, watched, watched.connect({ signal: AbortSignal.abort(reason) }), reason);
  }),

  rule('an abort in the same turn as connect rejects with the reason itself', [], async (stage) => {
    const watched = stage.create();
    const abort = new AbortController();
    const reason = new Error('changed my mind');
    const connecting = watched.connect({ signal: abort.signal });
    abort.abort(reason);
    await checkAborted(stage, watched, connecting, reason);
  }),

  rule(
    'an abort while the network keeps us waiting rejects at once with the reason itself',
    ['hangJoin'],
    async (stage) => {
      await stage.far.hangJoin();
      const watched = stage.create();
      const abort = new AbortController();
      const reason = 'a reason need not be an error';
      const connecting = watched.connect({ signal: abort.signal });
      await stage.quiet();
      abort.abort(reason);
      await checkAborted(stage, watched, connecting, reason);
    },
  ),

  rule('an abort after connect changes nothing', [], async (stage) => {
    const abort = new AbortController();
    const { events } = await stage.connect({ signal: abort.signal });
    abort.abort(new Error('too late'));
    await stage.quiet();
    check(
      !events.some(({ event }) => event === 'closed'),
      'An abort after connect() must not end the connection.',
    );
  }),

  rule('the signal keeps no listener once connect has settled', [], async (stage) => {
    const { signal, count } = watchedSignal();
    await stage.connect({ signal });
    checkSame(count(), 0, 'The number of abort listeners after connect()');
  }),

  rule('a network that never answers ends in connect-timeout, by itself', ['hangJoin'], async (stage) => {
    await stage.far.hangJoin();
    const watched = stage.create();
    const connecting = watched.connect();
    let settled = false;
    const mark = () => {
      settled = true;
    };
    connecting.then(mark, mark);
    await stage.passDeadline(stage.connectTimeoutMs / 2);
    check(!settled, `connect() gave up before half of its ${stage.connectTimeoutMs} ms.`);
    await stage.passDeadline(stage.connectTimeoutMs / 2 + 500);
    const error = checkError(
      await stage.rejects(connecting, 'connect() into silence'),
      'connect-timeout',
      'connect() into silence',
    );
    checkSame(error.retryable, true, 'retryable of connect-timeout');
    await checkNeverEnded(stage, watched);
  }),

  rule('a join that completes after an abort is left again', ['holdJoin', 'present'], async (stage) => {
    const release = stage.far.holdJoin();
    const watched = stage.create();
    const abort = new AbortController();
    const connecting = watched.connect({ signal: abort.signal });
    await stage.quiet();
    abort.abort(new Error('gone'));
    await stage.rejects(connecting, 'the aborted connect()');
    await checkLateJoinLeft(stage, watched, release);
  }),

  rule('a join that completes after the time-out is left again', ['holdJoin', 'present'], async (stage) => {
    const release = stage.far.holdJoin();
    const watched = stage.create();
    const connecting = watched.connect();
    await stage.passDeadline(stage.connectTimeoutMs + 500);
    await stage.rejects(connecting, 'connect() into silence');
    await checkLateJoinLeft(stage, watched, release);
  }),

  rule('a join that completes after close is left again', ['holdJoin', 'present'], async (stage) => {
    const release = stage.far.holdJoin();
    const watched = stage.create();
    const connecting = watched.connect();
    await stage.quiet();
    await stage.resolves(watched.transport.close(), 'close() while joining', 3_500);
    await stage.rejects(connecting, 'connect() after close()');
    await checkLateJoinLeft(stage, watched, release);
  }),

  rule(
    'a join that the network refuses rejects with credentials-refused and leaves nothing',
    ['refuseJoin'],
    async (stage) => {
      await stage.far.refuseJoin();
      const watched = stage.create();
      const error = checkError(
        await stage.rejects(watched.connect(), 'a refused connect()', 10_000),
        ['credentials-refused', 'session-gone'],
        'a refused connect()',
      );
      checkSame(error.retryable, false, 'retryable of a refusal');
      checkSame(error.provider, stage.provider, 'provider of the error');
      await checkNeverEnded(stage, watched);
    },
  ),

  rule('connect is refused a second time: while connecting, connected and after close', [], async (stage) => {
    const watched = stage.create();
    const first = watched.connect();
    await refusesConnect(stage, watched, 'a second connect() while connecting');
    await stage.resolves(first, 'the first connect()', 10_000);
    await refusesConnect(stage, watched, 'a second connect() while connected');
    check(watched.all('closed').length === 0, 'A refused connect() must not end the first connection.');
    await stage.resolves(watched.transport.close(), 'close()');
    await refusesConnect(stage, watched, 'connect() after close()');
    watched.checkEnded('requested');
  }),

  rule('connect is refused after a failed one', [], async (stage) => {
    const watched = stage.create();
    await stage.rejects(
      watched.connect({ signal: AbortSignal.abort(new Error('no')) }),
      'an aborted connect()',
    );
    await refusesConnect(stage, watched, 'connect() after a failed one');
  }),
];

async function checkAborted<P extends Provider>(
  stage: Stage<P>,
  watched: Watched<P>,
  connecting: Promise<unknown>,
  reason: unknown,
): Promise<void> {
  checkSame(
    await stage.rejects(connecting, 'an aborted connect()', 500),
    reason,
    'What an aborted connect() rejects with',
  );
  await checkNeverEnded(stage, watched);
}

/** After a failed `connect`: no `closed`, not even from `close()`. */
async function checkNeverEnded<P extends Provider>(stage: Stage<P>, watched: Watched<P>): Promise<void> {
  await stage.resolves(watched.transport.close(), 'close() after a failed connect()', 3_500);
  await stage.quiet();
  checkSame(watched.all('closed').length, 0, 'The number of closed events after a failed connect()');
}

async function checkLateJoinLeft<P extends Provider>(
  stage: Stage<P>,
  watched: Watched<P>,
  release: () => void | Promise<void>,
): Promise<void> {
  const before = watched.events.length;
  await release();
  await stage.quiet();
  await stage.until(async () => !(await stage.far.present()), 'A late join must be left again');
  checkSame(watched.events.length, before, 'The number of events after a late join');
}

async function refusesConnect<P extends Provider>(
  stage: Stage<P>,
  watched: Watched<P>,
  what: string,
): Promise<void> {
  const reason = await stage.rejects(watched.connect(), what);
  checkError(reason, ['invalid-argument', 'not-connected', 'unsupported'], what);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}

/** A signal that counts the listeners put on it. */
function watchedSignal(): { signal: AbortSignal; count(): number } {
  const { signal } = new AbortController();
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ) => {
    if (listener) listeners.add(listener);
    // One that goes by a signal of its own goes without a call of ours.
    if (typeof options === 'object')
      options.signal?.addEventListener('abort', () => listeners.delete(listener), { once: true });
    if (listener) add(type, listener, options);
  };
  signal.removeEventListener = (
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ) => {
    listeners.delete(listener);
    if (listener) remove(type, listener, options);
  };
  return { signal, count: () => listeners.size + (signal.onabort ? 1 : 0) };
}
