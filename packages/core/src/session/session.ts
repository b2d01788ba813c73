/** The session: one object for the application, over one run at a time. */

import type { WireRecord } from '../delivery/outgoing';
import { createEmitter } from '../emitter';
import { AvatarError } from '../errors';
import type { AvatarMode } from '../protocol/messages';
import { type Call, callIn, refusalOf } from './can';
import type { Commands } from './commands';
import { rejected } from './deferred';
import { createOutput } from './output';
import { createPlayback } from './playback';
import { resolveConfig } from './session-config';
import { noMedia } from './session-media';
import { createSessionRun, type RunEvents, type SessionRun } from './session-run';
import { createSessionStore } from './session-store';
import type {
  AvatarSession,
  AvatarSessionOptions,
  Delivery,
  Message,
  SendOptions,
  SessionEvents,
  TextInput,
} from './session-types';
import { watchStatistics } from './statistics';
import { discardTextSource } from './text-source';
import { within } from './waiting';

/**
 * Makes a session. Nothing happens yet: no listener, no timer, no device, no request, until `connect()`.
 *
 * @throws AvatarError `invalid-argument`, naming the option
 */
export function createAvatarSession(options: AvatarSessionOptions): AvatarSession {
  const config = resolveConfig(options);
  const { clock, logger } = config;
  const store = createSessionStore(config.maxMessages);
  const { events } = store;
  const taps = createEmitter<{ record: WireRecord }>();
  const tap = () => (taps.listenerCount() === 0 ? undefined : emitRecord);
  const emitRecord = (record: WireRecord) => taps.emit('record', record);
  let run: SessionRun | undefined;
  let connectedAt = 0;
  /** Grows with every `close()`. */
  let closes = 0;

  /** While its connection stands. */
  const transport = () => run?.standing?.transport;
  const output = createOutput(transport, logger);
  const playback = createPlayback({
    output,
    onPlayback: (value) => store.dispatch({ type: 'part', name: 'playback', value }),
    onBlocked: (kind) => events.emit('playback-blocked', { kind }),
    onFirstFrame() {
      if (store.getSnapshot().timings.firstFrameMs !== undefined) return;
      store.dispatch({ type: 'timing', timings: { firstFrameMs: clock.now() - connectedAt } });
    },
  });

  const statistics = watchStatistics(clock, transport);
  const media = (config.media ?? noMedia)({
    clock,
    logger,
    publishing: () => run?.standing?.publishing,
    changed: (name, value) => store.dispatch({ type: 'part', name, value }),
    speakerChanged: (value) => store.dispatch({ type: 'part', name: 'speaker', value }),
    failed: (source, problem) => events.emit('media-failed', { source, problem }),
    get setOutput() {
      return output.choose;
    },
  });
  const { microphone, camera, screen, speaker } = media;
  const runs = createEmitter<RunEvents>();
  runs.on('connection', output.follow);
  runs.on('connection', () => media.follow());
  runs.on('connection', statistics.follow);
  runs.on('end', () => media.stop());

  async function connect(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    const closesBefore = closes;
    if (run && store.getSnapshot().state === 'closing') await within(run.end('requested'), { clock, signal });
    // It began before there was a run that close() could end.
    if (closes !== closesBefore) throw new DOMException('The session was closed: requested.', 'AbortError');
    signal?.throwIfAborted();
    const { state } = store.getSnapshot();
    if (state !== 'idle' && state !== 'closed') {
      throw new AvatarError(
        'invalid-argument',
        `connect() works from idle or closed, and the state is ${state}.`,
      );
    }
    connectedAt = clock.now();
    playback.begin();
    run = createSessionRun(config, store, playback, runs, tap);
    await run.connect(signal);
  }

  /** What can be asked of the avatar now, or why not. */
  function running(callFor: (run: SessionRun) => Call): SessionRun {
    const { state, can } = store.getSnapshot();
    if (!run || state === 'idle' || state === 'closing' || state === 'closed') {
      throw new AvatarError('not-connected', `Call connect() first: the state is ${state}.`);
    }
    const refused = state === 'connecting' ? undefined : refusalOf(can, callFor(run));
    if (refused) throw refused;
    return run;
  }

  function command<T>(call: Call, make: (commands: Commands) => Promise<T>): Promise<T> {
    return attempt(() => {
      const { commands, calls } = running(() => call);
      return calls.unlessRefused(call, make(commands));
    });
  }

  function say(
    kind: NonNullable<Message['kind']>,
    text: TextInput,
    options: SendOptions = {},
    modeOf: (run: SessionRun) => AvatarMode | undefined,
  ): Promise<Delivery> {
    return attempt(() => {
      try {
        checkText(kind, text);
        const current = running((run) => callIn(modeOf(run)));
        options.signal?.throwIfAborted();
        const delivery = current.conversation.say(kind, text, modeOf(current), options);
        current.keepOpen();
        return delivery;
      } catch (error) {
        void discardTextSource(text);
        throw error;
      }
    });
  }

  async function close(): Promise<void> {
    closes += 1;
    const ended = run?.end('requested');
    // Also where nothing runs: a camera may be open for a look.
    runs.emit('end', undefined);
    await ended;
  }

  return {
    connect: ({ signal } = {}) => connect(signal),
    close,
    [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]: close,
    send: (text, options) => say('send', text, options, ({ commands }) => commands.mode),
    ask: (text, options) => say('ask', text, options, () => 'dialogue'),
    speak: (text, options) => say('speak', text, options, () => 'retelling'),
    interrupt: () => command('interrupt', (commands) => commands.interrupt()),
    setParams: (params) => command('setParams', (commands) => commands.setParams(params)),
    setAction: (action) => command('setAction', (commands) => commands.setAction(action)),
    attach: playback.attach,
    resumePlayback: playback.resume,
    microphone,
    camera,
    screen,
    speaker,
    keepOpen: () => run?.keepOpen(),
    onStatistics: statistics.on,
    getSnapshot: store.getSnapshot,
    subscribe: (listener) => store.changes.on('changed', listener),
    on: events.on,
    once(event, { where, signal } = {}) {
      let remove = () => {};
      const happened = new Promise<SessionEvents[typeof event]>((resolve) => {
        remove = events.on(event, (payload) => {
          if (!where || where(payload)) resolve(payload);
        });
      });
      return within(happened, { clock, signal }).finally(remove);
    },
    tap: (listener) => taps.on('record', listener),
    get transport() {
      return run?.transport;
    },
  };
}

/** A method that returns a promise never throws, and left unawaited it disturbs nobody. */
function attempt<T>(call: () => Promise<T>): Promise<T> {
  try {
    return call();
  } catch (error) {
    return rejected(error);
  }
}

function checkText(kind: NonNullable<Message['kind']>, text: TextInput): void {
  if (typeof text === 'string') {
    if (text === '') throw new AvatarError('invalid-argument', `${kind}() needs a text that is not empty.`);
    return;
  }
  const isStream =
    typeof text === 'object' && text !== null && ('getReader' in text || Symbol.asyncIterator in text);
  if (kind !== 'speak' || !isStream) {
    throw new AvatarError(
      'invalid-argument',
      `${kind}() needs a string${kind === 'speak' ? ' or a stream of strings' : ''}.`,
    );
  }
}
