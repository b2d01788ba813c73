/** What the application asks of the avatar besides words. */

import type { Clock } from '../clock';
import type { Outbox } from '../delivery/outbox';
import type { AvatarError } from '../errors';
import { chatFrames, encodeCommand } from '../protocol/encode';
import type { Acknowledgement, AvatarAction, AvatarMode, AvatarParams } from '../protocol/messages';
import { checkAction, checkParams } from '../protocol/params';
import { createAcknowledgements } from './acknowledgements';
import type { Conversation } from './conversation';
import { createDeferred, type Deferred, rejected } from './deferred';
import { createInterrupts } from './interrupts';
import { createParamsChannel } from './params-channel';
import { ACTION_ACK_MS } from './session-defaults';
import type { SessionStore } from './session-store';

export interface Commands {
  setParams(params: AvatarParams): Promise<void>;
  setAction(action: AvatarAction): Promise<{ readonly acknowledged: boolean }>;
  interrupt(): Promise<void>;
  /** The mode that the application chose, else the one last acknowledged. */
  readonly mode: AvatarMode | undefined;
  /** Sees to it that the avatar is in `mode`; undefined when it is. */
  prepareMode(mode: AvatarMode): Promise<void> | undefined;
  receive(acknowledgement: Acknowledgement): void;
  /** Whether anything has been acknowledged that could be said again. */
  readonly hasParams: boolean;
  repeatParams(): Promise<void>;
  repeatInterrupt(): void;
  /** The connection is away: time-outs stand still. */
  pause(): void;
  resume(maxPacketBytes: number): void;
  close(error: AvatarError): void;
}

export interface CommandsOptions {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly store: SessionStore;
  readonly newId: () => string;
  readonly ackMs: number;
  readonly finishAbandoned: boolean;
  readonly conversation: () => Conversation;
}

export function createCommands(options: CommandsOptions): Commands {
  const { outbox, clock, store, newId, ackMs, finishAbandoned, conversation } = options;
  const actions = new Set<Deferred<{ readonly acknowledged: boolean }>>();
  const modeChanges = new Set<Deferred<void>>();
  let chosenMode: AvatarMode | undefined;

  const acknowledgements = createAcknowledgements(clock, (name, ms) => {
    store.dispatch({
      type: 'timing',
      timings: name === 'interrupt' ? { lastAckMs: ms, interruptMs: ms } : { lastAckMs: ms },
    });
  });
  const params = createParamsChannel({
    outbox,
    acknowledgements,
    ackMs,
    newId,
    onAcknowledged(acknowledged) {
      showParams();
      store.events.emit('params-changed', { params: acknowledged });
    },
  });
  const interrupts = createInterrupts({
    outbox,
    acknowledgements,
    ackMs,
    newId,
    chatPartsHandedOver: () => conversation().partsHandedOver,
    onAcknowledged: () => finishAbandoned && finishCutShort(),
  });

  const currentMode = () => chosenMode ?? params.acknowledged.mode;

  function showParams(): void {
    store.dispatch({ type: 'params', params: params.acknowledged, mode: currentMode() });
  }

  /** A change of mode keeps its place among the messages: what was said before it is meant in the old mode. */
  function setMode(wanted: AvatarParams): Promise<void> {
    const previous = chosenMode;
    chosenMode = wanted.mode;
    showParams();
    const caller = createDeferred<void>();
    outbox.enqueueChat({
      messageId: newId(),
      survivesInterrupt: true,
      prepare() {
        const set = params.set(wanted);
        set.then(caller.resolve, caller.reject);
        return set;
      },
      onFinished() {},
    });
    caller.promise.catch(() => {
      if (chosenMode !== wanted.mode) return;
      chosenMode = previous;
      showParams();
    });
    modeChanges.add(caller);
    const forget = () => modeChanges.delete(caller);
    caller.promise.then(forget, forget);
    return caller.promise;
  }
  function finishCutShort(): void {
    for (const { messageId, nextIndex } of conversation().takeCutShort()) {
      const packet = chatFrames(messageId).frame(nextIndex, true, new Uint8Array(0));
      outbox.enqueueCommand({ lane: 'command', messageId, packet });
    }
  }

  return {
    setParams(wanted) {
      try {
        const checked = checkParams(wanted);
        return checked.mode === undefined ? params.set(checked) : setMode(checked);
      } catch (error) {
        return rejected(error);
      }
    },
    setAction(wanted) {
      const caller = createDeferred<{ readonly acknowledged: boolean }>();
      try {
        const messageId = newId();
        const packet = encodeCommand({ name: 'set-action', action: checkAction(wanted) }, messageId);
        actions.add(caller);
        const forget = () => actions.delete(caller);
        caller.promise.then(forget, forget);
        outbox.enqueueCommand({
          lane: 'command',
          messageId,
          packet,
          onFailed: caller.reject,
          onHandedOver: () =>
            acknowledgements.expect({
              name: 'set-action',
              messageId,
              ackMs: ACTION_ACK_MS,
              onAcknowledged: () => caller.resolve({ acknowledged: true }),
              onRefused: caller.reject,
              onSilence: () => caller.resolve({ acknowledged: false }),
            }),
        });
      } catch (error) {
        caller.reject(error);
      }
      return caller.promise;
    },
    interrupt() {
      conversation().interrupt();
      return interrupts.send();
    },
    get mode() {
      return currentMode();
    },
    prepareMode: (mode) => (params.acknowledged.mode === mode ? undefined : params.set({ mode })),
    receive: (acknowledgement) => void acknowledgements.receive(acknowledgement),
    get hasParams() {
      return Object.keys(params.acknowledged).length > 0;
    },
    repeatParams: params.repeat,
    repeatInterrupt: interrupts.repeat,
    pause: acknowledgements.pause,
    resume(maxPacketBytes) {
      acknowledgements.resume();
      params.open(maxPacketBytes);
    },
    close(error) {
      acknowledgements.clear();
      params.close(error);
      interrupts.close(error);
      for (const caller of [...actions, ...modeChanges]) caller.reject(error);
    },
  };
}
