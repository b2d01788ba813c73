/** What the application asks of the avatar besides words. */

import type { Clock } from '../clock';
import type { Outbox } from '../delivery/outbox';
import type { AvatarError } from '../errors';
import type { Acknowledgement, AvatarAction, AvatarMode, AvatarParams, Command } from '../protocol/messages';
import { checkAction, checkParams } from '../protocol/params';
import { createAcknowledgements } from './acknowledgements';
import type { Call } from './can';
import type { Conversation } from './conversation';
import { createDeferred } from './deferred';
import { createInterrupts } from './interrupts';
import { createParamsChannel } from './params-channel';
import type { ServiceLine } from './service-line';
import { ACTION_ACK_MS } from './session-defaults';
import type { SessionStore } from './session-store';
import type { SessionTimeouts } from './session-types';

export interface Commands {
  setParams(params: AvatarParams): Promise<void>;
  setAction(action: AvatarAction): Promise<{ readonly acknowledged: boolean }>;
  interrupt(): Promise<void>;
  /** The mode that the application chose, else the one last acknowledged, else the service's own. */
  readonly mode: AvatarMode | undefined;
  /** Sees to it that the avatar is in `mode`; undefined when it is. */
  prepareMode(mode: AvatarMode): Promise<void> | undefined;
  /** It is known now to whom the session speaks. */
  joined(): void;
  receive(acknowledgement: Acknowledgement): void;
  /** Whether anything has been acknowledged that could be said again. */
  readonly hasParams: boolean;
  repeatParams(): Promise<void>;
  repeatInterrupt(): void;
  /** The connection is away: time-outs stand still. */
  pause(): void;
  resume(maxPacketBytes: number): void;
  /** What is open fails. Call it before the outbox closes. */
  close(error: AvatarError): void;
}

export interface CommandsOptions {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly store: SessionStore;
  readonly newId: () => string;
  readonly timeouts: Pick<SessionTimeouts, 'ackMs'>;
  readonly finishAbandoned: boolean;
  readonly line: ServiceLine;
  /** Why something cannot be asked of the avatar, if so. */
  readonly refusal: (call: Call) => AvatarError | undefined;
  readonly conversation: () => Conversation;
}

const CALLS = { 'set-params': 'setParams', 'set-action': 'setAction', interrupt: 'interrupt' } as const;

export function createCommands(options: CommandsOptions): Commands {
  const { outbox, clock, store, newId, finishAbandoned, line, refusal, conversation } = options;
  const { ackMs } = options.timeouts;
  /** Changes of mode that the application asked for and the avatar did not refuse. The last one counts. */
  let choices: { readonly mode: AvatarMode | undefined }[] = [];
  let closedWith: AvatarError | undefined;

  function encode(command: Command, messageId: string): Uint8Array<ArrayBuffer> {
    const refused = refusal(CALLS[command.name]);
    if (refused) throw refused;
    return line.dialogue.command(command, messageId);
  }

  const acknowledgements = createAcknowledgements({
    outbox,
    clock,
    newId,
    encode,
    expected: () => line.service.acknowledges,
    onLatency: (ms) => store.dispatch({ type: 'timing', timings: { lastAckMs: ms } }),
  });
  const params = createParamsChannel({
    acknowledgements,
    ackMs,
    newId,
    encode,
    refusal: () => refusal('setParams'),
    onAcknowledged(acknowledged) {
      showParams();
      store.events.emit('params-changed', { params: acknowledged });
    },
  });
  const interrupts = createInterrupts({
    acknowledgements,
    ackMs,
    chatPartsHandedOver: () => conversation().partsHandedOver,
    onAcknowledged: finishCutShort,
  });

  function currentMode(): AvatarMode | undefined {
    const { can, mode } = line.service;
    return can.setParams ? (choices.at(-1)?.mode ?? params.acknowledged.mode ?? mode) : mode;
  }

  function showParams(): void {
    if (!closedWith) store.dispatch({ type: 'params', params: params.acknowledged, mode: currentMode() });
  }

  /** A change of mode keeps its place among the messages: what was said before it is meant in the old mode. */
  function setMode(wanted: AvatarParams): Promise<void> {
    const choice = { mode: wanted.mode };
    choices.push(choice);
    showParams();
    const caller = createDeferred<void>();
    caller.promise.then(
      () => choices.splice(0, choices.indexOf(choice)),
      () => {
        choices = choices.filter((other) => other !== choice);
        showParams();
      },
    );
    outbox.enqueueChat({
      messageId: newId(),
      survivesInterrupt: true,
      prepare() {
        const set = params.set(wanted);
        set.then(caller.resolve, caller.reject);
        return set;
      },
      onFinished: ({ status }) => status === 'closed' && caller.reject(closedWith),
    });
    return caller.promise;
  }

  function finishCutShort(): void {
    const cutShort = conversation().takeCutShort();
    if (!finishAbandoned) return;
    for (const { messageId, nextIndex, mode } of cutShort) {
      const frames = line.dialogue.frames(messageId, mode);
      const packet = () => frames.frame(nextIndex, true, new Uint8Array(0));
      outbox.enqueueCommand({ lane: 'command', messageId, packet });
    }
  }

  return {
    setParams(wanted) {
      const checked = checkParams(wanted);
      return checked.mode === undefined ? params.set(checked) : setMode(checked);
    },
    setAction(wanted) {
      const caller = createDeferred<{ readonly acknowledged: boolean }>();
      acknowledgements.send({
        command: { name: 'set-action', action: checkAction(wanted) },
        ackMs: ACTION_ACK_MS,
        onAcknowledged: () => caller.resolve({ acknowledged: true }),
        onFailed: caller.reject,
        onSilence: () => caller.resolve({ acknowledged: false }),
      });
      return caller.promise;
    },
    interrupt() {
      const calledAt = clock.now();
      const interrupted = conversation().interrupt(interrupts.send);
      interrupted.then(
        () => store.dispatch({ type: 'timing', timings: { interruptMs: clock.now() - calledAt } }),
        () => {},
      );
      return interrupted;
    },
    get mode() {
      return currentMode();
    },
    prepareMode: (mode) => (params.isIn(mode) ? undefined : params.set({ mode })),
    joined: showParams,
    receive: acknowledgements.receive,
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
      closedWith = error;
      params.close(error);
      acknowledgements.close(error);
    },
  };
}
